"""整改清单 out as a workbook, filled in as people do, and in again: found by 编号, every doubt with its cell, nothing lost."""

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from registry.bootstrap import Registry
from registry.database import Actor
from registry.errors import Invalid
from registry.exchange.annotating import annotated_xlsx
from registry.exchange.rectification_sheets import (
    FILLED_IN,
    WIDTHS,
    SheetAction,
    SheetComparison,
    apply_sheet,
    compare_sheet,
    day_in,
    how_to_fill_in,
    issue_sentence,
    list_xlsx,
    read_sheet,
)
from registry.rectification.deciding import close_task
from registry.rectification.queries import TaskFilter, last_answers, list_tasks
from registry.rectification.rules import TaskState
from registry.units.queries import unit_names
from tests.factories import create_user
from tests.rectification.lists import ITEMS, issue, tasks_in

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
HEAD = 5
"""The row of the header: a title, days, address and how to fill in stand above it."""

COLUMN = {name: at for at, name in enumerate(WIDTHS, start=1)}


@pytest.fixture
def office(registry: Registry) -> Actor:
    return create_user(registry, "office", roles=["office"], unit=None)


@pytest.fixture
def editor(registry: Registry) -> Actor:
    return create_user(registry, "editor")


def exported(registry: Registry, actor: Actor, list_id: UUID) -> bytes:
    with registry.database.read() as session:
        rows = list_tasks(session, actor, registry.database.today(), TaskFilter(list_id))
        answers = last_answers(session, [row.task.id for row in rows])
        return list_xlsx(rows, answers, unit_names(session), ["问题截至", "地址", how_to_fill_in()])


def filled(content: bytes, change: Callable[[Worksheet], None]) -> bytes:
    """The workbook after somebody worked on its sheet."""
    book = load_workbook(io.BytesIO(content))
    assert isinstance(book.active, Worksheet)
    change(book.active)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def write(sheet: Worksheet, row: int, progress: str, text: str, done_on: Any = None, proof: str = "") -> None:
    """Fill in the `row`-th task."""
    for name, value in zip(FILLED_IN, (progress, text, done_on, proof), strict=True):
        sheet.cell(HEAD + row, COLUMN[name], value or None)


def compared(
    registry: Registry, actor: Actor, list_id: UUID, content: bytes, name: str = "清单.xlsx"
) -> SheetComparison:
    with registry.database.read() as session:
        found = compare_sheet(session, actor, list_id, read_sheet(name, content), registry.database.today())
        session.expunge_all()
        return found


def taken(registry: Registry, actor: Actor, list_id: UUID, content: bytes) -> SheetComparison:
    with registry.database.work(actor) as work:
        return apply_sheet(work, list_id, read_sheet("清单.xlsx", content))


def told(found: SheetComparison) -> dict[str, str]:
    return {issue.cell: issue.code for issue in found.issues}


@ON_SQLITE
def test_the_sheet_says_what_is_asked_and_offers_the_words(registry: Registry, office: Actor) -> None:
    list_id = issue(registry, office)
    sheet = load_workbook(io.BytesIO(exported(registry, office, list_id))).active

    assert isinstance(sheet, Worksheet)
    assert sheet["A1"].value == "2026年第1号整改清单：一季度整改清单"
    assert [cell.value for cell in sheet[HEAD]] == [
        "序号", "编号", "任务", "问题", "时限", "责任单位", "整改情况", "整改说明", "完成日期", "网址/凭证", "状态",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[HEAD + 1]][:2] == [1, "ZG2026001-001"]
    assert sheet.cell(HEAD + 1, COLUMN["due_on"]).value == datetime(2026, 3, 16)  # noqa: DTZ001 - a cell has no zone
    assert sheet.cell(HEAD + 1, COLUMN["state"]).value == "待整改"
    (validation,) = sheet.data_validations.dataValidation
    assert validation.formula1 == '"已整改,正在整改,对问题有异议"'
    assert str(validation.sqref) == f"G{HEAD + 1}:G{HEAD + len(ITEMS)}"
    assert sheet.freeze_panes == f"C{HEAD + 1}"
    assert sheet.auto_filter.ref == f"A{HEAD}:K{HEAD + len(ITEMS)}"


def test_a_sheet_comes_back_sorted_and_shortened_and_is_taken_over(
    registry: Registry, office: Actor, editor: Actor
) -> None:
    list_id = issue(registry, office)

    def work(sheet: Worksheet) -> None:
        write(sheet, 1, "已整改", "已在门户公开", date(2026, 3, 1), "https://www.cxs.gov.cn/info/1.htm")
        write(sheet, 2, "正在整改", "等待批复", "2026年3月9日")
        write(sheet, 3, "对问题有异议", "本年没有这一项")
        rows = [[cell.value for cell in sheet[HEAD + at]] for at in range(1, 6)]
        for at, row in enumerate(reversed(rows[:4]), start=HEAD + 1):
            for column, value in enumerate(row, start=1):
                sheet.cell(at, column).value = value
        sheet.delete_rows(HEAD + 5)

    content = filled(exported(registry, editor, list_id), work)
    preview = compared(registry, editor, list_id, content)
    assert {action: len(preview.of(action)) for action in SheetAction} == {
        "answer": 3, "unchanged": 0, "empty": 1, "refused": 0,
    }  # fmt: skip
    assert [row.task.code for row in preview.absent] == ["ZG2026001-005"]
    assert preview.issues == []
    assert all(task.state is TaskState.OPEN for task in tasks_in(registry, list_id).values())

    assert taken(registry, editor, list_id, content).fingerprint == preview.fingerprint
    states = [task.state.value for task in tasks_in(registry, list_id).values()]
    assert states == ["answered", "answered", "answered", "open", "open"]
    with registry.database.read() as session:
        tasks = tasks_in(registry, list_id)
        answers = last_answers(session, [task.id for task in tasks.values()])
        second = answers[tasks[ITEMS[1]].id]
        assert (second.progress, second.text, second.done_on) == ("under_way", "等待批复", date(2026, 3, 9))
    again = compared(registry, editor, list_id, exported(registry, editor, list_id))
    assert len(again.of(SheetAction.UNCHANGED)) == 3


@ON_SQLITE
def test_every_cell_that_cannot_be_taken_is_named_with_what_is_accepted(
    registry: Registry, office: Actor, editor: Actor
) -> None:
    list_id = issue(registry, office)

    def work(sheet: Worksheet) -> None:
        write(sheet, 1, "已整改", "已公开", "三月初")
        write(sheet, 2, "快好了", "在办", date(2026, 3, 9))
        write(sheet, 3, "已整改", "", date(2026, 3, 12))
        write(sheet, 4, "正在整改", "字" * 601, date(2026, 2, 27))
        write(sheet, 5, "已整改", "已公开", date(2026, 3, 1))
        sheet.cell(HEAD + 5, COLUMN["problem"], "没有问题")

    found = compared(registry, editor, list_id, filled(exported(registry, editor, list_id), work))

    assert told(found) == {
        "I6": "date_unreadable",
        "G7": "progress_unknown",
        "H8": "text_missing",
        "I8": "date_in_future",
        "H9": "text_too_long",
        "I9": "date_in_past",
        "D10": "frozen_changed",
    }
    assert len(found.of(SheetAction.REFUSED)) == 4
    assert [row.task.task.code for row in found.of(SheetAction.ANSWER) if row.task] == ["ZG2026001-005"]
    sentences = [issue_sentence(one) for one in found.issues]
    assert sentences[0] == "I6 完成日期：“三月初”不是日期，这一行没有读入。应为 年-月-日，如 2026-03-20。"
    assert "可选的有：已整改、正在整改、对问题有异议" in sentences[1]
    marked = load_workbook(io.BytesIO(annotated_xlsx(found.sheet.grids, found.issues, issue_sentence))).active
    assert isinstance(marked, Worksheet)
    assert marked["I6"].comment is not None
    assert "不是日期" in marked["I6"].comment.text


@ON_SQLITE
@pytest.mark.parametrize(
    ("done_on", "progress", "code"),
    [
        (date(2026, 3, 3), "已整改", "date_in_future"),
        (date(2026, 3, 1), "正在整改", "date_in_past"),
        (None, "已整改", "date_missing"),
    ],
)
def test_days_are_judged_by_the_rule_of_the_form(
    registry: Registry, office: Actor, editor: Actor, done_on: date | None, progress: str, code: str
) -> None:
    list_id = issue(registry, office, items=ITEMS[:1])
    content = filled(exported(registry, editor, list_id), lambda sheet: write(sheet, 1, progress, "说明", done_on))

    assert told(compared(registry, editor, list_id, content)) == {"I6": code}


@ON_SQLITE
def test_rows_are_found_by_their_number_only(registry: Registry, office: Actor, editor: Actor) -> None:
    list_id = issue(registry, office)
    other_unit = issue(registry, office, units=("CX-104",), items=None)
    foreign = list_code(registry, other_unit)

    def work(sheet: Worksheet) -> None:
        for row in range(1, 6):
            write(sheet, row, "已整改", "已公开", date(2026, 3, 1))
        sheet.cell(HEAD + 1, COLUMN["code"], foreign)
        sheet.cell(HEAD + 2, COLUMN["code"]).value = None
        sheet.cell(HEAD + 4, COLUMN["code"], "ZG2026001-003")
        sheet.cell(HEAD + 4, COLUMN["text"], "另一种说法")

    found = compared(registry, editor, list_id, filled(exported(registry, editor, list_id), work))

    assert told(found) == {"B6": "code_unknown", "B7": "code_missing", "B8": "code_repeated", "B9": "code_repeated"}
    assert [row.row.number for row in found.of(SheetAction.ANSWER)] == [HEAD + 5]
    assert sorted(row.task.code[-3:] for row in found.absent) == ["001", "002", "004"]


def list_code(registry: Registry, list_id: UUID) -> str:
    return next(iter(tasks_in(registry, list_id).values())).code


@ON_SQLITE
def test_columns_may_move_and_change_their_names_within_reason(
    registry: Registry, office: Actor, editor: Actor
) -> None:
    list_id = issue(registry, office, items=ITEMS[:2])

    def rename(sheet: Worksheet) -> None:
        write(sheet, 1, "已整改", "已公开", date(2026, 3, 1), "门户")
        sheet.cell(HEAD, COLUMN["text"], "整改措施")
        sheet.cell(HEAD, COLUMN["done_on"], "什么时候")
        sheet.delete_cols(COLUMN["problem"])

    found = compared(registry, editor, list_id, filled(exported(registry, editor, list_id), rename))
    assert told(found) == {"A5": "header_missing", "B6": "date_missing"}
    assert "可用的列名：完成日期、完成时间、整改完成日期" in issue_sentence(found.issues[0])

    def lose(sheet: Worksheet) -> None:
        write(sheet, 1, "已整改", "已公开", date(2026, 3, 1))
        sheet.cell(HEAD, COLUMN["code"], "代号")

    found = compared(registry, editor, list_id, filled(exported(registry, editor, list_id), lose))
    assert (told(found), found.rows) == ({"A5": "no_code_column"}, [])
    assert len(found.absent) == 2


@ON_SQLITE
def test_formulas_without_a_value_and_closed_tasks_are_told(registry: Registry, office: Actor, editor: Actor) -> None:
    list_id = issue(registry, office, items=ITEMS[:2])

    def work(sheet: Worksheet) -> None:
        write(sheet, 1, "已整改", "=CONCATENATE(A1,A2)", date(2026, 3, 1))
        write(sheet, 2, "已整改", "已公开", date(2026, 3, 1))

    content = filled(exported(registry, editor, list_id), work)
    with registry.database.work(office) as work_:
        close_task(
            work_, tasks_in(registry, list_id)[ITEMS[1]].id, registry.observer(work_.session), "不再需要", version=1
        )

    assert told(compared(registry, editor, list_id, content)) == {"H6": "formula_without_value", "B7": "task_closed"}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("清单.xlsx", b"PK\x03\x04 broken", "not_an_office_file"),
        ("清单.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "encrypted_or_old"),
        ("清单.pdf", b"%PDF-1.4", "table_file_kind"),
        ("清单", b"text", "table_file_kind"),
        ("清单.xlsx", b"", "table_file_empty"),
    ],
)
def test_what_is_no_sheet_is_refused_before_it_is_opened(name: str, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_sheet(name, content)

    assert [issue.code for issue in refused.value.issues] == [code]


def test_a_table_of_something_else_has_no_rows() -> None:
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    book.active.append(["姓名", "电话", "地址"])
    buffer = io.BytesIO()
    book.save(buffer)

    sheet = read_sheet("名单.xlsx", buffer.getvalue())
    assert (sheet.rows, [issue.code for issue in sheet.issues]) == ([], ["no_code_column"])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-05", date(2026, 3, 5)),
        ("2026/3/5", date(2026, 3, 5)),
        ("2026.3.5", date(2026, 3, 5)),
        ("２０２６年３月５日", date(2026, 3, 5)),
        ("2026年2月30日", None),
        ("3月5日", None),
        ("46086", None),
        ("2026-03-05 上午", None),
    ],
)
def test_days_as_people_write_them(text: str, day: date | None) -> None:
    assert day_in(text) == day
