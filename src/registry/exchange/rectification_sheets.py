"""整改清单 as a workbook that units fill in: written, and read back whatever happened to it in between.

Rows are found again by their 编号, columns by their names; sorting, deleting and moving change nothing. A cell that cannot be taken is
told by its address with what was found and what is accepted, and keeps its row out; nothing is taken over that was not shown.
"""

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Session

from registry import wording
from registry.database import Actor, Work
from registry.documents.workbook import Column, Sheet, workbook
from registry.errors import Invalid, Issue
from registry.exchange.grids.grid import Cell, Grid, GridRow, address, refuse
from registry.exchange.grids.opening import read_grids
from registry.exchange.grids.spelling import joined, name_key
from registry.exchange.reading.records import CellIssue
from registry.rectification.queries import TaskFilter, TaskRow, last_answers, list_tasks
from registry.rectification.rules import Progress, TaskState, what_answer_lacks
from registry.rectification.schemas import AnswerSchema
from registry.rectification.service import answer_task
from registry.rectification.tables import RectificationStep
from registry.rectification.telling import list_name
from registry.units.queries import unit_names
from registry.validation import load

WIDTHS: Mapping[str, float] = {
    "place": 6,
    "code": 16,
    "task": 34,
    "problem": 42,
    "due_on": 12,
    "unit": 18,
    "progress": 14,
    "text": 34,
    "done_on": 12,
    "proof": 32,
    "state": 16,
}
FILLED_IN = ("progress", "text", "done_on", "proof")
FROZEN = ("task", "problem", "due_on", "unit")
DATES = frozenset({"due_on", "done_on"})

HEADER_WITHIN, HEADERS_NEEDED = 30, 3

DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")

# What a schema or rule says of a value, as it is told of a cell.
TOLD = {
    ("text", "required"): "text_missing",
    ("text", "too_long"): "text_too_long",
    ("proof", "too_long"): "text_too_long",
    ("done_on", "required"): "date_missing",
    ("done_on", "rectified_in_future"): "date_in_future",
    ("done_on", "promised_in_past"): "date_in_past",
}


def list_xlsx(rows: Sequence[TaskRow], answers: Mapping[UUID, RectificationStep], names: Mapping[str, str],
              about: Sequence[str]) -> bytes:  # fmt: skip
    """The tasks with what was last answered; `about` are the lines under the title. `rows` are of one list and not empty."""
    columns = [
        Column(wording.label("rectification_column", name), "date" if name in DATES else "text", width,
               to_fill_in=name in FILLED_IN)
        for name, width in WIDTHS.items()
    ]  # fmt: skip
    words = wording.labels("rectification_progress")
    sheet = Sheet(
        name=wording.label("rectification_sheet", "name"),
        title=list_title(rows[0]),
        columns=columns,
        rows=[[_cell(name, row, answers.get(row.task.id), names) for name in WIDTHS] for row in rows],
        about=about,
        frozen_columns=2,
        choices={list(WIDTHS).index("progress"): list(words.values())},
    )
    return workbook([sheet], title=list_title(rows[0]))


def list_title(row: TaskRow) -> str:
    """2026年第3号整改清单：…"""
    name = list_name(row.list.year, row.list.number)
    return wording.label("rectification_sheet", "title").format(list=name, title=row.list.title)


def about_lines(row: TaskRow, filters: Sequence[str], address: str) -> list[str]:
    """Date, filters and address, as every export carries them."""
    words, separator = wording.labels("rectification_sheet"), wording.label("format", "separator")
    days = wording.day_in_words(row.list.found_on), wording.day_in_words(row.issued_on)
    lines = [words["found_on"].format(day=days[0], issued=days[1])]
    if filters:
        lines.append(words["filters"].format(filters=separator.join(filters)))
    return [*lines, words["address"].format(address=address)]


def how_to_fill_in() -> str:
    """The line that tells a unit what to do."""
    return wording.label("rectification_sheet", "how").format_map(wording.labels("rectification_column"))


def state_words(row: TaskRow) -> str:
    """已逾期 stands beside the state and never in its place."""
    word = wording.label("rectification_state", row.task.state)
    late = wording.label("rectification_sheet", "late")
    return wording.label("format", "outcome").format(outcome=word, reason=late) if row.is_late else word


def _cell(
    name: str, row: TaskRow, answer: RectificationStep | None, names: Mapping[str, str]
) -> str | int | date | None:
    if name in FILLED_IN:
        return _answered(name, answer)
    if name == "unit":
        return names.get(row.task.unit_code, row.task.unit_code)
    if name == "state":
        return state_words(row)
    value: str | int | date = getattr(row.task, name)
    return value


def _answered(name: str, answer: RectificationStep | None) -> str | date | None:
    if answer is None or answer.progress is None:
        return None
    if name == "progress":
        return wording.label("rectification_progress", answer.progress)
    value: str | date | None = getattr(answer, name)
    return value


class SheetAction(StrEnum):
    """What becomes of a row."""

    ANSWER = "answer"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    REFUSED = "refused"


@dataclass(frozen=True)
class ReadRow:
    """A row under the header; `cells` by what their column is for."""

    number: int
    cells: Mapping[str, Cell]
    broken: Mapping[str, str]

    def text(self, name: str) -> str:
        cell = self.cells.get(name)
        return cell.text.strip() if cell else ""

    def address(self, name: str) -> str:
        """Of the cell; of the row's 编号 where the table has no such column."""
        cell = self.cells.get(name) or self.cells["code"]
        return cell.address

    @property
    def answer(self) -> tuple[str, ...]:
        return tuple(self.text(name) for name in FILLED_IN)


@dataclass(frozen=True)
class ReadSheet:
    """What a file has: `issues` are about its columns; without a column of 编号 there are no rows."""

    name: str
    grids: Sequence[Grid]
    rows: Sequence[ReadRow]
    issues: Sequence[CellIssue]


@dataclass(frozen=True)
class SheetRow:
    """A row with its task as it was in its `version`. `values` are what AnswerSchema gives, `before` the last answer."""

    action: SheetAction
    row: ReadRow
    task: TaskRow | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    before: RectificationStep | None = None
    version: int = 0


@dataclass(frozen=True)
class SheetComparison:
    """What taking the sheet over does; `absent` are tasks it does not have, which stay as they are."""

    sheet: ReadSheet
    rows: Sequence[SheetRow]
    issues: Sequence[CellIssue]
    absent: Sequence[TaskRow]

    def of(self, action: SheetAction | str) -> list[SheetRow]:
        return [row for row in self.rows if row.action == action]

    @property
    def fingerprint(self) -> str:
        """Tells whether two runs would do the same."""
        told = [[row.action, row.row.text("code"), dict(row.values), row.version] for row in self.rows]
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def read_sheet(name: str, content: bytes) -> ReadSheet:
    """The rows of a filled-in list. Raises Invalid for files that are no table, or are not safe to open."""
    grids = read_grids(name, content, _no_text)
    rows: list[ReadRow] = []
    issues: list[CellIssue] = []
    seen: list[frozenset[str]] = []
    for grid in grids:
        found = _header(grid)
        if found is not None:
            place, columns = found
            seen.append(frozenset(columns))
            issues += _missing_columns(grid.rows[place], columns)
            rows += _rows(grid, place, columns) if "code" in columns else []
    if not seen:
        issues.append(_column_issue(grids[0].rows[0] if grids and grids[0].rows else None, "code", "no_code_column"))
    return ReadSheet(name, grids, rows, issues)


def compare_sheet(session: Session, actor: Actor, list_id: UUID, sheet: ReadSheet, today: date) -> SheetComparison:
    """Each row beside its task, for the tasks `actor` may see."""
    tasks = list_tasks(session, actor, today, TaskFilter(list_id=list_id))
    comparing = _Comparing(
        tasks={row.task.code: row for row in tasks},
        answers=last_answers(session, [row.task.id for row in tasks]),
        names=unit_names(session),
        today=today,
        example=tasks[0].task.code if tasks else "",
    )
    rows = comparing.rows(sheet.rows)
    known = {row.row.text("code") for row in rows}
    absent = [row for code, row in comparing.tasks.items() if code not in known and row.task.state != TaskState.CLOSED]
    return SheetComparison(sheet, rows, [*sheet.issues, *comparing.issues], absent)


def apply_sheet(work: Work, list_id: UUID, sheet: ReadSheet) -> SheetComparison:
    """Take over every row that answers its task."""
    found = compare_sheet(work.session, work.actor, list_id, sheet, work.today)
    for row in found.of(SheetAction.ANSWER):
        if row.task is not None:
            answer_task(work, row.task.task.id, row.values, version=row.version)
    return found


def issue_sentence(issue: CellIssue) -> str:
    """H7 完成日期：… as people read it."""
    name = wording.labels("rectification_column")[issue.field]
    text = wording.label("rectification_issue", issue.code).format(
        found=issue.found or wording.label("format", "none"), accepted=issue.accepted
    )
    return f"{issue.cell} {name}{wording.label('format', 'colon')}{text}".strip()


def comparison_record(found: SheetComparison) -> dict[str, Any]:
    """`rectification import --json`."""
    return {
        "file": found.sheet.name,
        "rows": [
            {
                "row": row.row.number,
                "action": row.action.value,
                "code": row.row.text("code"),
                "answer": row.values or None,
            }
            for row in found.rows
        ],
        "absent": [row.task.code for row in found.absent],
        "issues": [{**asdict(issue), "sentence": issue_sentence(issue)} for issue in found.issues],
        "counts": {action.value: len(found.of(action)) for action in SheetAction},
    }


@dataclass
class _Comparing:
    """Reads rows one after the other and notes what cannot be taken."""

    tasks: Mapping[str, TaskRow]
    answers: Mapping[UUID, RectificationStep]
    names: Mapping[str, str]
    today: date
    example: str
    issues: list[CellIssue] = field(default_factory=list)

    def rows(self, rows: Sequence[ReadRow]) -> list[SheetRow]:
        """A task answered twice alike counts once; answered differently, not at all."""
        by_code: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for row in rows:
            by_code[row.text("code")].add(row.answer)
        found, taken = [], set()
        for row in rows:
            code = row.text("code")
            if code and len(by_code[code]) > 1:
                found.append(self._refused(row, "code", "code_repeated", code))
            elif code not in taken or not code:
                found += self._row(row)
            taken.add(code)
        return found

    def _row(self, row: ReadRow) -> Iterator[SheetRow]:
        code = row.text("code")
        if not code:
            if any(row.answer):
                yield self._refused(row, "code", "code_missing", "", self.example)
            return
        task = self.tasks.get(code)
        if task is None:
            yield self._refused(row, "code", "code_unknown", code, self.example)
            return
        self._note_changed(row, task)
        before = self.answers.get(task.task.id)
        if not any(row.answer) and not any(name in row.broken for name in FILLED_IN):
            yield SheetRow(SheetAction.EMPTY, row, task, before=before)
            return
        values = self._values(row)
        if values is None:
            yield SheetRow(SheetAction.REFUSED, row, task, before=before)
        elif before is not None and _same(values, before):
            yield SheetRow(SheetAction.UNCHANGED, row, task, values, before)
        elif task.task.state is TaskState.CLOSED:
            yield self._refused(row, "code", "task_closed", code)
        else:
            yield SheetRow(SheetAction.ANSWER, row, task, values, before, task.task.version)

    def _values(self, row: ReadRow) -> dict[str, Any] | None:
        """The answer as the schema gives it; None when a cell cannot be taken. All cells are told, not the first one only."""
        told = len(self.issues)
        for name in FILLED_IN:
            if name in row.broken:
                self._tell(row, name, row.broken[name], row.text(name))
        progress, done_on = self._progress(row), self._day(row)
        values = {"progress": progress, "text": row.text("text"), "done_on": done_on, "proof": row.text("proof")}
        sound = {name: value for name, value in values.items() if value and name not in row.broken}
        try:
            clean = load(AnswerSchema(), {name: str(value) for name, value in sound.items()})
        except Invalid as error:
            clean = {}
            self._tell_issues(row, error.issues)
        if progress is not None and (done_on is not None or not row.text("done_on")):
            self._tell_issues(row, what_answer_lacks({"progress": progress, "done_on": done_on}, self.today))
        return clean if len(self.issues) == told else None

    def _progress(self, row: ReadRow) -> Progress | None:
        words = wording.labels("rectification_progress")
        keys = {name_key(word): Progress(code) for code, word in words.items()}
        found = keys.get(name_key(row.text("progress")))
        if found is None and "progress" not in row.broken:
            accepted = wording.label("format", "separator").join(words.values())
            self._tell(row, "progress", "progress_unknown", row.text("progress"), accepted)
        return found

    def _day(self, row: ReadRow) -> date | None:
        """None for no day, and for one that cannot be read, which is told."""
        text = row.text("done_on")
        day = day_in(text)
        if text and day is None and "done_on" not in row.broken:
            self._tell(row, "done_on", "date_unreadable", text, wording.label("rectification_accepted", "dates"))
        return day

    def _note_changed(self, row: ReadRow, task: TaskRow) -> None:
        for name in FROZEN:
            found, own = row.text(name), _cell(name, task, None, self.names)
            if not found:
                continue
            same = day_in(found) == own if isinstance(own, date) else name_key(found) == name_key(str(own))
            if not same:
                accepted = own.isoformat() if isinstance(own, date) else str(own)
                self._tell(row, name, "frozen_changed", found, accepted, grave=False)

    def _tell_issues(self, row: ReadRow, issues: Iterable[Issue]) -> None:
        """What the reading of a cell has told already (no word of ours, a formula) is not told again."""
        for issue in issues:
            if issue.field != "progress" and issue.field not in row.broken:
                self._tell_issue(row, issue)

    def _tell_issue(self, row: ReadRow, issue: Issue) -> None:
        code = TOLD[(issue.field, issue.code)]
        found = row.text(issue.field)
        accepted = {"date_in_future": self.today.isoformat(), "date_in_past": self.today.isoformat()}.get(code, "")
        if code == "text_too_long":
            found, accepted = str(len(found)), str(issue.context["max"])
        self._tell(row, issue.field, code, found, accepted)

    def _refused(self, row: ReadRow, name: str, code: str, found: str, accepted: str = "") -> SheetRow:
        self._tell(row, name, code, found, accepted)
        return SheetRow(SheetAction.REFUSED, row, self.tasks.get(row.text("code")))

    def _tell(
        self, row: ReadRow, name: str, code: str, found: str = "", accepted: str = "", *, grave: bool = True
    ) -> None:
        self.issues.append(CellIssue(row.address(name), row.number, name, code, found[:200], accepted, grave))


def day_in(text: str) -> date | None:
    """A day as people write it: 2026-3-5, 2026/3/5, 2026.3.5, 2026年3月5日; None for everything else."""
    match = DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _same(values: Mapping[str, Any], before: RectificationStep) -> bool:
    return all(values.get(name) == getattr(before, name) for name in FILLED_IN)


def _header(grid: Grid) -> tuple[int, Mapping[str, int]] | None:
    """The first row with enough names of ours, and which column is for what; None for a table that is not ours."""
    for place, row in enumerate(grid.rows[:HEADER_WITHIN]):
        columns: dict[str, int] = {}
        for at, cell in enumerate(row.cells):
            name = _role(cell.text)
            if name is not None:
                columns.setdefault(name, at)
        if len(columns) >= HEADERS_NEEDED:
            return place, columns
    return None


def _role(text: str) -> str | None:
    key = name_key(text)
    accepted = wording.labels("rectification_header")
    return next((name for name, names in accepted.items() if key in map(name_key, names.split())), None)


def _missing_columns(row: GridRow, columns: Mapping[str, int]) -> list[CellIssue]:
    if "code" not in columns:
        return [_column_issue(row, "code", "no_code_column")]
    return [_column_issue(row, name, "header_missing") for name in FILLED_IN if name not in columns]


def _column_issue(row: GridRow | None, name: str, code: str) -> CellIssue:
    accepted = wording.label("format", "separator").join(wording.label("rectification_header", name).split())
    where = row.cells[0].address if row is not None and row.cells else ""
    number = row.number if row is not None else 0
    return CellIssue(where, number, name, code, wording.label("rectification_column", name), accepted, grave=True)


def _rows(grid: Grid, place: int, columns: Mapping[str, int]) -> Iterator[ReadRow]:
    for row in grid.rows[place + 1 :]:
        cells = {
            name: row.cells[at] if at < len(row.cells) else Cell("", address(row.number, at))
            for name, at in columns.items()
        }
        if _role(cells["code"].text) == "code" or not any(joined(cell.text) for cell in cells.values()):
            continue
        broken = {name: grid.broken[cell.address] for name, cell in cells.items() if cell.address in grid.broken}
        yield ReadRow(row.number, cells, broken)


def _no_text(_: str) -> list[Grid]:
    raise refuse("table_file_kind", found="", accepted=".xlsx .docx .html .csv")
