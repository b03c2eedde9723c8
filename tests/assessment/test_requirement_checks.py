"""The computed requirements over a registry: each fault where it belongs, any day, and every number the number of its rows."""

from collections import Counter
from datetime import date
from uuid import UUID

import pytest
from sqlmodel import select

from registry.assessment.inspecting import Checked, Inspection
from registry.assessment.requirement_checks import (
    check_requirement,
    find_requirement,
    sum_up,
    tally,
    tally_requirements,
)
from registry.bootstrap import Registry
from registry.database import SYSTEM, Actor
from registry.duties.queries import list_duties
from registry.items.queries import get_detail
from registry.publications.ending import withdraw_publication
from registry.publications.rules import Why
from registry.publications.tables import Revision
from tests.clock import Clock
from tests.factories import UNIT, create_user, publish, version_of

DAYS = [date(2026, 2, 20), date(2026, 3, 2), date(2026, 3, 20), date(2026, 6, 30)]


def owner_of(registry: Registry, item: str) -> str:
    with registry.database.read() as session:
        return list_duties(session, item_id=get_detail(session, item).item.id)[0][0].unit_code


@pytest.fixture
def people(registry: Registry) -> tuple[Actor, Actor]:
    """Who writes and who reviews at the planners."""
    unit = owner_of(registry, "URP-01-01")
    assert owner_of(registry, "URP-02-05") == owner_of(registry, "URP-03-02") == unit
    return create_user(registry, "planner", unit=unit), create_user(registry, "judge", roles=("reviewer",), unit=unit)


def rows_of(registry: Registry, code: str, as_of: date, unit: str | None = None) -> list[Checked]:
    with registry.database.read() as session:
        inspection = Inspection(session, registry.state_dates(as_of), registry.rulebook, registry.counting, unit)
        requirement = find_requirement(registry.rulebook, code)
        assert requirement is not None
        return check_requirement(inspection, requirement)


def whys(registry: Registry, code: str, as_of: date = date(2026, 3, 2)) -> dict[UUID, str]:
    return {row.subject_id: row.judged.why for row in rows_of(registry, code, as_of)}


def test_every_number_is_the_number_of_its_rows(registry: Registry, people: tuple[Actor, Actor]) -> None:
    editor, reviewer = create_user(registry), create_user(registry, "reviewer", roles=("reviewer",))
    publish(registry, editor, reviewer)
    publish(registry, editor, reviewer, item="BUD-07-02", formed_on=date(2025, 12, 1))
    document = publish(registry, *people, item="URP-01-01", title="办法")
    publish(registry, *people, item="URP-01-01", title="办法解读", interprets_id=document)
    publish(registry, *people, item="URP-02-05", title="草案公告")

    for as_of in DAYS:
        for unit in (None, UNIT):
            with registry.database.read() as session:
                inspection = Inspection(
                    session, registry.state_dates(as_of), registry.rulebook, registry.counting, unit
                )
                tallies = tally_requirements(inspection)
                everywhere = tally_requirements(inspection.everywhere)
            for code in tallies:
                rows = rows_of(registry, code, as_of, unit)
                assert tally(rows) == sum_up(tallies, code, unit) == sum_up(everywhere, code, unit), (code, as_of)
                assert len({(row.subject, row.subject_id, row.number) for row in rows}) == len(rows)


def test_an_item_counted_from_an_assumed_day_is_counted_again_from_when_it_was_formed(registry: Registry) -> None:
    """收费目录清单: its first occasion is counted from when tracking began; 20 working days from 2025-12-01 ended on 2025-12-29."""
    editor, reviewer = create_user(registry), create_user(registry, "reviewer", roles=("reviewer",))
    published_on = date(2026, 1, 20)
    publish(registry, editor, reviewer, item="BUD-07-02", formed_on=date(2025, 12, 1), published_on=published_on)
    (row,) = [one for one in rows_of(registry, "M1-2", date(2026, 3, 2), UNIT) if one.item_code == "BUD-07-02"]

    assert (row.judged.why, row.done_on) == ("late_since_formed", published_on)
    assert (row.start_on, row.limit) == (date(2025, 12, 1), date(2025, 12, 29))


def test_decisions_of_licensing_are_shown_within_seven_working_days(
    registry: Registry, people: tuple[Actor, Actor]
) -> None:
    # 2026-02-10 + 7 working days: 11, 12, 13, 14 (worked), 24, 25, 26.
    in_time = publish(registry, *people, item="URP-03-02", formed_on=date(2026, 2, 10), published_on=date(2026, 2, 26))
    late = publish(registry, *people, item="URP-03-02", formed_on=date(2026, 2, 10), published_on=date(2026, 2, 27))

    assert whys(registry, "M1-9") == {in_time: "in_time", late: "late"}
    assert whys(registry, "M1-9", date(2026, 2, 26)) == {in_time: "in_time"}


def test_interpretations_within_three_working_days_and_linked(
    registry: Registry, clock: Clock, people: tuple[Actor, Actor]
) -> None:
    """The documents of 2026-02-12 have until the 24th, the day after the Spring Festival."""
    writer, reviewer = people
    day = date(2026, 2, 12)
    documents = {
        name: publish(registry, writer, reviewer, item="URP-01-01", title=name, published_on=day)
        for name in ("in time", "late", "none", "withdrawn")
    }
    for name, published_on in {"in time": date(2026, 2, 24), "late": date(2026, 2, 25), "withdrawn": day}.items():
        publish(
            registry,
            writer,
            reviewer,
            item="URP-01-01",
            title=f"{name}: explained",
            published_on=published_on,
            interprets_id=documents[name],
        )
    other = publish(registry, writer, reviewer, item="URP-04-01", title="no duty to explain", published_on=day)
    with registry.database.work(writer) as work:
        version = version_of(work.session, documents["withdrawn"])
        withdraw_publication(work, documents["withdrawn"], version=version, why=Why.REPEALED)

    named = {
        documents[name]: why for name, why in {"in time": "in_time", "late": "late", "none": "not_interpreted"}.items()
    }
    assert whys(registry, "M4-2") == {**named, other: "need_not_said"}
    linked = Counter(row.judged.why for row in rows_of(registry, "M4-5", date(2026, 3, 2)))
    assert linked == {"linked": 2, "not_interpreted": 1, "need_not_said": 1, "document_not_public": 1}
    assert whys(registry, "M4-2", date(2026, 2, 24))[documents["none"]] == "not_due"


def test_drafts_are_shown_for_thirty_days(registry: Registry, clock: Clock, people: tuple[Actor, Actor]) -> None:
    writer, reviewer = people
    kept = publish(registry, writer, reviewer, item="URP-02-05", title="草案")
    short = publish(registry, writer, reviewer, item="URP-02-05", title="草案二")
    clock.now = clock.now.replace(day=20)
    with registry.database.work(writer) as work:
        withdraw_publication(work, short, version=version_of(work.session, short), why=Why.WRONG)

    assert whys(registry, "M6-4", date(2026, 3, 19)) == {kept: "still_shown", short: "still_shown"}
    assert whys(registry, "M6-4", date(2026, 4, 1)) == {kept: "shown_long_enough", short: "ended_early"}


def test_reviews_are_judged_by_what_is_recorded(registry: Registry, people: tuple[Actor, Actor]) -> None:
    before = publish(registry, *people, item="URP-01-01", title="当天")
    afterwards = publish(registry, *people, item="URP-01-01", title="补登", published_on=date(2026, 2, 25))
    unreviewed = publish(registry, *people, item="URP-01-01", title="未经审查")
    with registry.database.work(SYSTEM, audited=False) as work:
        revision = work.session.exec(select(Revision).where(Revision.publication_id == unreviewed)).one()
        revision.reviewer_id = None
        revision.summary = "联系人13812345678"
        work.session.add(revision)

    assert whys(registry, "M3-2") == {
        before: "reviewed_before",
        afterwards: "registered_after",
        unreviewed: "not_reviewed",
    }
    assert whys(registry, "M3-9") == {before: "recorded", afterwards: "recorded", unreviewed: "record_incomplete"}
    assert whys(registry, "M3-6")[unreviewed] == "personal_data_found"
    assert whys(registry, "M1-6")[before] == "official_channel"
