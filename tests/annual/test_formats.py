"""The statutory formats against the facts: names and numbers of rows and columns, written out by hand."""

from datetime import date

import pytest

from registry.annual.grids import GridKind, grid_of
from registry.rulebook.annual import ReportFormat
from registry.rulebook.book import Rulebook

SIX_SECTIONS = [
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
]


def form(rulebook: Rulebook, code: str) -> ReportFormat:
    return rulebook.annual[code]


@pytest.mark.parametrize(
    ("year", "code"),
    [(2008, "2007"), (2017, "2007"), (2018, "2007"), (2019, "2019"), (2020, "2019"), (2021, "2021"), (2025, "2021")],
)
def test_the_report_year_picks_the_format(rulebook: Rulebook, year: int, code: str) -> None:
    found = rulebook.annual_format(year)

    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("year", [2007, 1999, 2045])
def test_nobody_reports_on_other_years(rulebook: Rulebook, year: int) -> None:
    assert rulebook.annual_format(year) is None


@pytest.mark.parametrize(
    ("year", "of_units", "of_city"),
    [
        (2017, date(2018, 3, 31), date(2018, 3, 31)),
        (2018, date(2019, 3, 31), date(2019, 3, 31)),
        (2019, date(2020, 1, 31), date(2020, 3, 31)),
        (2021, date(2022, 1, 31), date(2022, 3, 31)),
    ],
)
def test_deadlines_follow_the_regulations_of_the_time(
    rulebook: Rulebook, year: int, of_units: date, of_city: date
) -> None:
    """条例 2007 第三十一条: 3月31日前 for all; 条例 2019 第四十九条: departments by 1月31日, the government by 3月31日."""
    found = rulebook.annual_format(year)

    assert found is not None
    assert (found.deadline("units").due_on(year), found.deadline("city").due_on(year)) == (of_units, of_city)


@pytest.mark.parametrize("code", ["2019", "2021"])
def test_the_report_has_six_sections_in_their_order(rulebook: Rulebook, code: str) -> None:
    assert [section.title for section in form(rulebook, code).sections] == SIX_SECTIONS


def test_the_report_of_2007_has_the_six_items_of_article_32(rulebook: Rulebook) -> None:
    words = ["主动公开", "依申请公开", "收费及减免", "行政复议", "主要问题及改进", "其他需要报告"]
    titles = [section.title for section in form(rulebook, "2007").sections]

    assert len(titles) == 6
    assert [word for word, title in zip(words, titles, strict=True) if word not in title] == []


TABLE_TWO = {
    "2021": [
        ("第二十条第（一）项", ["本年制发件数", "本年废止件数", "现行有效件数"], ["规章", "行政规范性文件"]),
        ("第二十条第（五）项", ["本年处理决定数量"], ["行政许可"]),
        ("第二十条第（六）项", ["本年处理决定数量"], ["行政处罚", "行政强制"]),
        ("第二十条第（八）项", ["本年收费金额（单位：万元）"], ["行政事业性收费"]),
    ],
    "2019": [
        ("第二十条第（一）项", ["本年新制作数量", "本年新公开数量", "对外公开总数量"], ["规章", "规范性文件"]),
        (
            "第二十条第（五）项",
            ["上一年项目数量", "本年增/减", "处理决定数量"],
            ["行政许可", "其他对外管理服务事项"],
        ),
        ("第二十条第（六）项", ["上一年项目数量", "本年增/减", "处理决定数量"], ["行政处罚", "行政强制"]),
        ("第二十条第（八）项", ["上一年项目数量", "本年增/减"], ["行政事业性收费"]),
        ("第二十条第（九）项", ["采购项目数量", "采购总金额（单位：万元）"], ["政府集中采购"]),
    ],
}


@pytest.mark.parametrize("code", ["2019", "2021"])
def test_table_two(rulebook: Rulebook, code: str) -> None:
    blocks = form(rulebook, code).table("disclosure").blocks

    assert [
        (block.heading, [column.name for column in block.columns], [row.name for row in block.rows]) for block in blocks
    ] == TABLE_TWO[code]


APPLICANTS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]


@pytest.mark.parametrize(("code", "others"), [("2019", 1), ("2021", 3)])
def test_table_three(rulebook: Rulebook, code: str, others: int) -> None:
    (block,) = form(rulebook, code).table("requests").blocks
    rows = [(*row.within, row.name) for row in block.rows]

    def number(group: str) -> int:
        return sum(path[:2] == ("三、本年度办理结果", group) or path[1:2] == (group,) for path in rows)

    assert [column.name for column in block.columns] == APPLICANTS
    assert [column.within for column in block.columns[1:6]] == [("申请人情况", "法人或其他组织")] * 5
    assert len(rows) == 2 + (1 + 1 + 8 + 3 + 5 + others + 1) + 1
    assert [path[0] for path in (*rows[:2], rows[-1])] == [
        "一、本年新收政府信息公开申请数量",
        "二、上年结转政府信息公开申请数量",
        "四、结转下年度继续办理",
    ]
    groups = ["（一）予以公开", "（三）不予公开", "（四）无法提供", "（五）不予处理", "（六）其他处理", "（七）总计"]
    assert [number(group) for group in groups] == [1, 8, 3, 5, others, 1]


@pytest.mark.parametrize("code", ["2019", "2021"])
def test_table_four(rulebook: Rulebook, code: str) -> None:
    (block,) = form(rulebook, code).table("litigation").blocks
    results = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]

    assert [column.name for column in block.columns] == results * 3
    assert [column.within[-1] for column in block.columns[::5]] == ["行政复议", "未经复议直接起诉", "复议后起诉"]


def test_the_statistics_of_2007_have_nine_parts(rulebook: Rulebook) -> None:
    blocks = form(rulebook, "2007").table("statistics").blocks

    assert [block.heading for block in blocks] == [
        "一、主动公开情况",
        "二、回应解读情况",
        "三、依申请公开情况",
        "四、行政复议数量",
        "五、行政诉讼数量",
        "六、举报投诉数量",
        "七、依申请公开信息收取的费用",
        "八、机构建设和保障经费情况",
        "九、政府信息公开会议和培训情况",
    ]
    assert [len(block.rows) for block in blocks] == [8, 8, 23, 4, 4, 1, 1, 6, 3]
    fees = next(row for block in blocks for row in block.rows if row.name == "依申请公开信息收取的费用")
    assert fees.unit == "万元"


def test_fees_for_processing_are_asked_from_2021_on(rulebook: Rulebook) -> None:
    assert "收取信息处理费情况" in form(rulebook, "2021").sections[-1].contents
    assert all("信息处理费" not in cell.words for cell in form(rulebook, "2019").cells.values())


def test_carried_figures_are_called_the_same_in_2019_and_2021(rulebook: Rulebook) -> None:
    """The year 2021 compares itself with 2020, which has the other format."""
    (rule_2019,), (rule_2021,) = (
        [rule for rule in form(rulebook, code).rules if rule.last_year] for code in ("2019", "2021")
    )
    assert (rule_2019.left, rule_2019.right) == (rule_2021.left, rule_2021.right) == (("carried-in",), ("carried-out",))
    assert set(rule_2021.right) <= {row.code for row in form(rulebook, "2019").blocks["requests"].rows}


@pytest.mark.parametrize("code", ["2007", "2019", "2021"])
def test_every_table_is_a_rectangle_with_each_figure_once(rulebook: Rulebook, code: str) -> None:
    shown = []
    for table in form(rulebook, code).tables:
        grid = grid_of(table, "计量单位")
        covered = [
            (row, column)
            for line in grid.rows
            for cell in line
            for row in range(cell.row, cell.row + cell.rows)
            for column in range(cell.column, cell.column + cell.columns)
        ]
        assert len(covered) == len(set(covered)) == len(grid.rows) * grid.columns
        shown += [cell.cell for line in grid.rows for cell in line if cell.kind is GridKind.FIGURE]

    assert sorted(shown) == sorted(form(rulebook, code).cells)


def test_heads_span_as_in_the_official_table(rulebook: Rulebook) -> None:
    grid = grid_of(form(rulebook, "2021").table("requests"), "")
    spans = {cell.text: (cell.rows, cell.columns) for line in grid.rows for cell in line if cell.text}

    assert (grid.head_rows, grid.head_columns, grid.columns) == (3, 3, 10)
    assert spans["申请人情况"] == (1, 7)
    assert spans["法人或其他组织"] == (1, 5)
    assert spans["自然人"] == (2, 1)
    assert spans["一、本年新收政府信息公开申请数量"] == (1, 3)
    assert spans["三、本年度办理结果"] == (22, 1)
    assert spans["（三）不予公开"] == (8, 1)
    assert spans["（一）予以公开"] == (1, 2)
