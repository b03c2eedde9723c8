"""A briefing from its figures: what the law and the convention of such letters want in it, with the numbers of the board."""

import io
from datetime import date
from typing import Any

import docx
import pytest
from docx.document import Document

from registry.assessment.rules import Finding
from registry.coverage.rules import Counts
from registry.duties.rules import Period
from registry.reports.briefings.basis import bases_on
from registry.reports.briefings.document import briefing_docx
from registry.reports.briefings.drafting import Texts, draft, numeral
from registry.reports.briefings.figures import Before, Figures, Problem, period_before, recent_periods
from registry.rulebook.book import Rulebook
from tests.reports.boards import LIMITS, NAMES, made_board

FEBRUARY = Period("2026-02", date(2026, 2, 1), date(2026, 2, 28))
BASES = ["《中华人民共和国政府信息公开条例》第四十六条、第四十七条"]


def problem(rule: str, name: str, unit: str, title: str) -> Problem:
    finding = Finding(rule, unit, "plan", "URP-01-01", "occasion", title, context={"title": title})
    return Problem(finding, name, NAMES.units[unit], f"“{title}”至今没有公开。")


PROBLEMS = (
    problem("long_overdue", "严重逾期", "A", "总体规划"),
    *(problem("overdue", "逾期", "B", title) for title in ("预算", "决算")),
    *(problem("overdue", "逾期", "A", title) for title in ("批前公示", "批后公布", "许可", "处罚")),
)


def figures(**changes: Any) -> Figures:
    values: dict[str, Any] = {
        "period": FEBRUARY, "day": FEBRUARY.last, "is_closed": True, "board": made_board(), "names": NAMES, "limits": LIMITS,
        "before": Before("2026-01", date(2026, 1, 31), Counts(met=16, met_late=2, overdue=9, long_overdue=1)),
        "problems": PROBLEMS,
    }  # fmt: skip
    return Figures(**{**values, **changes})


def drafted(**changes: Any) -> Texts:
    return draft(figures(**changes), BASES, date(2026, 3, 23))


def test_it_says_on_what_it_rests_and_what_it_covers() -> None:
    texts = drafted()

    assert texts.title == "楚雄市政务公开领导小组办公室关于2026年2月基层政务公开情况的通报"
    assert texts.basis.startswith("根据《中华人民共和国政府信息公开条例》第四十六条、第四十七条，")
    assert "3 个有应公开事由的责任单位" in texts.scope
    assert "2026年2月1日至2026年2月28日" in texts.scope
    assert texts.scope.endswith("本期数字已经关账。")


def test_numbers_are_those_of_the_board_beside_those_of_the_period_before() -> None:
    assert drafted().overall.splitlines() == [
        "截至2026年2月28日，全市应公开 27 项，已公开 22 项，公开率 81.4%；其中按时公开 20 项，按时率 74.0%；逾期 5 项，其中严重逾期 1 项。",
        "另有本期无信息 0 项、不适用 2 项、已批准延期 0 项、待定规则 1 项，不计入应公开。",
        "与2026年1月相比，公开率上升 17.2 个百分点，按时率上升 16.9 个百分点，逾期减少 5 项。",
        "3 个单位中，公开率 95% 及以上的达标单位 1 个，80% 至 95%（不含）的关注单位 1 个，不到 80% 的整改单位 1 个。"
        "排序见附件1，未达标单位名单见附件3。",
    ]


def test_an_open_period_and_one_without_another_before_it_are_said_so() -> None:
    texts = drafted(is_closed=False, before=None)

    assert texts.scope.endswith("数字未关账，以后可能变动。")
    assert "上一时期没有登记，没有可比数据。" in texts.overall


def test_problems_stand_by_rule_with_unit_and_name_most_first() -> None:
    assert drafted().problems.splitlines() == [
        "（一）严重逾期（1 项，1 个单位）",
        "甲局（1 项）：“总体规划”。",
        "（二）逾期（6 项，2 个单位）",
        "甲局（4 项）：“批前公示”“批后公布”“许可”等。",
        "乙局（2 项）：“预算”“决算”。",
    ]
    assert drafted(problems=()).problems == "本期检查没有发现问题。"


def test_requirements_name_the_day() -> None:
    assert (
        drafted()
        .requirements.splitlines()[0]
        .startswith("1.各有关单位要对照附件2的 7 项问题逐项整改，于2026年3月23日前")
    )
    assert "尽快全部整改到位" in draft(figures(), BASES, None).requirements


def test_units_are_ranked_and_those_off_target_know_what_they_lack() -> None:
    found = figures()

    assert [one.code for one in found.ranking] == ["C", "B", "A"]
    # 95 % of 4 are 3.8, so 4: 3 more; 95 % of 20 are 19: 1 more.
    assert [(one.code, one.short) for one in found.off_target] == [("A", 3), ("B", 1)]


def test_a_draft_is_known_again_by_its_figures() -> None:
    assert figures().digest == figures().digest
    assert len({figures().digest, figures(is_closed=False).digest, figures(problems=PROBLEMS[1:]).digest}) == 3


@pytest.fixture(scope="module")
def document() -> Document:
    content = briefing_docx(drafted(), figures(), number="楚政公开办〔2026〕3号", issued_on=date(2026, 3, 2))
    return docx.Document(io.BytesIO(content))


def test_the_document_has_the_parts_of_an_official_letter_in_their_order(document: Document) -> None:
    headings = [one.text for one in document.paragraphs if one.style.name.startswith("Official Heading")]
    texts = [one.text for one in document.paragraphs if one.text]

    assert headings == [
        "一、检查范围与时间",
        "二、总体情况",
        "三、主要问题",
        "（一）严重逾期（1 项，1 个单位）",
        "（二）逾期（6 项，2 个单位）",
        "四、工作要求",
    ]
    assert texts[:3] == [
        "楚政公开办〔2026〕3号",
        "楚雄市政务公开领导小组办公室\n关于2026年2月基层政务公开情况的通报",
        "各乡镇人民政府，市属各部门：",
    ]
    assert texts[-11:-6] == [
        "附件：1.各单位公开率排序",
        "2.问题清单",
        "3.未达标单位名单",
        "楚雄市政务公开领导小组办公室",
        "2026年3月2日",
    ]
    assert texts[-6:] == ["附件1", "各单位公开率排序", "附件2", "问题清单", "附件3", "未达标单位名单"]


def test_the_annexes_hold_every_unit_and_every_problem(document: Document) -> None:
    ranking, problems, off_target = ([[cell.text for cell in row.cells] for row in one.rows] for one in document.tables)

    assert ranking[1:] == [
        ["1", "丙局", "3", "3", "100.0%", "100.0%", "0", "达标"],
        ["2", "乙局", "20", "18", "90.0%", "80.0%", "2", "关注"],
        ["3", "甲局", "4", "1", "25.0%", "25.0%", "3", "整改"],
    ]
    assert len(problems) == 1 + len(PROBLEMS)
    assert problems[1] == ["1", "甲局", "城乡规划", "严重逾期", "“总体规划”至今没有公开。"]
    assert off_target[1:] == [["1", "甲局", "25.0%", "整改", "3"], ["2", "乙局", "90.0%", "关注", "1"]]


@pytest.mark.parametrize(
    ("day", "articles"),
    [(date(2019, 5, 14), "第二十九条、第三十条"), (date(2019, 5, 15), "第四十六条、第四十七条")],
)
def test_the_articles_are_those_in_force_on_the_day(rulebook: Rulebook, day: date, articles: str) -> None:
    assert bases_on(rulebook, day) == [f"《中华人民共和国政府信息公开条例》{articles}"]


@pytest.mark.parametrize(
    ("code", "first", "last", "before"),
    [
        ("2026-01", date(2026, 1, 1), date(2026, 1, 31), "2025-12"),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "2025-Q4"),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30), "2025-H2"),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2025"),
    ],
)
def test_the_period_before(code: str, first: date, last: date, before: str) -> None:
    assert period_before(Period(code, first, last)) == before


def test_no_period_is_offered_that_ended_before_anything_was_recorded() -> None:
    offered = recent_periods(date(2026, 3, 2), since=date(2026, 1, 1))
    assert offered == ["2026-02", "2026-01"]


def test_recent_periods_are_over() -> None:
    assert recent_periods(date(2026, 3, 2), months=2, quarters=1) == [
        "2026-02", "2026-01", "2025-Q4", "2025-H2", "2025-H1", "2025", "2024",
    ]  # fmt: skip


@pytest.mark.parametrize(("number", "words"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (23, "二十三")])
def test_numerals(number: int, words: str) -> None:
    assert numeral(number) == words
