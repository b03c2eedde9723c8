"""`registry deadline`: the known dates, the shape, and refusals instead of tracebacks."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

pytestmark = pytest.mark.one_database

Run = Callable[..., Result]


@pytest.mark.parametrize(
    ("text", "start", "calendar", "due_on"),
    [
        # 20 working days across Labour Day 2017; in Chuxiong also 17, 18 and 19 April are off (州庆).
        ("信息形成或者变更之日起20个工作日内", "2017-04-10", "national", "2017-05-09"),
        ("信息形成或者变更之日起20个工作日内", "2017-04-10", "chuxiong", "2017-05-12"),
        # 预算法 第十四条: twenty days, not working days.
        ("本级人民代表大会或其常务委员会批准后20日内", "2026-02-12", "chuxiong", "2026-03-04"),
        ("每年1月31日前", "2026-01-01", "national", "2026-01-31"),
        # 及时 has no number: 条例 2007 第十八条, 20 working days.
        ("及时公开", "2017-04-10", "national", "2017-05-09"),
    ],
)
def test_known_dates(run: Run, text: str, start: str, calendar: str, due_on: str) -> None:
    found = json.loads(run("deadline", text, "--from", start, "--calendar", calendar, "--json").stdout)

    assert found["due_on"] == due_on
    assert found["calendar"]["name"] == calendar
    assert found["steps"][-1]["date"] == due_on
    assert set(found) == {"text", "clauses", "needs_rule", "warnings", "due_on", "steps", "basis", "calendar"}


def test_every_day_of_the_count_has_its_reason(run: Run) -> None:
    found = json.loads(
        run("deadline", "决定作出之日起7个工作日内", "--from", "2017-09-27", "--calendar", "national", "--json").stdout
    )

    reasons = {step["date"]: (step["counted"], step["why"]) for step in found["steps"]}
    assert reasons["2017-09-30"] == (True, "调休上班")
    assert reasons["2017-10-04"][0] is False
    assert sum(step["counted"] for step in found["steps"]) == 7
    assert found["due_on"] == "2017-10-12"


def test_a_text_without_a_number_names_the_article_that_stands_in(run: Run) -> None:
    after = json.loads(run("deadline", "及时公开", "--from", "2019-05-15", "--json").stdout)
    before = json.loads(run("deadline", "及时公开", "--from", "2019-05-14", "--json").stdout)

    law = {"title": "中华人民共和国政府信息公开条例", "doc_no": "国务院令第711号", "article": "第二十六条"}
    assert after["basis"][0] == {**law, "rule": None}
    assert before["basis"][0]["article"] == "第十八条"


@pytest.mark.parametrize("text", ["", "x" * 10_000, "信息形成之日起 * 个工作日内", "定期公开", "7个工作日", "-3日内"])
def test_what_cannot_be_read_has_no_date(run: Run, text: str) -> None:
    found = json.loads(run("deadline", text, "--json").stdout)

    assert (found["needs_rule"], found["due_on"]) == (True, None)
    assert found["warnings"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--from", "1901-01-01"), 1),
        (("--from", "2045-12-31"), 1),
        (("--from", "2026-02-30"), 2),
        (("--calendar", "mars"), 1),
    ],
)
def test_days_and_calendars_nobody_has_are_refused(run: Run, arguments: tuple[str, ...], code: int) -> None:
    refused = run("deadline", "信息形成之日起20个工作日内", *arguments, exit_code=code)

    assert any("一" <= character <= "鿿" for character in refused.stderr)


def test_a_minimum_display_has_an_earliest_end_and_no_due_date(run: Run) -> None:
    found = json.loads(run("deadline", "公告的时间不得少于三十日", "--from", "2026-03-02", "--json").stdout)

    assert (found["due_on"], found["earliest_end"], found["needs_rule"]) == (None, "2026-04-01", False)
    assert sum(step["counted"] for step in found["steps"]) == 30


def test_a_reply_says_how_far_it_may_be_extended(run: Run) -> None:
    text = "自收到申请之日起15个工作日内予以答复，延长最长不超过15个工作日"
    found = json.loads(run("deadline", text, "--from", "2019-05-14", "--calendar", "national", "--json").stdout)

    assert (found["due_on"], found["extended_to"]) == ("2019-06-04", "2019-06-26")
    assert found["basis"][-1]["article"] in ("第四条", "第二十四条")
    assert "第二十四条" in {one["article"] for one in found["basis"]}


def test_a_count_by_the_notices_of_an_earlier_day(run: Run) -> None:
    """The prolonged 春节 of 2020 was announced on 26 January."""
    asked = ("deadline", "信息形成之日起1个工作日内", "--from", "2020-01-23", "--calendar", "national", "--json")

    assert json.loads(run(*asked).stdout)["due_on"] == "2020-02-03"
    assert json.loads(run(*asked, "--known-on", "2020-01-25").stdout)["due_on"] == "2020-01-31"


def test_every_clause_says_all_that_design_names(run: Run) -> None:
    (clause,) = json.loads(run("deadline", "按季度公开", "--json").stdout)["clauses"]

    assert set(clause) == {"kind", "trigger", "count", "unit", "direction", "period", "applies_to", "override"}
