"""Something public to look at."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from registry.bootstrap import Registry
from registry.database import Actor
from registry.evidence.rules import Fault
from registry.evidence.service import check_publication
from registry.evidence.tables import Evidence
from tests import factories
from tests.clock import CITY, Clock
from tests.evidence.sites import ADDRESS, TITLE, Sites


@dataclass
class Published:
    """A publication that is public at `sites.ADDRESS` and on a notice board, and who works on it."""

    registry: Registry
    sites: Sites
    clock: Clock
    id: UUID
    editor: Actor
    reviewer: Actor
    office: Actor

    def look(self, actor: Actor | None = None) -> Evidence:
        """What one look at its address brings."""
        (done,) = check_publication(self.registry.database, self.registry.looker, actor or self.editor, self.id)
        with self.registry.database.read() as session:
            return session.get_one(Evidence, done)

    def look_on(self, *looks: tuple[date, str | int | Fault]) -> None:
        """On each day, find this at the address."""
        for day, found in looks:
            self.clock.now = datetime(day.year, day.month, day.day, 10, tzinfo=CITY)
            self.sites.pages[ADDRESS] = found
            self.look()


def publish_at_a_site(registry: Registry, clock: Clock) -> Published:
    """The registry looks at `Sites` from now on."""
    sites = Sites()
    registry.fetch = sites.fetch
    people = [
        factories.create_user(registry, "editor"),
        factories.create_user(registry, "reviewer", roles=["reviewer"]),
        factories.create_user(registry, "office", roles=["office"], unit=None),
    ]
    channels = [
        {"channel": "government_website", "address": ADDRESS, "place": None},
        {"channel": "notice_board", "address": None, "place": "市政务服务中心公示栏"},
    ]
    publication_id = factories.publish(registry, people[0], people[1], title=TITLE, channels=channels)
    return Published(registry, sites, clock, publication_id, *people)
