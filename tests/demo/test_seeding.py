"""Every planted fault shows up where it should, and nothing else is wrong: seeded for a few units by the services of the registry."""

from collections import Counter

from sqlmodel import Session, select

from registry.accounts.permissions import Role
from registry.assessment.queries import list_findings
from registry.audit.queries import verify
from registry.coverage.queries import DutyFilter, OccasionRow, list_occasions
from registry.coverage.rules import OccasionState
from registry.demo.courses import FaultKind
from registry.demo.faults import PlantedFault
from registry.duties.tables import Duty, Occasion
from registry.evidence.queries import list_failing
from registry.items.tables import Element, Item
from registry.publications.queries import list_follow_ups
from registry.publications.tables import Attachment, Publication, Revision
from registry.reports.tasks import Group, unit_tasks
from tests.demo_city import UNITS, UNTIL, DemoCity
from tests.pages import Pages

LATE = frozenset({OccasionState.OVERDUE, OccasionState.LONG_OVERDUE})
UNANSWERED = (FaultKind.BLANK, FaultKind.STALE, FaultKind.OVERDUE, FaultKind.DEAD_LINK, FaultKind.WITHDRAWN)

# Which rules of `standards/assessment.yaml` find a kind of fault; a kind that no rule is about has none. A column may be stale for less
# time than the rule of its rhythm says, and is overdue until then.
FINDING_RULES: dict[FaultKind, frozenset[str]] = {
    FaultKind.BLANK: frozenset({"blank_column"}),
    FaultKind.STALE: frozenset({"stale_current", "stale_column", "overdue", "long_overdue"}),
    FaultKind.OVERDUE: frozenset({"overdue", "long_overdue"}),
    FaultKind.LATE: frozenset({"late"}),
    FaultKind.DEAD_LINK: frozenset({"dead_link"}),
    FaultKind.MISSING_ELEMENT: frozenset({"missing_table", "missing_element"}),
    FaultKind.LEAKED_NUMBER: frozenset({"personal_data_kept"}),
    FaultKind.UNREVIEWED: frozenset({"unconfirmed"}),
    FaultKind.WITHDRAWN: frozenset({"overdue", "long_overdue"}),
    FaultKind.CORRECTED: frozenset(),
}


Key = tuple[str, str, str]


def keys(city: DemoCity, *kinds: FaultKind) -> list[Key]:
    return sorted(fault.key for fault in city.plan.faults() if fault.kind in kinds)


def key_of(row: OccasionRow) -> Key:
    return row.unit_code, row.item_code, row.counted_from.isoformat() if row.kind == "event" else row.period


def published(session: Session) -> dict[Key, tuple[Publication, Revision]]:
    """The newest public revision of everything, by the codes of the plan."""
    query = (
        select(Publication, Revision, Occasion, Duty.unit_code, Item.code)
        .where(Revision.id == Publication.public_revision_id, Occasion.id == Publication.occasion_id)
        .where(Duty.id == Publication.duty_id, Item.id == Duty.item_id)
    )
    return {
        (unit, item, occasion.counted_from.isoformat() if occasion.kind == "event" else occasion.period): (
            one,
            revision,
        )
        for one, revision, occasion, unit, item in session.exec(query)
    }


def test_each_planted_fault_shows_up_and_nothing_else_does(demo_city: DemoCity) -> None:
    registry, dates = demo_city.registry, demo_city.registry.state_dates()
    assert set(FaultKind) == {fault.kind for fault in demo_city.plan.faults()}
    with registry.database.read() as session:
        rows = [row for unit in UNITS for row in list_occasions(session, dates, DutyFilter(unit_code=unit, part=None))]
        public = published(session)
        by_id = {one.id: key for key, (one, _) in public.items()}

        assert sorted(key_of(row) for row in rows if row.state in LATE) == keys(demo_city, *UNANSWERED)
        late = sorted(key_of(row) for row in rows if row.state is OccasionState.MET_LATE)
        assert late == keys(demo_city, FaultKind.LATE)
        failing = list_failing(session, UNTIL)
        assert sorted(by_id[one.publication_id] for one in failing if one.is_charged) == keys(
            demo_city, FaultKind.DEAD_LINK
        )
        assert [one for one in failing if not one.is_charged], "some walls against programs"
        follow_ups = sorted(by_id[row.publication.id] for row in list_follow_ups(session, UNTIL, unit_code=None))
        assert follow_ups == keys(demo_city, FaultKind.UNREVIEWED)
        withdrawn = [key for key, (one, _) in public.items() if one.withdrawn_on]
        assert sorted(withdrawn) == keys(demo_city, FaultKind.WITHDRAWN)
        assert {one.withdrawal_why for one, _ in public.values() if one.withdrawn_on} == {"personal_data"}
        _in_unit_lists(demo_city, session)
        _in_versions(demo_city, session, public)


def _in_unit_lists(city: DemoCity, session: Session) -> None:
    """What is overdue stands in the unit's own list: under 逾期, or where somebody else has to act on it."""
    for unit in UNITS:
        groups = unit_tasks(session, unit, city.registry.state_dates()).groups
        listed = {key_of(task.occasion) for tasks in groups.values() for task in tasks}
        assert {key for key in keys(city, *UNANSWERED) if key[0] == unit} <= listed
        assert {key_of(task.occasion) for task in groups[Group.OVERDUE]} <= set(keys(city, *UNANSWERED))


def _in_versions(city: DemoCity, session: Session, public: dict[Key, tuple[Publication, Revision]]) -> None:
    """What is wrong with a version: elements it does not cover, personal data it tells with a reason, corrections."""
    standing = {key: revision for key, (one, revision) in public.items() if not one.withdrawn_on}
    number = Counter(session.exec(select(Element.item_id)))
    items = {item.code: number[item.id] for item in session.exec(select(Item))}
    lacking = [key for key, revision in standing.items() if len(revision.elements) < items[key[1]]]
    assert sorted(lacking) == keys(city, FaultKind.MISSING_ELEMENT)
    leaking = [key for key, revision in standing.items() if revision.personal_data_reason]
    assert sorted(leaking) == keys(city, FaultKind.LEAKED_NUMBER)
    corrected = [key for key, revision in standing.items() if revision.correction_why]
    assert sorted(corrected) == keys(city, FaultKind.CORRECTED)


def test_the_assessment_finds_each_planted_fault(demo_city: DemoCity) -> None:
    rules = demo_city.registry.rulebook.assessment.on(UNTIL)
    with demo_city.registry.database.read() as session:
        findings = list_findings(session, demo_city.registry.state_dates(), rules)
    found = {(finding.rule, finding.unit_code, finding.item_code) for finding in findings}

    missed = [
        fault
        for fault in demo_city.plan.faults()
        if _costs_points(fault)
        and not any((rule, fault.unit, fault.item) in found for rule in FINDING_RULES[fault.kind])
    ]

    assert missed == []


def _costs_points(fault: PlantedFault) -> bool:
    """What came late costs points in its year only."""
    is_past = fault.kind is FaultKind.LATE and fault.since.year < UNTIL.year
    return bool(FINDING_RULES[fault.kind]) and not is_past


def test_everything_was_done_as_people_do_it_and_says_that_it_is_a_sample(demo_city: DemoCity) -> None:
    registry = demo_city.registry
    with registry.database.read() as session:
        assert verify(session).faults == []
        revisions = session.exec(select(Revision)).all()
        assert all(revision.title.startswith("【示例】") for revision in revisions)
        assert {revision.state.value for revision in revisions} >= {"draft", "submitted", "returned", "approved"}
        decided = [one for one in revisions if one.reviewer_id]
        assert all(one.reviewer_id not in one.writers for one in decided)
        assert [
            one for one in decided if one.decided_at and one.submitted_at and one.decided_at < one.submitted_at
        ] == []
        assert session.exec(select(Attachment)).first() is not None


def test_what_is_wrong_is_told_on_pages_and_every_page_says_that_it_is_a_demo(demo_city: DemoCity) -> None:
    with demo_city.registry.database.read() as session:
        ids = {key: one.id for key, (one, _) in published(session).items()}

    def page_of(kind: FaultKind) -> str:
        return page(f"/publications/{ids[keys(demo_city, kind)[0]]}").text

    page = demo_city.pages()
    assert "演示数据" in page("/").text
    assert "演示数据" in page("/publications/none", 404).text
    assert "已于" in page_of(FaultKind.WITHDRAWN)
    assert "两天以上都没有查见" in page_of(FaultKind.DEAD_LINK)
    assert "— 未列入" in page_of(FaultKind.MISSING_ELEMENT)
    assert "更正" in page_of(FaultKind.CORRECTED)
    staff = demo_city.sign_in_as(Role.REVIEWER, "CX-103")
    assert "【示例】" in staff("/reviews").text
    assert "演示数据" in staff("/tasks").text
    assert "2025年3月" in page("/coverage/occasions?unit=CX-101&state=long_overdue").text


def test_a_registry_with_real_data_has_no_banner(page: Pages) -> None:
    assert "演示数据" not in page("/").text
