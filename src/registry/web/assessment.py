"""考核: every unit's score with vetoes apart from it, the findings behind each number, and the rules they are made by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session

from registry import wording
from registry.accounts.permissions import Permission, may, require
from registry.assessment.mending import Plan, plan
from registry.assessment.rules import Assessment, Finding, Lost, UnitAssessment, Verdict
from registry.coverage.rules import Counts, OccasionState
from registry.database import Actor
from registry.errors import NotFound
from registry.items.queries import list_areas
from registry.reports.assessment import worst_first
from registry.rulebook.assessment import Edition
from registry.units.queries import get_unit, unit_names
from registry.web.assessments import Assessments, Judged
from registry.web.coverage import occasions_address
from registry.web.parameters import here, read_choice, read_choices, read_past_day
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("assessment", __name__, url_prefix="/assessment")

LATE = (OccasionState.LONG_OVERDUE.value, OccasionState.OVERDUE.value)
ANSWERED = (OccasionState.MET.value, OccasionState.MET_LATE.value)

# Declarations that take something out of what is owed: printed beside the score, so that nobody gains by making them unseen.
DECLARED = ("nothing_to_publish", "not_applicable", "extended")

SORTS = ("score", "vetoes", "doubts", "rate", "unit")
SHOWN = ("failing", "vetoed")


@dataclass(frozen=True)
class UnitRow:
    """A unit of the list; every number has the address of its rows. `asked` is the day asked for, None for today."""

    name: str
    found: UnitAssessment
    asked: date | None

    @property
    def code(self) -> str:
        return self.found.unit_code

    @property
    def counts(self) -> Counts:
        return self.found.counts

    @property
    def address(self) -> str:
        return url_for("assessment.unit", code=self.code, as_of=self.asked)

    def declared(self, state: str) -> int:
        return int(getattr(self.counts, state))

    def occasions(self, *states: str) -> str:
        """Where its occasions in these states are listed."""
        return occasions_address(unit=self.code, state=list(states), as_of=self.asked)

    def findings(self, *rules: str) -> str:
        """Where its findings by these rules are listed."""
        return findings_address(rules, unit=self.code, asked=self.asked)


@dataclass(frozen=True)
class BoardPage:
    """`rows` are the units shown, of `number` assessed; `failing` and `vetoed` count among all; `shown` is a value of SHOWN or empty."""

    as_of: date
    is_today: bool
    rules: Edition
    rows: Sequence[UnitRow]
    number: int
    failing: int
    vetoed: int
    shown: str
    sort: str
    city: Sequence[Verdict]
    asked: date | None

    @property
    def answered(self) -> Sequence[str]:
        return ANSWERED

    @property
    def declared(self) -> Sequence[str]:
        return DECLARED

    def sort_address(self, key: str) -> str:
        return here(sort=key)

    def name_of(self, rule: str) -> str:
        return self.rules.rules[rule].name

    def city_findings(self, rule: str) -> str:
        return findings_address([rule], asked=self.asked)


@dataclass(frozen=True)
class Group:
    """What one rule finds; `lost` is None for rules that cost no points."""

    rule: str
    name: str
    source: str
    findings: Sequence[Finding]
    lost: Lost | None = None


@dataclass(frozen=True)
class UnitPage:
    """One unit: vetoes apart on top, what to do first, every lost point by rule, doubts."""

    as_of: date
    is_today: bool
    row: UnitRow
    plan: Plan
    vetoes: Sequence[tuple[Verdict, Group]]
    faults: Sequence[Group]
    doubts: Sequence[Group]
    may_see_all: bool

    @property
    def found(self) -> UnitAssessment:
        return self.row.found

    @property
    def rules(self) -> Edition:
        return self.found.rules

    @property
    def answered(self) -> Sequence[str]:
        return ANSWERED

    @property
    def declared(self) -> Sequence[str]:
        return DECLARED

    @property
    def asked(self) -> date | None:
        return self.row.asked

    def record_address(self, finding: Finding) -> str:
        return record_address(finding, self.asked)


@dataclass(frozen=True)
class FindingsPage:
    """`rows` are exactly what the number counted."""

    as_of: date
    is_today: bool
    title: str
    rows: Sequence[Finding]
    rules: Edition
    units: Mapping[str, str]
    areas: Mapping[str, str]
    asked: date | None

    def record_address(self, finding: Finding) -> str:
        return record_address(finding, self.asked)


@dataclass(frozen=True)
class RulesPage:
    """The edition of a day, and from when on the others hold."""

    as_of: date
    rules: Edition
    editions: Sequence[Edition]


@blueprint.get("")
@login_required
def board() -> ResponseReturnValue:
    """All units for those who see all; who belongs to a unit is led to it."""
    unit_code, asked = visible_unit(current_actor()), read_past_day("as_of")
    if unit_code is not None:
        return redirect(url_for("assessment.unit", code=unit_code, as_of=asked))
    sort, shown = read_choice("sort", SORTS, default="score"), read_choice("show", SHOWN)
    with the_registry().database.read() as session:
        found, names = judged_on(session, asked).assessment, unit_names(session)
    rows = [UnitRow(names.get(one.unit_code, one.unit_code), one, asked) for one in worst_first(found.units.values())]
    page = BoardPage(
        as_of=found.as_of,
        is_today=asked is None,
        rules=found.rules,
        rows=sorted(_shown(rows, shown), key=_order(sort, list(names))),
        number=len(rows),
        failing=len(_shown(rows, "failing")),
        vetoed=len(_shown(rows, "vetoed")),
        shown=shown,
        sort=sort,
        city=found.verdicts,
        asked=asked,
    )
    return render_template("assessment/board.html", page=page)


@blueprint.get("/units/<code:code>")
@login_required
def unit(code: str) -> str:
    """One unit with every record behind its score."""
    actor, asked = current_actor(), read_past_day("as_of")
    require_unit(actor, code)
    with the_registry().database.read() as session:
        name = get_unit(session, code).unit.name
        facts = judged_on(session, asked).facts.of_unit(code)
    rules = the_registry().rulebook.assessment.on(facts.as_of)
    planned = plan(code, facts, rules)
    found = planned.before
    page = UnitPage(
        as_of=facts.as_of,
        is_today=asked is None,
        row=UnitRow(name, found, asked),
        plan=planned,
        vetoes=[(verdict, _group(rules, verdict.rule, found.vetoes)) for verdict in found.verdicts],
        faults=[_group(rules, lost.rule, found.faults, lost) for lost in found.lost],
        doubts=[group for rule in rules.doubts if (group := _group(rules, rule.code, found.doubts)).findings],
        may_see_all=may(actor, Permission.SEE_ALL_UNITS),
    )
    return render_template("assessment/unit.html", page=page)


@blueprint.get("/findings")
@login_required
def findings() -> str:
    """The findings behind a number: by rule, by unit."""
    asked = read_past_day("as_of")
    with the_registry().database.read() as session:
        found = judged_on(session, asked).assessment
        units, areas = unit_names(session), {area.code: area.name for area in list_areas(session)}
    chosen = chosen_findings(found, units)
    page = FindingsPage(found.as_of, asked is None, chosen.title, chosen.findings, found.rules, units, areas, asked)
    return render_template("assessment/findings.html", page=page)


@blueprint.get("/rules")
@login_required
def rules() -> str:
    """Every rule with what it counts, its threshold or points, and its source."""
    visible_unit(current_actor())
    asked, registry = read_past_day("as_of"), the_registry()
    as_of = asked or registry.database.today()
    known = registry.rulebook.assessment
    page = RulesPage(as_of, known.on(as_of), sorted(known.editions, key=lambda one: one.from_on))
    return render_template("assessment/rules.html", page=page)


def judged_on(session: Session, asked: date | None) -> Judged:
    """All units on the day asked for, or today."""
    assessments: Assessments = current_app.extensions["assessments"]
    registry = the_registry()
    return assessments.on(session, registry.state_dates(asked), registry.rulebook)


def visible_unit(actor: Actor) -> str | None:
    """The only unit the actor may see, None where all; Forbidden for who sees none."""
    if may(actor, Permission.SEE_ALL_UNITS):
        return None
    require(actor, Permission.SEE_TASKS)
    if actor.unit_code is None:
        raise NotFound(subject="unit")
    return actor.unit_code


def require_unit(actor: Actor, code: str) -> None:
    """Raise Forbidden unless the actor may see that unit."""
    if not may(actor, Permission.SEE_ALL_UNITS):
        require(actor, Permission.SEE_TASKS, code)


@dataclass(frozen=True)
class Chosen:
    """The findings an address asks for, of one unit or of all (empty), and what they are in words."""

    unit: str
    findings: Sequence[Finding]
    title: str


def chosen_findings(found: Assessment, units: Mapping[str, str]) -> Chosen:
    """By `unit` and `rule` of the address; who belongs to a unit sees its own only."""
    actor = current_actor()
    code = read_choice("unit", units, default=visible_unit(actor) or "")
    if code:
        require_unit(actor, code)
    rules = read_choices("rule", frozenset(found.rules.rules))
    chosen = [one for one in found.findings if (not code or one.unit_code == code) and (not rules or one.rule in rules)]
    named = [rule.name for rule in found.rules.rules.values() if rule.code in rules]
    what = wording.label("format", "separator").join(named) or wording.label("assessment_words", "findings")
    title = wording.label("format", "title_separator").join(part for part in (units.get(code, ""), what) if part)
    return Chosen(code, chosen, title)


def findings_address(rules: Sequence[str], *, unit: str = "", asked: date | None = None) -> str:
    """The list of findings by these rules; empty filters are left out."""
    return url_for("assessment.findings", rule=list(rules), unit=unit or None, as_of=asked)


def record_address(finding: Finding, asked: date | None) -> str:
    """Where the record stands that a finding is about."""
    if finding.subject == "publication":
        return url_for("publications.publication", publication_id=finding.subject_id)
    if finding.subject == "occasion":
        return url_for("duties.duty", duty_id=finding.context["duty"])
    return occasions_address(unit=finding.unit_code, item=finding.item_code, state=LATE, as_of=asked)


def _shown(rows: Sequence[UnitRow], shown: str) -> list[UnitRow]:
    if shown == "failing":
        return [row for row in rows if not row.found.passes]
    return [row for row in rows if shown != "vetoed" or row.found.vetoed_by]


def _order(sort: str, units: Sequence[str]) -> Callable[[UnitRow], tuple[float, ...]]:
    """Worst first; what is alike stays in the order of scores."""
    if sort == "vetoes":
        return lambda row: (-len(row.found.vetoed_by), -len(row.found.vetoes))
    if sort == "doubts":
        return lambda row: (-len(row.found.doubts),)
    if sort == "rate":
        return lambda row: (2.0 if row.counts.rate is None else row.counts.rate,)
    if sort == "unit":
        place = {code: position for position, code in enumerate(units)}
        return lambda row: (place.get(row.code, len(place)),)
    return lambda row: (row.found.score,)


def _group(rules: Edition, code: str, findings: Sequence[Finding], lost: Lost | None = None) -> Group:
    rule = rules.rules[code]
    return Group(code, rule.name, rule.source, [one for one in findings if one.rule == code], lost)
