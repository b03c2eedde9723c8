"""What is offered while somebody types."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.search.meaning.suggestions import MOST, offer, suggest

OFFERS = (
    offer("部门预算", "common"),
    offer("财政预决算", "area"),
    offer("楚雄市财政局", "unit", ["财政局"], rank=2),
    offer("政府预算 一般公共预算", "item", ["一般公共预算"], rank=1),
    offer("部门预算 文字说明", "item", ["文字说明"], rank=1),
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("部门", ["部门预算", "部门预算 文字说明"]),
        ("财政", ["财政预决算", "楚雄市财政局"]),
        ("財政局", ["楚雄市财政局"]),
        ("预算", ["部门预算", "政府预算 一般公共预算", "部门预算 文字说明"]),
        ("bmys", ["部门预算"]),
        ("bumenyu", ["部门预算"]),
        ("caizheng", ["财政预决算", "楚雄市财政局"]),
        ("czj", ["楚雄市财政局"]),
        ("wz", ["部门预算 文字说明"]),
        ("", []),
        ("  ", []),
        ("外星", []),
    ],
)
def test_offers_begin_with_what_is_typed_or_hold_it_or_are_spelled_so(typed: str, expected: list[str]) -> None:
    assert [one.text for one in suggest(OFFERS, typed)] == expected


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_input_raises_and_few_are_offered(typed: str) -> None:
    assert len(suggest(OFFERS * 5, typed)) <= MOST
