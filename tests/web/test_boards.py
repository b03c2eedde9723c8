"""A board that is brought up to date by the log is the board counted from scratch, after every kind of change."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from registry.audit.queries import count_entries
from registry.audit.service import Action
from registry.audit.tables import AuditEntry, AuditHead
from registry.bootstrap import Registry, load_data
from registry.closing.service import close_period
from registry.coverage.concerned import ITS_UNIT, NOBODY, concerned_units
from registry.database import SYSTEM, Actor
from registry.duties.recomputing import recompute_occasions
from registry.duties.rulings import ask_for_ruling, decide_ruling
from registry.duties.service import record_event
from registry.duties.tables import Occasion
from registry.publications import deciding, ending
from registry.publications import service as publications
from registry.publications.rules import Why
from registry.settings import REPOSITORY
from registry.succession.changes import Merge
from registry.succession.service import change_unit
from registry.web.boards import COUNT, Boards, Counted
from tests import factories
from tests.clock import Clock
from tests.evidence.published import Published, publish_at_a_site

# Today of the tests, and a day by which looks have failed.
DAYS = [date(2026, 3, 2), date(2026, 4, 22)]


@pytest.fixture
def published(registry: Registry, clock: Clock) -> Published:
    return publish_at_a_site(registry, clock)


class Changes:
    """Every kind of change that people and time make, in an order in which each is possible."""

    def __init__(self, published: Published) -> None:
        self.published, self.registry = published, published.registry
        self.editor, self.reviewer, self.office = published.editor, published.reviewer, published.office
        self.drafted = self.replacing = published.id
        with self.registry.database.work(SYSTEM, audited=False) as work:
            spoilt = factories.find_occasion(work.session, unit="CX-102", item="BUD-03-02").id
            work.session.get_one(Occasion, spoilt).due_on = date(2026, 1, 5)

    def all(self) -> Mapping[str, Callable[[], Any]]:
        return {
            "a draft": self._draft,
            "handed over": lambda: factories.submit(self.registry, self.editor, self.drafted),
            "returned": self._give_back,
            "written again": self._write_again,
            "approved": self._approve,
            "corrected": self._correct,
            "a second one": self._publish_second,
            "replaced": self._supersede,
            "looks that fail": lambda: self.published.look_on((date(2026, 4, 20), 404), (date(2026, 4, 21), 404)),
            "withdrawn": self._withdraw,
            "asked for": lambda: self._rule("BUD-01-02", "nothing_to_publish", None),
            "nothing to publish": lambda: self._rule("BUD-01-03", "nothing_to_publish", True),
            "not applicable": lambda: self._rule("BUD-01-08", "not_applicable", True, from_on=date(2026, 1, 1)),
            "extended": lambda: self._rule("BUD-01-04", "extended", True, extended_to=date(2026, 6, 30)),
            "refused": lambda: self._rule("BUD-01-05", "extended", False, extended_to=date(2026, 6, 30)),
            "an event": self._record_event,
            "an account": lambda: factories.create_user(self.registry, "another"),
            "another's publication": self._publish_elsewhere,
            "a new day": self._begin_day,
            "recomputed": self._recompute,
            "closed": lambda: self._work(SYSTEM, lambda work: close_period(work, "2026-02", self.registry.freezer)),
            "loaded": lambda: load_data(self.registry.database, REPOSITORY, "chuxiong"),
            "units merged": self._merge,
        }

    def _work(self, actor: Actor, do: Callable[[Any], Any]) -> Any:
        with self.registry.database.work(actor) as work:
            return do(work)

    def _version(self, work: Any, publication_id: Any) -> int:
        return factories.version_of(work.session, publication_id)

    def _draft(self) -> None:
        self.drafted = factories.create_publication(self.registry, self.editor, item="BUD-07-02")

    def _give_back(self) -> None:
        self._work(self.reviewer, lambda work: deciding.return_publication(
            work, self.drafted, version=self._version(work, self.drafted), reasons=[{"field": "title", "text": "写全"}]
        ))  # fmt: skip

    def _write_again(self) -> None:
        values = factories.publication_values(self.registry, item="BUD-07-02", title="楚雄市财政局2026年财政信息")
        self._work(self.editor, lambda work: publications.edit_publication(
            work, self.drafted, values, version=self._version(work, self.drafted)
        ))  # fmt: skip

    def _approve(self) -> None:
        with self.registry.database.work(self.editor) as work:
            latest = publications.latest_revision(work, self.drafted)
            latest.replies = [{**one, "reply": "已改"} for one in latest.replies]
            work.session.add(latest)
            work.audited = True
        factories.submit(self.registry, self.editor, self.drafted)
        factories.approve(self.registry, self.reviewer, self.drafted)

    def _correct(self) -> None:
        values = factories.publication_values(self.registry, published_on=date(2026, 3, 2))
        values |= {"why": Why.OTHER, "reason": "少了一个要素", "elements": values["elements"][:1]}
        self._work(self.editor, lambda work: publications.edit_publication(
            work, self.published.id, values, version=self._version(work, self.published.id)
        ))  # fmt: skip
        factories.submit(self.registry, self.editor, self.published.id)
        factories.approve(self.registry, self.reviewer, self.published.id)

    def _publish_second(self) -> None:
        self.replacing = factories.publish(self.registry, self.editor, self.reviewer, title="楚雄市2026年收支总表")

    def _supersede(self) -> None:
        self._work(self.editor, lambda work: ending.supersede_publication(
            work, self.drafted, version=self._version(work, self.drafted), successor_id=self.replacing
        ))  # fmt: skip

    def _withdraw(self) -> None:
        self._work(self.editor, lambda work: ending.withdraw_publication(
            work, self.replacing, version=self._version(work, self.replacing), reason="数字有误"
        ))  # fmt: skip

    def _rule(self, item: str, kind: str, granted: bool | None, **values: Any) -> None:
        with self.registry.database.work(self.editor) as work:
            occasion = factories.find_occasion(work.session, item=item)
            ruling_id = ask_for_ruling(work, occasion.id, {"kind": kind, "reason": "经核实", **values}).id
        if granted is not None:
            decider = self.office if kind != "nothing_to_publish" else self.reviewer
            self._work(decider, lambda work: decide_ruling(work, ruling_id, granted=granted, answer="已核"))

    def _record_event(self) -> None:
        with self.registry.database.work(self.editor) as work:
            duty_id = factories.find_occasion(work.session, item="BUD-01-06").duty_id
            record_event(work, duty_id, counting=self.registry.counting, event="人民代表大会批准", event_on=date(2026, 2, 12),
                         period="2026")  # fmt: skip

    def _publish_elsewhere(self) -> None:
        people = (factories.create_user(self.registry, "e-102", unit="CX-102"),
                  factories.create_user(self.registry, "r-102", roles=["reviewer"], unit="CX-102"))  # fmt: skip
        factories.publish(self.registry, *people, item="BUD-03-01")

    def _begin_day(self) -> None:
        self.published.clock.forward(days=40)
        self._work(SYSTEM, self.registry.begin_day)

    def _recompute(self) -> None:
        self._work(SYSTEM, lambda work: recompute_occasions(work, self.registry.counting))

    def _merge(self) -> None:
        merge = Merge(("CX-105",), "CX-101", self.published.clock().date())
        self._work(SYSTEM, lambda work: change_unit(work, merge, self.registry.counting, basis="楚市编〔2026〕3号"))


def test_a_remembered_board_is_the_board_counted_from_scratch(published: Published) -> None:
    registry, boards, changes = published.registry, Boards(), Changes(published)
    assert_current(boards, registry, "the beginning")
    for name, change in changes.all().items():
        change()
        assert_current(boards, registry, name)


def assert_current(boards: Boards, registry: Registry, after: str) -> None:
    with registry.database.read() as session:
        for day in DAYS:
            dates = registry.state_dates(day)
            for counted, count in COUNT.items() if day == DAYS[-1] else [(Counted.OCCASIONS, COUNT[Counted.OCCASIONS])]:
                found, expected = boards.of(session, dates, counted), count(session, dates, None)
                assert dict(found.cells) == dict(expected.cells), f"{counted} on {day} after {after}"


def test_one_approval_concerns_one_unit(published: Published) -> None:
    registry = published.registry
    with registry.database.read() as session:
        before = count_entries(session)
    factories.publish(registry, published.editor, published.reviewer, item="BUD-07-02")
    factories.create_user(registry, "another")

    with registry.database.read() as session:
        now = count_entries(session)
        assert concerned_units(session, before, now) == {"CX-101"}
        assert concerned_units(session, now, now) == frozenset()
        assert concerned_units(session, 0, now) is None  # the load is among them
        assert concerned_units(session, before, now + 1) is None  # an entry that is not there


def test_what_is_not_known_to_concern_few_concerns_all() -> None:
    everybody = set(Action) - NOBODY - ITS_UNIT

    assert {
        Action.DATA_LOAD, Action.ITEM_CHANGE, Action.ITEM_IMPORT, Action.UNIT_CHANGE, Action.DUTY_CHANGE, Action.OCCASION_RAISE,
        Action.OCCASION_HAND_ON,
    } <= everybody  # fmt: skip


def test_another_log_is_not_taken_for_the_one_remembered(published: Published) -> None:
    """As after a restore: the log is another one, although it may be as long."""
    registry, boards = published.registry, Boards()
    dates = registry.state_dates()
    with registry.database.read() as session:
        remembered = boards.on(session, dates)
        assert boards.on(session, dates) is remembered
    with registry.database.work(SYSTEM, audited=False) as work:
        head = work.session.get_one(AuditHead, 1)
        work.session.get_one(AuditEntry, head.number).hash = head.hash = "0" * 64
        work.session.get_one(
            Occasion, factories.find_occasion(work.session, unit="CX-102", item="BUD-03-01").id
        ).due_on = None

    with registry.database.read() as session:
        assert boards.on(session, dates).of_unit("CX-102").needs_rule == remembered.of_unit("CX-102").needs_rule + 1
