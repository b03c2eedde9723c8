"""Reading figures, summing them up, and the sums that must hold."""

from decimal import Decimal

import pytest

from registry.annual.rules import Check, Figures, Verdict, checks, completed, read_figures, summed_cells, written
from registry.rulebook.annual import ReportFormat
from registry.rulebook.book import Rulebook


@pytest.fixture
def form(rulebook: Rulebook) -> ReportFormat:
    return rulebook.annual["2021"]


def requests(form: ReportFormat, **persons: int) -> dict[str, Decimal]:
    """Table three with figures for natural persons, zero for all else, no totals."""
    block = form.blocks["requests"]
    names = {name.replace("_", "-"): figure for name, figure in persons.items()}
    return {
        block.cell_code(row, column): Decimal(names.get(row.code, 0) if column.code == "persons" else 0)
        for row in block.rows
        for column in block.columns
        if row.code != "results" and column.code != "total"
    }


def of_rule(form: ReportFormat, code: str, figures: Figures, last_year: Figures | None = None) -> list[Check]:
    return [check for check in checks(form, figures, last_year) if check.rule.code == code]


@pytest.mark.parametrize(
    ("cell", "typed", "figure"),
    [
        ("requests.new.persons", "12", "12"),
        ("requests.new.persons", " 1,200 ", "1200"),
        ("requests.new.persons", "0", "0"),
        ("art20-8.fees.charged", "12.3456", "12.3456"),
    ],
)
def test_figures_are_read(form: ReportFormat, cell: str, typed: str, figure: str) -> None:
    assert read_figures(form, {cell: typed}) == ({cell: Decimal(figure)}, [])


@pytest.mark.parametrize(
    ("cell", "typed", "code"),
    [
        ("requests.new.persons", "十二", "not_a_figure"),
        ("requests.new.persons", "1e3", "not_a_figure"),
        ("requests.new.persons", "NaN", "not_a_figure"),
        ("requests.new.persons", "12件", "not_a_figure"),
        ("requests.new.persons", "-1", "figure_negative"),
        ("requests.new.persons", "1.5", "figure_not_whole"),
        ("art20-8.fees.charged", "0.0000001", "too_many_decimals"),
        ("requests.new.persons", "99999999999", "figure_too_large"),
        ("requests.nothing.persons", "1", "cell_unknown"),
    ],
)
def test_what_is_no_figure_is_an_issue_at_its_cell(form: ReportFormat, cell: str, typed: str, code: str) -> None:
    figures, issues = read_figures(form, {cell: typed})

    assert figures == {}
    assert [(issue.field, issue.code) for issue in issues] == [(cell, code)]


def test_a_blank_is_unknown_and_not_zero(form: ReportFormat) -> None:
    assert read_figures(form, {"requests.new.persons": "  "}) == ({}, [])


def test_a_decrease_is_negative_where_the_format_has_one(rulebook: Rulebook) -> None:
    assert read_figures(rulebook.annual["2019"], {"art20-5.licences.change": "-8"})[0] == {
        "art20-5.licences.change": Decimal(-8)
    }


def test_totals_follow_from_what_is_there(form: ReportFormat) -> None:
    given = requests(form, new=10, carried_in=2, granted=7, refused_secret=1, carried_out=4)
    given["requests.new.companies"] = Decimal(5)
    full = completed(form, given)

    assert full["requests.results.persons"] == 8
    assert full["requests.new.total"] == 15
    assert full["requests.results.total"] == 8
    assert completed(form, {}) == {}


def test_a_sum_with_an_unknown_part_is_unknown(form: ReportFormat) -> None:
    given = requests(form, new=10)
    del given["requests.granted.persons"]
    full = completed(form, given)

    assert "requests.results.persons" not in full
    assert "requests.results.total" not in full
    assert full["requests.results.companies"] == 0


def test_the_balance_holds_or_says_what_would_hold(form: ReportFormat) -> None:
    good = completed(form, requests(form, new=10, carried_in=2, granted=8, carried_out=4))
    bad = completed(form, requests(form, new=10, carried_in=2, granted=8, carried_out=3))

    assert {check.verdict for check in of_rule(form, "requests-balance", good)} == {Verdict.HOLDS}
    broken = [one for one in of_rule(form, "requests-balance", bad) if one.verdict is Verdict.BROKEN]
    assert [(one.found, one.expected) for one in broken] == [(12, 11), (12, 11)]
    assert broken[0].where == ("自然人",)
    assert broken[0].as_issue().code == "sum_broken"


def test_the_total_of_a_row_is_the_sum_of_its_six_columns(form: ReportFormat) -> None:
    figures = completed(form, requests(form, new=10, granted=10)) | {"requests.new.total": Decimal(11)}

    broken = [one for one in of_rule(form, "requests-applicants", figures) if one.verdict is Verdict.BROKEN]
    assert [(one.left, one.found, one.expected) for one in broken] == [(("requests.new.total",), 11, 10)]


def test_the_total_of_results_is_the_sum_of_its_21_rows(form: ReportFormat) -> None:
    (first, *_) = of_rule(form, "requests-results", {})

    assert len(first.right) == 21


def test_last_years_carry_over_is_this_years(form: ReportFormat) -> None:
    figures = completed(form, requests(form, new=1, carried_in=2, granted=3))
    last = completed(form, requests(form, new=5, granted=3, carried_out=2))
    other = completed(form, requests(form, new=5, granted=1, carried_out=4))

    assert {check.verdict for check in of_rule(form, "requests-carried", figures, last)} == {Verdict.HOLDS}
    broken = [one for one in of_rule(form, "requests-carried", figures, other) if one.verdict is Verdict.BROKEN]
    assert next((one.left[0], one.found, one.expected) for one in broken) == ("requests.carried-in.persons", 2, 4)
    assert {check.verdict for check in of_rule(form, "requests-carried", figures, None)} == {Verdict.UNKNOWN}


def test_the_three_groups_of_table_four_add_up(form: ReportFormat) -> None:
    codes = ("litigation-review", "litigation-direct", "litigation-after-review")
    results = ("upheld", "corrected", "other", "pending")
    given = {f"litigation.cases.review-{result}": Decimal(2) for result in results}
    given["litigation.cases.review-total"] = Decimal(7)

    verdicts = [of_rule(form, code, completed(form, given))[0].verdict for code in codes]
    assert verdicts == [Verdict.BROKEN, Verdict.UNKNOWN, Verdict.UNKNOWN]


def test_2007_compares_parts_with_their_whole(rulebook: Rulebook) -> None:
    """16 normative documents disclosed, none issued: what the city's report of 2017 had side by side."""
    form = rulebook.annual["2007"]
    figures = {
        "disclosure.all.number": Decimal(35008),
        "disclosure.normative.number": Decimal(16),
        "disclosure.normative-made.number": Decimal(0),
    }

    assert of_rule(form, "normative-part", figures)[0].verdict is Verdict.HOLDS
    (made,) = of_rule(form, "normative-made", figures)
    assert (made.verdict, made.rule.must) == (Verdict.BROKEN, False)
    assert made.as_issue().code == "part_above_whole"


def test_what_can_be_summed_up_is_known_beforehand(form: ReportFormat) -> None:
    assert len(summed_cells(form)) == 25 + 7 - 1 + 3


@pytest.mark.parametrize(
    ("figure", "text"), [("12", "12"), ("12.50", "12.5"), ("1200", "1200"), ("0", "0"), ("0.000001", "0.000001")]
)
def test_figures_are_written_without_zeros_behind(figure: str, text: str) -> None:
    assert written(Decimal(figure)) == text
