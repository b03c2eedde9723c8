"""The leader's sheet from what is known: numbers, who stands where, and that it never grows past its page."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from registry.coverage.queries import Board, OccasionRow
from registry.coverage.rules import Counts, Facts, OccasionState, StateDates
from registry.reports.board_tables import Names
from registry.reports.comparing import Earlier
from registry.reports.sheet import UNITS_LISTED, Known, people_words, sheet_of
from tests.reports.boards import LIMITS, NAMES, made_board

DAY = date(2026, 3, 2)
DATES = StateDates(DAY, date(2026, 3, 9), date(2026, 2, 1))


def late_row(
    unit: str, days: int, duty: UUID | None = None, *, area: str = "plan", title: str = "规划公示"
) -> OccasionRow:
    return OccasionRow(
        occasion_id=uuid4(), duty_id=duty or uuid4(), item_id=uuid4(), item_code="URP-01-01", item_titles=("规划", title),
        area_code=area, unit_code=unit, calendar=None, kind="event", period="", event="批准", counted_from=date(2026, 1, 1),
        due_on=DAY - timedelta(days=days), assumed=False, provisional=False, limit=DAY - timedelta(days=days),
        state=OccasionState.OVERDUE, publication_id=None, published_on=None,
        facts=Facts(DAY - timedelta(days=days)),
    )  # fmt: skip


def known(**changes: Any) -> Known:
    values: Mapping[str, Any] = {
        "dates": DATES, "limits": LIMITS, "names": NAMES, "now": made_board(), "earlier": Earlier(date(2026, 1, 31), "2026-01"),
        "was": Counts(met=16, met_late=2, overdue=9, long_overdue=1), "late": [], "people": {},
    }  # fmt: skip
    return Known(**{**values, **changes})


def crowd(number: int) -> Known:
    """So many units, each with three things late that a person looks after, all names as long as they get."""
    codes = [f"CX-{place:03d}" for place in range(number)]
    names = Names({code: f"楚雄市人民政府国有资产监督管理委员会第{code[3:]}处" for code in codes}, NAMES.areas)
    board, rows, people = Board(), [], {}
    for code in codes:
        board.cells[(code, "plan")] = Counts(met=1, overdue=3)
        for place in range(3):
            row = late_row(
                code, 10 + place, title="对有突出贡献的人民调解委员会和人民调解员按照国家规定给予表彰奖励的情况"
            )
            rows.append(row)
            people[row.duty_id] = f"欧阳某{place}"
    return known(names=names, now=board, late=rows, people=people)


def test_the_four_numbers_are_those_of_the_board_and_say_what_changed() -> None:
    figures = {one.key: (one.shown, one.change) for one in sheet_of(known()).figures}

    assert figures == {
        "due": ("27", "减少 1 项"),
        "answered": ("22", "增加 4 项"),
        "on_time_rate": ("74.0%", "上升 16.9 个百分点"),
        "late": ("5", "减少 5 项"),
    }


def test_worst_are_those_off_target_and_best_are_others() -> None:
    sheet = sheet_of(known())

    assert [one.code for one in sheet.worst] == ["A", "B"]
    assert [one.code for one in sheet.best] == ["C"]


def test_without_an_earlier_day_nothing_is_said_to_have_changed() -> None:
    sheet = sheet_of(known(earlier=None, was=None))

    assert {one.change for one in sheet.figures} == {"没有可比数据"}
    assert sheet.compared_with == "一个月前还没有登记，没有可比数据。"


@pytest.mark.parametrize(
    ("earlier", "words"),
    [
        (Earlier(date(2026, 1, 31), "2026-01"), "变化与最近一次关账（2026年1月，2026年1月31日）比较。"),
        (Earlier(date(2026, 2, 2)), "没有已关账的时期，变化与一个月前（2026年2月2日）比较。"),
    ],
)
def test_it_says_with_which_day_it_compares(earlier: Earlier, words: str) -> None:
    assert sheet_of(known(earlier=earlier)).compared_with == words


def test_three_sentences_say_how_far_who_and_what_is_late() -> None:
    rows = [late_row("A", 10), late_row("A", 40), late_row("B", 3, area="law"), late_row("A", 1), late_row("B", 1)]

    assert sheet_of(known(late=rows)).sentences == [
        "截至2026年3月2日，全市应公开 27 项，已公开 22 项，公开率 81.4%（上升 17.2 个百分点），按时率 74.0%。",
        "有应公开事由的单位 3 个，其中达标 1 个、关注 1 个、整改 1 个；公开率最低的是甲局（25.0%）。",
        "逾期 5 项，涉及 2 个单位，其中严重逾期 1 项；城乡规划最多，有 4 项。即将到期 0 项。",
    ]


def test_nothing_late_and_nobody_off_target_is_said_so() -> None:
    board = Board()
    board.cells[("C", "law")] = Counts(met=3, due_soon=2)
    sheet = sheet_of(known(now=board))

    assert sheet.worst == []
    assert sheet.sentences[1:] == [
        "有应公开事由的单位 1 个，其中达标 1 个、关注 0 个、整改 0 个，没有未达标的单位。",
        "目前没有逾期的事项。即将到期 2 项。",
    ]


def test_what_is_late_stands_with_unit_and_person_most_first() -> None:
    mine, theirs = uuid4(), uuid4()
    rows = [late_row("A", 10, mine), late_row("A", 40, theirs), late_row("A", 5), late_row("B", 50)]
    sheet = sheet_of(known(late=rows, people={mine: "杨某", theirs: "李某"}))

    assert [(one.name, one.number, one.days, one.longest) for one in sheet.late] == [
        ("甲局", 3, 40, rows[1]),
        ("乙局", 1, 50, rows[3]),
    ]
    assert [people_words(one) for one in sheet.late] == ["杨某、李某（1 项未指定）", "未指定"]


@pytest.mark.parametrize("number", [62, 70])
def test_only_so_many_units_are_listed_and_the_rest_is_counted(number: int) -> None:
    sheet = sheet_of(crowd(number))

    assert len(sheet.late) == UNITS_LISTED
    assert (sheet.more_units, sheet.more_late) == (number - UNITS_LISTED, 3 * (number - UNITS_LISTED))
    assert people_words(sheet.late[0]) == "欧阳某0、欧阳某1等 3 人"
