"""What results show is kept only as long as nothing has changed."""

from datetime import date

from sqlmodel import select

from registry.audit.service import Action, record
from registry.coverage.rules import StateDates
from registry.database import SYSTEM, Database
from registry.publications.tables import Publication, Revision
from registry.search.backend import Hit
from registry.search.documents import SearchDocument
from registry.search.shown_documents import ShownDocuments
from tests.search.made_up import MONDAY
from tests.search.test_sync import Rules, database, filled  # noqa: F401 - fixtures


def shown(kept: ShownDocuments, filled: Database, dates: StateDates = MONDAY) -> list[SearchDocument]:  # noqa: F811
    with filled.read() as session:
        hits = [Hit("publication", str(one), 1.0) for one in session.exec(select(Publication.id))]
        return list(kept.current(session, Rules, dates).documents(hits).values())


def test_the_same_state_is_built_once(filled: Database) -> None:  # noqa: F811
    kept = ShownDocuments()
    (first,), (second,) = shown(kept, filled), shown(kept, filled)
    assert first is second


def test_a_change_is_shown_at_once(filled: Database) -> None:  # noqa: F811
    kept = ShownDocuments()
    shown(kept, filled)
    with filled.work(SYSTEM) as work:
        publication = work.session.exec(select(Publication)).one()
        work.session.exec(select(Revision)).one().title = "改正的标题"
        record(work, Action.PUBLICATION_SUBMIT, "publication", publication.id)
        work.touch("publication", publication.id)
    assert [one.title for one in shown(kept, filled)] == ["改正的标题"]


def test_another_day_is_judged_anew(filled: Database) -> None:  # noqa: F811
    kept = ShownDocuments()
    (first,) = shown(kept, filled)
    (second,) = shown(kept, filled, StateDates(date(2026, 3, 3), date(2026, 3, 10), date(2026, 2, 1)))
    assert first is not second
