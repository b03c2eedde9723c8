"""What is due to be looked at, and what a unit has to see to."""

from datetime import date
from itertools import islice

from registry.database import SYSTEM
from registry.evidence.queries import list_due, list_failing, list_uncleared
from registry.evidence.rules import Fault
from registry.evidence.service import check_targets
from tests import factories
from tests.evidence.published import Published
from tests.evidence.sites import ADDRESS, page

SECOND = "https://www.cxs.gov.cn/info/1016/208011.htm"


def due(published: Published, day: date | None = None, unit: str | None = None) -> list[str]:
    with published.registry.database.read() as session:
        return [one.address for one in list_due(session, day or published.registry.database.today(), unit_code=unit)]


def publish_second(published: Published, **changes: object) -> None:
    channels = [{"channel": "government_website", "address": SECOND, "place": None}]
    factories.publish(
        published.registry, published.editor, published.reviewer, item="BUD-07-02", **{"channels": channels, **changes}
    )


def test_everything_public_with_an_address_is_due_once_a_day(published: Published) -> None:
    publish_second(published)
    factories.create_publication(published.registry, published.editor, item="BUD-01-03")
    assert sorted(due(published)) == [ADDRESS, SECOND]

    published.look()

    assert due(published) == [SECOND]
    assert sorted(due(published, date(2026, 3, 3))) == [ADDRESS, SECOND]


def test_what_waits_longest_comes_first(published: Published) -> None:
    publish_second(published)
    published.look()

    assert due(published, date(2026, 3, 3)) == [SECOND, ADDRESS]


def test_only_what_is_public_on_the_day_is_due(published: Published) -> None:
    publish_second(published, published_on=date(2026, 3, 10))

    assert due(published) == [ADDRESS]
    assert sorted(due(published, date(2026, 3, 10))) == [ADDRESS, SECOND]


def test_one_unit_alone_can_be_asked_for(published: Published) -> None:
    assert due(published, unit="CX-101") == [ADDRESS]
    assert due(published, unit="CX-102") == []


def test_an_interrupted_round_goes_on_where_it_stopped(published: Published) -> None:
    publish_second(published)
    registry = published.registry
    with registry.database.read() as session:
        targets = list_due(session, registry.database.today())

    list(islice(check_targets(registry.database, registry.looker, SYSTEM, targets), 1))

    assert due(published) == [targets[1].address]


def failing(published: Published, unit: str | None = None) -> list[tuple[str, str | None, list[int], bool]]:
    """(outcome, reason, days of March, charged)."""
    with published.registry.database.read() as session:
        rows = list_failing(session, published.registry.database.today(), unit_code=unit)
    return [(row.outcome.value, row.reason, [day.day for day in row.days], row.is_charged) for row in rows]


def test_a_failure_is_told_to_its_unit_at_once_and_charged_on_its_second_day(published: Published) -> None:
    published.look_on((date(2026, 3, 3), 404))
    assert failing(published) == [("not_seen", "gone", [3], False)]

    published.look_on((date(2026, 3, 5), 404))
    assert failing(published, "CX-101") == [("not_seen", "gone", [3, 5], True)]
    assert failing(published, "CX-102") == []

    published.look_on((date(2026, 3, 6), page()))
    assert failing(published) == []


def test_doubt_is_told_after_two_days_and_never_charged(published: Published) -> None:
    published.look_on((date(2026, 3, 3), 412))
    assert failing(published) == []

    published.look_on((date(2026, 3, 4), Fault.CUT_OFF))
    assert failing(published) == [("unknown", "cut_off", [3, 4], False)]


def test_a_failure_stays_told_while_later_looks_are_in_doubt(published: Published) -> None:
    published.look_on((date(2026, 3, 3), 404), (date(2026, 3, 4), 404), (date(2026, 3, 5), 503))

    assert failing(published) == [("not_seen", "gone", [3, 4], True)]


def test_photographs_wait_for_their_check(published: Published) -> None:
    photograph = factories.create_photograph(published.registry, published.id, published.editor)

    with published.registry.database.read() as session:
        assert [(row.id, unit) for row, unit in list_uncleared(session, "CX-101")] == [(photograph, "CX-101")]
        assert list_uncleared(session, "CX-102") == []
        assert len(list_uncleared(session, None)) == 1
