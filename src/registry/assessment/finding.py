"""From what is known on a day to everything that is wrong with it, each by its rule. Pure; the rules say what it costs.

What a finding tells of its record (`context`) is in words, so that its sentence can be made anywhere and be kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial

from registry import wording
from registry.assessment.facts import Facts, Version
from registry.assessment.rules import Assessment, Finding, UnitAssessment, charged
from registry.coverage.queries import OccasionRow
from registry.coverage.rules import LATE, OccasionState
from registry.deadlines.counting import add_months, period_of
from registry.rulebook.assessment import DoubtRule, Edition, PointRule, Rhythm

# From so many days on which an address was not seen it counts as gone: one failed look never does.
DEAD_DAYS = 2


def assess(facts: Facts, rules: Edition) -> Assessment:
    """Every unit on the day of the facts."""
    units = {code: assess_unit(code, own, rules) for code, own in facts.by_unit().items()}
    return Assessment(facts.as_of, rules, units)


def assess_unit(unit_code: str, facts: Facts, rules: Edition) -> UnitAssessment:
    """One unit by the facts that are its own."""
    return UnitAssessment(unit_code, facts.counts, find(facts, rules), rules)


def find(facts: Facts, rules: Edition) -> list[Finding]:
    """Everything the rules find in the facts, with the points it costs."""
    found = [
        *_of_occasions(facts, rules),
        *_of_columns(facts, rules),
        *(finding for one in facts.versions for finding in _of_version(one, facts.as_of, rules)),
    ]
    return charged(found, rules)


def _of_occasions(facts: Facts, rules: Edition) -> Iterator[Finding]:
    """What is late. An occasion that is open again because its publication is not found loses by the dead address, not twice."""
    span_first = period_of(rules.span, facts.as_of)[0]
    for row in facts.occasions:
        if row.state in LATE and row.unseen_id is None:
            yield late_finding(row)
        elif row.state is OccasionState.MET_LATE and row.published_on is not None and row.published_on >= span_first:
            yield _on_occasion("late", row, published_on=_words(row.published_on))


def late_finding(row: OccasionRow) -> Finding:
    """What an occasion that nobody has answered in time is found by."""
    return _on_occasion(row.state.value, row)


def _on_occasion(rule: str, row: OccasionRow, **told: object) -> Finding:
    context = {
        "title": wording.item_name(row.item_titles),
        "period": row.period,
        "about": wording.months_and_days(row.period) if row.period or not row.event else row.event,
        "limit": _words(row.limit),
        "duty": str(row.duty_id),
        **told,
    }
    subject_id = str(row.occasion_id)
    return Finding(
        rule, row.unit_code, row.area_code, row.item_code, "occasion", subject_id, row.limit, context=context
    )


def _of_columns(facts: Facts, rules: Edition) -> Iterator[Finding]:
    """A column is an item of a unit. It is judged only when something in it is owed and late: an item without news is not stale."""
    newest = _newest(facts)
    owed: dict[tuple[str, str], OccasionRow] = {}
    for row in facts.occasions:
        key = row.unit_code, row.item_code
        if row.state in LATE and row.unseen_id is None and (key not in owed or _limit(row) < _limit(owed[key])):
            owed[key] = row
    for key, row in owed.items():
        told = {"title": wording.item_name(row.item_titles), "limit": _words(row.limit)}
        published_on = newest.get(key)
        on_column = partial(Finding, subject="item", subject_id=row.item_code)
        if published_on is None:
            yield on_column("blank_column", row.unit_code, row.area_code, row.item_code, since=row.limit, context=told)
            continue
        rhythm = rules.find_rhythm(facts.rhythms.get(row.item_code, ""))
        if rhythm is not None and stale_after(published_on, rhythm) < facts.as_of:
            context = {**told, "published_on": _words(published_on)}
            yield on_column(
                rhythm.rule, row.unit_code, row.area_code, row.item_code, since=published_on, context=context
            )


def stale_after(published_on: date, rhythm: Rhythm) -> date:
    """The last day on which a column with this newest publication is not stale."""
    if rhythm.unit == "day":
        return published_on + timedelta(days=rhythm.count)
    return add_months(published_on, rhythm.count)


def _newest(facts: Facts) -> Mapping[tuple[str, str], date]:
    """The day of the newest publication of each column that has any."""
    found: dict[tuple[str, str], date] = {}
    shown = [((one.unit_code, one.item_code), one.shown_from) for one in facts.versions]
    shown += [((row.unit_code, row.item_code), row.published_on) for row in facts.occasions if row.published_on]
    for key, day in shown:
        found[key] = max(day, found.get(key, day))
    return found


def _of_version(one: Version, as_of: date, rules: Edition) -> Iterator[Finding]:
    for rule, since, told in (*_content(one), *_care(one, as_of, rules), *_dates(one, rules)):
        context = {"title": one.title, **told}
        yield Finding(
            rule,
            one.unit_code,
            one.area_code,
            one.item_code,
            "publication",
            str(one.publication_id),
            since,
            context=context,
        )


Told = tuple[str, date | None, Mapping[str, object]]


def _content(one: Version) -> Iterator[Told]:
    """What stands in it, or is missing."""
    if one.missing_tables:
        yield "missing_table", one.shown_from, {"elements": _listed(one.missing_tables)}
    if one.missing_elements:
        yield "missing_element", one.shown_from, {"elements": _listed(one.missing_elements)}
    if one.title_flaws:
        told = [wording.label("title_flaw", flaw) for flaw in one.title_flaws]
        yield "title_number", one.shown_from, {"flaws": _listed(told)}
    if one.personal_data:
        kinds = [wording.label("personal_data", kind) for kind in one.personal_data]
        rule = "personal_data_kept" if one.personal_data_reason else "personal_data"
        yield rule, one.shown_from, {"kinds": _listed(kinds), "reason": one.personal_data_reason or ""}


def _care(one: Version, as_of: date, rules: Edition) -> Iterator[Told]:
    """How it was reviewed, and whether it is still where it is said to be."""
    if not one.is_reviewed:
        yield "unreviewed", one.shown_from, {}
    rule = rules.rules.get("unconfirmed")
    if one.unconfirmed_since is not None and isinstance(rule, PointRule):
        days = (as_of - one.unconfirmed_since).days
        if days > rule.days:
            yield "unconfirmed", one.unconfirmed_since, {"days": days}
    dead = [address for address in one.dead if len(address.days) >= DEAD_DAYS]
    if dead:
        first = min(day for address in dead for day in address.days)
        told = {"addresses": _listed([address.address for address in dead]), "first_unseen": _words(first)}
        yield "dead_link", first, told


def _dates(one: Version, rules: Edition) -> Iterator[Told]:
    """Claimed days that do not agree with what was recorded: to be looked into, not proof of anything."""
    told = {"published_on": _words(one.claimed_on)}
    in_time = one.due_on is not None and one.claimed_on <= one.due_on
    seen_in_time = one.seen_on is not None and one.due_on is not None and one.seen_on <= one.due_on
    after_limit = one.due_on is not None and one.registered_on > one.due_on
    if (
        in_time
        and after_limit
        and not seen_in_time
        and _exceeds(rules, "date_registered", one.claimed_on, one.registered_on)
    ):
        context = {**told, "limit": _words(one.due_on), "registered_on": _words(one.registered_on)}
        yield "date_registered", one.claimed_on, context
    unseen = [day for day in one.unseen_days if day >= one.claimed_on]
    if one.seen_on and len(unseen) >= DEAD_DAYS and _exceeds(rules, "date_unseen", one.claimed_on, one.seen_on):
        yield "date_unseen", one.claimed_on, {**told, "seen_on": _words(one.seen_on), "days": len(unseen)}
    if _exceeds(rules, "date_before_formed", one.claimed_on, one.formed_on):
        yield "date_before_formed", one.claimed_on, {**told, "formed_on": _words(one.formed_on)}


def _exceeds(rules: Edition, code: str, first: date, second: date) -> bool:
    rule = rules.rules.get(code)
    return isinstance(rule, DoubtRule) and (second - first).days > rule.days


def _limit(row: OccasionRow) -> date:
    return row.limit or date.max


def _words(day: date | None) -> str:
    return wording.day_in_words(day) if day else wording.label("format", "none")


def _listed(words: Sequence[str]) -> str:
    return wording.label("format", "list_separator").join(words)
