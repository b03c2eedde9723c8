"""The board to take away: every number with its formula, totals that follow the filter, nothing lost."""

import io
from datetime import date
from uuid import uuid4

import openpyxl
import pytest

from registry.coverage.queries import OccasionRow
from registry.coverage.rules import Facts, OccasionState
from registry.documents.workbook import workbook
from registry.reports.board_tables import (
    Taken,
    board_csv,
    board_sheets,
    days_late,
    occasion_words,
    occasions_csv,
    worst_first,
)
from tests.reports.boards import LIMITS, NAMES, made_board

TAKEN = Taken("公开情况", ["截至 2026年3月2日", "查看地址：https://example.invalid/coverage?as_of=2026-03-02"])


def opened(*, shown: bool, notes: dict[tuple[str, str], str] | None = None) -> openpyxl.Workbook:
    content = workbook(board_sheets(made_board(), NAMES, LIMITS, TAKEN, notes), title=TAKEN.title)
    return openpyxl.load_workbook(io.BytesIO(content), data_only=shown)


def test_units_come_worst_first_and_those_without_anything_due_last() -> None:
    assert worst_first(made_board(), NAMES.units) == ["A", "B", "C", "D"]


def test_the_matrix_has_every_unit_with_its_rates() -> None:
    page = opened(shown=True)["各单位"]
    rows = [[cell.value for cell in row[:12]] for row in page.iter_rows(min_row=5, max_row=9)]

    assert [page.cell(4, place).value for place in (1, 2, 4, 7, 10, 11)] == [
        "责任单位", "城乡规划\n已公开", "城乡规划\n公开率", "法律服务\n公开率", "合计\n公开率", "等次",
    ]  # fmt: skip
    assert rows == [
        ["甲局", 1, 4, 0.25, 0, 0, None, 1, 4, 0.25, "整改", 3],
        ["乙局", 16, 17, 0.941, 2, 3, 0.666, 18, 20, 0.9, "关注", 2],
        ["丙局", 0, 0, None, 3, 3, 1, 3, 3, 1, "达标", 0],
        ["丁局", 0, 0, None, 0, 0, None, 0, 0, None, "无应公开", 0],
        ["合计", 17, 21, 0.809, 5, 6, 0.833, 22, 27, 0.814, "关注", 5],
    ]


def test_rates_and_totals_are_live() -> None:
    page = opened(shown=False)["各单位"]

    assert page["D5"].value == '=IF(C5=0,"",ROUNDDOWN(B5/C5,3))'
    assert page["C9"].value == "=SUBTOTAL(109,C5:C8)"
    assert page["J9"].value == '=IF(I9=0,"",ROUNDDOWN(H9/I9,3))'
    assert page["K9"].value == ('=IF(J9="","无应公开",IF(J9>=0.95,"达标",IF(J9>=0.8,"关注","整改")))')
    assert (page.auto_filter.ref, page.freeze_panes) == ("A4:R8", "B5")
    assert page["D5"].number_format == "0.0%"


def test_every_cell_of_the_board_is_a_row_of_the_second_sheet() -> None:
    shown, live = opened(shown=True)["单位与领域"], opened(shown=False)["单位与领域"]
    rows = [[cell.value for cell in row[:10]] for row in shown.iter_rows(min_row=5, max_row=10)]

    assert rows == [
        ["甲局", "城乡规划", 4, 1, 0, 2, 1, 0.25, 0.25, "整改"],
        ["乙局", "城乡规划", 17, 15, 1, 1, 0, 0.941, 0.882, "关注"],
        ["乙局", "法律服务", 3, 1, 1, 1, 0, 0.666, 0.333, "整改"],
        ["丙局", "法律服务", 3, 3, 0, 0, 0, 1, 1, "达标"],
        ["丁局", "法律服务", 0, 0, 0, 0, 0, None, None, "无应公开"],
        ["合计", None, 27, 20, 2, 4, 1, 0.814, 0.74, "关注"],
    ]
    assert live["C6"].value == "=SUM(D6:G6)"
    assert live["H6"].value == '=IF(C6=0,"",ROUNDDOWN((D6+E6)/C6,3))'
    assert live["D10"].value == "=SUBTOTAL(109,D5:D9)"
    assert (live.auto_filter.ref, live.freeze_panes) == ("A4:P9", "C5")


def test_notes_are_a_column_only_where_somebody_gives_them() -> None:
    without = opened(shown=True)["单位与领域"]
    noted = opened(shown=True, notes={("B", "law"): "已约谈，3月底前补齐"})["单位与领域"]

    assert [without.cell(4, 17).value, noted.cell(4, 17).value] == [None, "批注"]
    assert [noted.cell(row, 17).value for row in range(5, 10)] == [None, None, "已约谈，3月底前补齐", None, None]


def test_csv_has_its_head_first_and_says_below_where_it_came_from() -> None:
    rows = board_csv(made_board(), NAMES, LIMITS, TAKEN)

    assert rows[0][:5] == ["责任单位", "领域", "应公开", "按时公开", "迟公开"]
    assert rows[2] == ["乙局", "城乡规划", "17", "15", "1", "1", "0", "94.1%", "88.2%", *["0"] * 6, "关注"]
    assert rows[6:] == [[], ["公开情况"], *([line] for line in TAKEN.about)]


def occasion(state: OccasionState, **changes: object) -> OccasionRow:
    values: dict[str, object] = {
        "occasion_id": uuid4(), "duty_id": uuid4(), "item_id": uuid4(), "item_code": "URP-01-01", "item_titles": ("规划", "总体规划"),
        "area_code": "plan", "unit_code": "A", "calendar": None, "kind": "event", "period": "", "event": "批准",
        "counted_from": date(2026, 2, 12), "due_on": date(2026, 2, 20), "assumed": False, "provisional": False,
        "limit": date(2026, 2, 20), "state": state, "publication_id": None, "published_on": None,
        "facts": Facts(date(2026, 2, 20)),
    }  # fmt: skip
    return OccasionRow(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "days"),
    [
        (occasion(OccasionState.OVERDUE), 10),
        (occasion(OccasionState.LONG_OVERDUE, limit=date(2026, 1, 1)), 60),
        (occasion(OccasionState.MET_LATE, published_on=date(2026, 2, 25)), 5),
        (occasion(OccasionState.MET, published_on=date(2026, 2, 19)), None),
        (occasion(OccasionState.NEEDS_RULE, limit=None), None),
        (occasion(OccasionState.UPCOMING, limit=date(2026, 4, 1)), None),
    ],
)
def test_days_late(row: OccasionRow, days: int | None) -> None:
    assert days_late(row, date(2026, 3, 2)) == days


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "批准（2026年2月12日）"),
        ({"period": "2026"}, "2026年度批准（2026年2月12日）"),
        ({"period": "2026-Q1", "event": "", "kind": "period"}, "2026年第1季度"),
        ({"event": "", "kind": "first"}, "首次公开"),
    ],
)
def test_what_a_disclosure_is_for(changes: dict[str, object], words: str) -> None:
    assert occasion_words(occasion(OccasionState.OVERDUE, **changes)) == words


def test_a_row_behind_a_number_as_text() -> None:
    rows = occasions_csv([occasion(OccasionState.OVERDUE)], NAMES, date(2026, 3, 2), TAKEN, [""])

    assert rows[1] == [
        "规划 / 总体规划",
        "URP-01-01",
        "甲局",
        "城乡规划",
        "批准（2026年2月12日）",
        "2026-02-20",
        "逾期",
        "10",
        "",
        "",
    ]
