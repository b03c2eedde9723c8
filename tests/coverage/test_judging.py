"""The statements that judge all occasions at once say the same of each as `rules.state`, whatever has happened."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from registry.bootstrap import Registry
from registry.coverage.judging import judged, unseen_among
from registry.coverage.measures import LinkState, elements_by, links_by, list_elements, list_links
from registry.coverage.queries import DutyFilter, OccasionRow, board, count_by, list_occasions
from registry.coverage.rules import OccasionState, StateDates
from registry.database import CITY_TIME
from registry.evidence.failures import holds
from registry.evidence.queries import unseen
from registry.evidence.rules import Outcome
from registry.evidence.standing import unseen_on
from registry.evidence.tables import Evidence
from registry.items.tables import Element
from registry.publications.tables import Publication, Revision
from registry.publications.versions import ONCE_PUBLIC
from tests.coverage.histories import fill

DAYS = [date(2025, 9, 30), date(2026, 1, 20), date(2026, 3, 2), date(2026, 12, 31)]
BOTH_PARTS, LEAD = DutyFilter(part=None), DutyFilter()


def test_a_statement_judges_every_occasion_as_the_rule_does(registry: Registry) -> None:
    fill(registry, seed=20260302)

    with registry.database.read() as session:
        met = set()
        for day in DAYS:
            dates = registry.state_dates(day)
            rows = list_occasions(session, dates, BOTH_PARTS)
            met |= {row.state for row in rows}
            assert {one for one, spans in unseen(session, day).items() if holds(spans, day)} == set(
                session.scalars(unseen_on(day))
            )
            found = session.execute(judged(dates, unseen_among(dates, []), [])).all()
            assert {row.occasion_id: (row.state, row.last_day) for row in found} == {
                row.occasion_id: (row.state.value, row.limit) for row in rows
            }
            assert_counts(session, dates, rows)
    assert met == set(OccasionState)


def assert_counts(session: Session, dates: StateDates, rows: list[OccasionRow]) -> None:
    """By every key and for every narrowing, the numbers are those of the rows."""
    counted = count_by(session, dates, ("unit", "area", "item"), BOTH_PARTS)
    expected = Counter((row.unit_code, row.area_code, row.item_code, row.state) for row in rows)
    assert {
        (*key, state): getattr(counts, state) for key, counts in counted.items() for state in OccasionState
        if getattr(counts, state)
    } == expected  # fmt: skip
    for wanted in (DutyFilter(), DutyFilter(unit_code="CX-101"), DutyFilter(area_code="budgets"),
                   DutyFilter(unit_codes=["CX-101", "CX-102"], area_code="budgets")):  # fmt: skip
        listed = list_occasions(session, dates, wanted)
        assert board(session, dates, wanted).total().total == len(listed)
        by_item = count_by(session, dates, ("item",), wanted)
        assert {key[0]: counts.total for key, counts in by_item.items()} == Counter(row.item_code for row in listed)


def test_elements_and_addresses_are_counted_as_one_by_one(registry: Registry) -> None:
    fill(registry, seed=20260303)

    with registry.database.read() as session:
        for day in (DAYS[1], DAYS[-1]):
            dates = registry.state_dates(day)
            versions = standing(session, day)
            missing = {one for one, spans in unseen(session, day).items() if holds(spans, day)}
            public = [one for one in session.exec(select(Publication)) if is_public(one, day)]
            there = {one.id for one in public} - missing
            answers: dict[UUID, set[str]] = defaultdict(set)
            for one in public:
                if one.id in there and one.id in versions:
                    answers[one.occasion_id] |= set(versions[one.id].elements)
            assert element_counts(session, dates) == expected_elements(session, dates, answers)
            links = expected_links(session, dates, [one for one in public if one.id in versions], versions)
            assert Counter((row.unit_code, row.address, row.state) for row in list_links(session, dates, LEAD)) == links
            by_unit = links_by(session, dates, ("unit",))
            assert sum(sum(vars(one).values()) for one in by_unit.values()) == links.total()


def element_counts(session: Session, dates: StateDates) -> dict[tuple[str, ...], tuple[int, int]]:
    found = elements_by(session, dates, ("unit", "item"))
    listed = Counter((row.unit_code, row.item_code, row.is_covered) for row in list_elements(session, dates, LEAD))
    for (unit, item), counts in found.items():
        assert (counts.covered, counts.missing_elements) == (listed[unit, item, True], listed[unit, item, False])
    return {key: (counts.covered, counts.asked) for key, counts in found.items()}


def expected_elements(
    session: Session, dates: StateDates, answers: Mapping[UUID, set[str]]
) -> dict[tuple[str, ...], tuple[int, int]]:
    """Occasion by occasion, element by element."""
    elements: dict[UUID, list[str]] = defaultdict(list)
    for element in session.exec(select(Element)):
        elements[element.item_id].append(str(element.id))
    found: dict[tuple[str, ...], list[bool]] = defaultdict(list)
    for row in list_occasions(session, dates, LEAD):
        if row.state in (OccasionState.MET, OccasionState.MET_LATE):
            covered = answers[row.occasion_id]
            found[row.unit_code, row.item_code] += [one in covered for one in elements[row.item_id]]
    return {key: (sum(ticked), len(ticked)) for key, ticked in found.items() if ticked}


def expected_links(
    session: Session, dates: StateDates, public: list[Publication], versions: Mapping[UUID, Revision]
) -> Counter[tuple[str, str, LinkState]]:
    """Publication by publication, address by address, look by look."""
    looks: dict[tuple[UUID, str], Outcome] = {}
    for look in session.exec(select(Evidence).order_by(col(Evidence.seen_at), col(Evidence.id))):
        if look.outcome is not Outcome.OFFLINE and city_day(look.seen_at) <= dates.as_of:
            looks[look.publication_id, look.address] = look.outcome
    owed = {row.occasion_id: row.unit_code for row in list_occasions(session, dates, LEAD)}
    return Counter(
        (owed[one.occasion_id], address, STATE_OF[looks.get((one.id, address))])
        for one in public
        if one.occasion_id in owed and (one.superseded_on is None or one.superseded_on > dates.as_of)
        for address in {channel["address"] for channel in versions[one.id].channels if channel["address"]}
    )


STATE_OF = {
    None: LinkState.NEVER,
    Outcome.SEEN: LinkState.SEEN,
    Outcome.CHANGED: LinkState.SEEN,
    Outcome.NOT_SEEN: LinkState.NOT_SEEN,
    Outcome.UNKNOWN: LinkState.UNKNOWN,
}


def standing(session: Session, day: date) -> Mapping[UUID, Revision]:
    """The version of each publication that stood on a day: the last one that had been approved and whose day had come."""
    return {
        one.publication_id: one
        for one in session.exec(select(Revision).order_by(col(Revision.number)))
        if one.state in ONCE_PUBLIC and one.decided_at and max(city_day(one.decided_at), one.published_on) <= day
    }


def is_public(one: Publication, day: date) -> bool:
    since, until = one.published_on, one.withdrawn_on
    return since is not None and since <= day and (until is None or day < until)


def city_day(moment: datetime) -> date:
    return moment.astimezone(CITY_TIME).date()
