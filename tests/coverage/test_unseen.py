"""What was not found at its address on two days is not counted as public, from the second day until it is seen again."""

from datetime import date

import pytest

from registry.bootstrap import Registry
from registry.coverage.queries import DutyFilter, OccasionRow, board, list_occasions
from registry.coverage.rules import OccasionState
from registry.evidence.rules import Fault
from registry.publications.rules import Why
from tests import factories
from tests.clock import Clock
from tests.evidence.published import Published, publish_at_a_site
from tests.evidence.sites import ADDRESS, page


@pytest.fixture
def published(registry: Registry, clock: Clock) -> Published:
    return publish_at_a_site(registry, clock)


def occasion(published: Published, as_of: date) -> OccasionRow:
    """The occasion the publication answers; it is due on 2026-04-20."""
    with published.registry.database.read() as session:
        wanted = factories.find_occasion(session).id
        rows = list_occasions(session, published.registry.state_dates(as_of), DutyFilter(unit_code="CX-101"))
    return next(row for row in rows if row.occasion_id == wanted)


def state(published: Published, as_of: date) -> OccasionState:
    return occasion(published, as_of).state


APRIL = [date(2026, 4, day) for day in (21, 22, 23, 24)]


def test_one_failing_day_charges_nobody(published: Published) -> None:
    published.look_on((APRIL[0], 404), (APRIL[0], 404))

    assert [state(published, day) for day in APRIL] == ["met"] * 4


def test_a_second_failing_day_counts_and_a_sight_ends_it(published: Published) -> None:
    published.look_on((APRIL[0], 404), (APRIL[1], 404), (APRIL[3], page()))

    assert [state(published, day) for day in APRIL] == ["met", "overdue", "overdue", "met"]


def test_doubt_charges_nobody_however_long(published: Published) -> None:
    published.look_on(
        *((date(2026, 4, day), (412, 521, 503, Fault.CUT_OFF, Fault.HOST_UNKNOWN)[day % 5]) for day in range(1, 25))
    )

    assert {state(published, date(2026, 4, day)) for day in range(1, 25)} == {OccasionState.MET}


def test_before_its_last_day_the_duty_is_only_open_again(published: Published) -> None:
    published.look_on((date(2026, 3, 3), 404), (date(2026, 3, 4), 404))

    assert state(published, date(2026, 3, 4)) is OccasionState.UPCOMING


def test_the_row_says_which_publication_was_not_found(published: Published) -> None:
    published.look_on((APRIL[0], 404), (APRIL[1], 404))

    row = occasion(published, APRIL[1])
    assert (row.publication_id, row.published_on, row.unseen_id) == (None, None, published.id)
    assert occasion(published, APRIL[0]).unseen_id is None


def test_board_and_rows_agree_on_what_is_not_found(published: Published) -> None:
    published.look_on((APRIL[0], 404), (APRIL[1], 404))
    registry = published.registry

    for day in APRIL:
        with registry.database.read() as session:
            dates = registry.state_dates(day)
            counts = board(session, dates).of_unit("CX-101")
            rows = list_occasions(session, dates, DutyFilter(unit_code="CX-101"))
        assert counts.met == sum(1 for row in rows if row.state == "met")
        assert counts.overdue == sum(1 for row in rows if row.state == "overdue")


def test_a_corrected_address_starts_anew(published: Published) -> None:
    published.look_on((APRIL[0], 404), (APRIL[1], 404))
    registry, editor = published.registry, published.editor
    values = factories.publication_values(registry, published_on=date(2026, 3, 2))
    values |= {"why": Why.OTHER, "reason": "更正网址"}
    values["channels"][0]["address"] = ADDRESS.replace("208010", "208099")
    with registry.database.work(editor) as work:
        version = factories.version_of(work.session, published.id)
        factories.publications.edit_publication(work, published.id, values, version=version)
    published.clock.forward(days=1)
    factories.submit(registry, editor, published.id)
    factories.approve(registry, published.reviewer, published.id)

    assert [state(published, day) for day in APRIL] == ["met", "overdue", "met", "met"]


def test_the_search_index_follows(published: Published) -> None:
    """The item's state word in results moves with the charge, and back."""
    registry = published.registry
    published.look_on((APRIL[0], 404), (APRIL[1], 404))
    registry.sync.drain()
    assert _differences(registry) == set()
    published.look_on((APRIL[2], page()))
    registry.sync.drain()
    assert _differences(registry) == set()


def _differences(registry: Registry) -> set[tuple[str, str]]:
    with registry.database.read() as session:
        return set(registry.backend.differing(list(registry.sync.expected(session))))
