"""What is typed besides words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.search.backend import SearchRequest
from registry.search.meaning.syntax import Filter, Typed, take_apart
from registry.search.meaning.vocabulary import Vocabulary
from registry.search.narrowing import narrowed
from registry.search.plan import Plan
from tests.search.made_up import MONDAY


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("部门预算", Typed("部门预算")),
        ("“部门预算” 表", Typed("表", phrases=("部门预算",))),
        ('"部门预算"', Typed(phrases=("部门预算",))),
        ("《预算法》", Typed(phrases=("预算法",))),
        ("「部门预算」", Typed(phrases=("部门预算",))),
        ("“三公”经费", Typed("“三公”经费")),
        ("“部门预算", Typed("“部门预算")),
        ("预算 -草案", Typed("预算", excluded=("草案",))),
        ("预算 －草案", Typed("预算", excluded=("草案",))),
        ("预算 不含：草案", Typed("预算", excluded=("草案",))),
        ("-草案", Typed("-草案")),
        ("表 - 附", Typed("表 - 附")),
        ("BUD-01", Typed("BUD-01")),
        ("单位:财政局 预算", Typed("预算", filters=(Filter("unit", "财政局", "单位:财政局"),))),
        ("預算 單位：財政局", Typed("預算", filters=(Filter("unit", "財政局", "单位:财政局"),))),
        ("责任单位：财政局", Typed("责任单位：财政局")),
        ("", Typed()),
    ],
)
def test_a_query_is_taken_apart(query: str, expected: Typed) -> None:
    assert take_apart(query) == expected


@pytest.mark.parametrize(
    ("query", "units", "areas", "years", "text"),
    [
        ("单位:财政局 预算", {"CX-101"}, set(), set(), "预算"),
        ("单位：国土局", {"CX-104"}, set(), set(), ""),
        ("单位:财政局预算", {"CX-101"}, set(), set(), "预算"),
        ("单位:cx-110", {"CX-110"}, set(), set(), ""),
        ("领域：规划 图", set(), {"urban-rural-planning"}, set(), "图"),
        ("年份:2026", set(), set(), {2026}, ""),
        ("年份：2025、2026 决算", set(), set(), {2025, 2026}, "决算"),
        ("年份:2026年", set(), set(), {2026}, ""),
    ],
)
def test_typed_filters_are_filters_of_the_request(
    vocabulary: Vocabulary, query: str, units: set[str], areas: set[str], years: set[int], text: str
) -> None:
    found = narrowed(SearchRequest(Plan(), MONDAY), take_apart(query), vocabulary)
    assert (found.request.units, found.request.areas, found.request.years) == (units, areas, years)
    assert (found.typed.text, found.unknown) == (text, ())


@pytest.mark.parametrize("query", ["单位:外星局", "领域：海洋", "年份:去年", "单位:单位"])
def test_a_value_nobody_knows_is_told_and_is_text_when_alone(vocabulary: Vocabulary, query: str) -> None:
    found = narrowed(SearchRequest(Plan(), MONDAY), take_apart(query), vocabulary)
    assert [one.typed.replace("：", ":") for one in found.unknown] == [query.replace("：", ":")]
    assert found.typed.text == query[3:]
    beside = narrowed(SearchRequest(Plan(), MONDAY), take_apart(f"{query} 预算"), vocabulary)
    assert (beside.typed.text, beside.unknown) == ("预算", found.unknown)


def test_another_text_keeps_the_rest_of_the_query() -> None:
    typed = take_apart("预祘 “部门” -草案 单位：财政局")
    assert take_apart(typed.with_text("预算")) == take_apart("预算 “部门” -草案 单位：财政局")


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet=st.sampled_from('单位领域年份:：-－“”"《》「」不含 \t预算2026'), max_size=60))
def test_nothing_that_is_typed_is_lost_or_raises(query: str) -> None:
    typed = take_apart(query)
    parts = (typed.text, *typed.phrases, *typed.excluded, *(one.value for one in typed.filters))
    assert set("预算2026") & set(query) <= set("".join(parts))
