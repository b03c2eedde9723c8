"""The assessment as files: a workbook of units and findings, and tables for CSV."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registry import wording
from registry.assessment.rules import Assessment, Finding, UnitAssessment
from registry.assessment.telling import finding_in_words, points_in_words
from registry.documents.workbook import Column, Formula, Sheet, Value, column_letter, workbook
from registry.rulebook.assessment import DoubtRule, Rule, VetoRule

# Name of the column, kind of its cells, width; points may be quarters, so they are written as they are.
UNIT_COLUMNS = (
    ("unit", "text", 28),
    ("code", "text", 10),
    ("score", "text", 8),
    ("lost", "text", 8),
    ("vetoes", "text", 34),
    ("doubts", "number", 8),
    ("answered", "number", 8),
    ("due", "number", 8),
    ("rate", "percent", 9),
    ("nothing_to_publish", "number", 11),
    ("not_applicable", "number", 8),
    ("extended", "number", 11),
)
FINDING_COLUMNS = (
    ("number", "number", 6),
    ("unit", "text", 26),
    ("kind", "text", 10),
    ("rule", "text", 20),
    ("finding", "text", 60),
    ("area", "text", 14),
    ("item", "text", 12),
    ("since", "date", 12),
    ("points", "text", 8),
    ("source", "text", 48),
)
ADDED_UP = frozenset(
    {"lost", "doubts", "answered", "due", "nothing_to_publish", "not_applicable", "extended", "points"}
)


@dataclass(frozen=True)
class Taken:
    """What is taken away of an assessment: some units and findings of it, names by code, the filters in words, the address of the view."""

    found: Assessment
    units: Sequence[UnitAssessment]
    findings: Sequence[Finding]
    unit_names: Mapping[str, str]
    area_names: Mapping[str, str]
    filters: str
    address: str

    @property
    def about(self) -> list[str]:
        """Date, filters, rules and address, as they stand above every table."""
        rules = self.found.rules
        return [
            word("as_of").format(day=wording.day_in_words(self.found.as_of)),
            word("filters").format(filters=self.filters),
            word("by_rules").format(title=rules.title, full=rules.full_mark, passing=rules.passing_mark),
            word("address").format(address=self.address),
        ]

    @property
    def unit_rows(self) -> "list[Row]":
        return [_unit_row(one, self.unit_names.get(one.unit_code, one.unit_code)) for one in self.units]

    @property
    def finding_rows(self) -> "list[Row]":
        return [[place, *_finding_row(one, self)] for place, one in enumerate(self.findings, start=1)]


def assessment_workbook(taken: Taken) -> bytes:
    """Two sheets: the units, and every finding with its rule, what it costs and the rule's source."""
    units, findings = taken.unit_rows, taken.finding_rows
    sheets = [
        Sheet(word("title"), word("title"), _columns(UNIT_COLUMNS, units), units, taken.about),
        Sheet(word("findings"), word("findings"), _columns(FINDING_COLUMNS, findings), findings, taken.about),
    ]
    return workbook(sheets, title=word("title"))


def units_table(taken: Taken) -> list[list[str]]:
    """The units for CSV."""
    return _table(UNIT_COLUMNS, taken.unit_rows, taken.about)


def findings_table(taken: Taken) -> list[list[str]]:
    """The findings for CSV."""
    return _table(FINDING_COLUMNS, taken.finding_rows, taken.about)


def worst_first(units: Iterable[UnitAssessment]) -> list[UnitAssessment]:
    """Lowest score first; of the same score the one with more vetoes that hold, then more veto findings."""
    return sorted(units, key=lambda one: (one.score, -len(one.vetoed_by), -len(one.vetoes), one.unit_code))


def kind_of(rule: Rule) -> str:
    """A code of `assessment_rule_kind` in the wording."""
    return "veto" if isinstance(rule, VetoRule) else "doubt" if isinstance(rule, DoubtRule) else "point"


def vetoes_in_words(one: UnitAssessment) -> str:
    """The veto rules that hold, each with its count and threshold."""
    held = [
        word("veto_mark").format(rule=one.rules.rules[held.rule].name, count=held.count, threshold=held.threshold)
        for held in one.vetoed_by
    ]
    return wording.label("format", "separator").join(held) or word("none")


def word(code: str) -> str:
    """A word of the assessment's files."""
    return wording.label("assessment_words", code)


Row = Sequence[Value]
Columns = Sequence[tuple[str, str, int]]


def _unit_row(one: UnitAssessment, name: str) -> Row:
    counts = one.counts
    return [
        name,
        one.unit_code,
        one.score,
        one.lost_points,
        vetoes_in_words(one),
        len(one.doubts),
        counts.answered,
        counts.due,
        counts.rate,
        counts.nothing_to_publish,
        counts.not_applicable,
        counts.extended,
    ]


def _finding_row(one: Finding, taken: Taken) -> Row:
    rule = taken.found.rules.rules[one.rule]
    return [
        taken.unit_names.get(one.unit_code, one.unit_code),
        wording.label("assessment_rule_kind", kind_of(rule)),
        rule.name,
        finding_in_words(one),
        taken.area_names.get(one.area_code, one.area_code),
        one.item_code,
        one.since,
        one.points,
        rule.source,
    ]


def _columns(columns: Columns, rows: Sequence[Row]) -> list[Column]:
    """With totals that stay live: sums of what may be added up, and the rate of all."""
    letters = {name: column_letter(place) for place, (name, _, _) in enumerate(columns)}
    made = []
    for place, (name, kind, width) in enumerate(columns):
        total: Formula | str | None = None
        if place == 0:
            total = word("total")
        elif name in ADDED_UP:
            added = sum(value for row in rows if isinstance(value := row[place], int | float))
            total = Formula(f"=SUBTOTAL(109,{letters[name]}{{first}}:{letters[name]}{{last}})", added)
        elif name == "rate":
            total = _rate_of_all(letters, rows, [one for one, _, _ in columns])
        made.append(Column(wording.label("assessment_column", name), kind, width, total))
    return made


def _rate_of_all(letters: Mapping[str, str], rows: Sequence[Row], names: Sequence[str]) -> Formula:
    answered, due = (
        sum(value for row in rows if isinstance(value := row[names.index(name)], int)) for name in ("answered", "due")
    )
    sums = [f"SUBTOTAL(109,{letters[name]}{{first}}:{letters[name]}{{last}})" for name in ("answered", "due")]
    return Formula(f'=IF({sums[1]}=0,"",{sums[0]}/{sums[1]})', answered / due if due else "")


def _table(columns: Columns, rows: Sequence[Row], about: Sequence[str]) -> list[list[str]]:
    """As texts, with what the table is about and the names of its columns on top."""
    kinds = [kind for _, kind, _ in columns]
    heads = [wording.label("assessment_column", name) for name, _, _ in columns]
    body = [[_cell(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in rows]
    return [*([line] for line in about), heads, *body]


def _cell(value: Value, kind: str) -> str:
    match value:
        case None:
            return ""
        case float() if kind == "percent":
            return f"{value:.1%}"
        case int() | float():
            return points_in_words(value)
        case date():
            return value.isoformat()
        case _:
            return value
