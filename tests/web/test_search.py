"""The page of results: what it says, offers and links to."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from registry.web import search
from tests.pages import Page, Pages, text_of

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def titles(page: Page) -> list[str]:
    return [text_of(one) for one in page.all("li", class_="hit") for one in one.iter("a")]


def link(page: Page, words: str) -> dict[str, list[str]]:
    """The query of the first link with these words."""
    found = next(one for one in page.all("a") if words in text_of(one))
    return parse_qs(urlsplit(found.get("href", "")).query)


def test_other_words_are_told_and_can_be_switched_off(page: Pages) -> None:
    with_others = page("/search", q="控规")
    assert "同时搜索了：" in with_others.text
    assert "控制性详细规划" in with_others.text
    assert "城市、镇详细规划" in titles(with_others)
    assert link(with_others, "只搜索我输入的词") == {"q": ["控规"], "synonyms": ["0"]}

    alone = page("/search", q="控规", synonyms="0")
    assert "同时搜索了" not in alone.text
    assert link(alone, "同时搜索同义词") == {"q": ["控规"]}


def test_a_slip_is_answered_as_what_was_meant(page: Pages) -> None:
    found = page("/search", q="法律援肋", kind="item")
    assert "没有找到“法律援肋”" in found.text
    assert link(found, "“法律援助”") == {"q": ["法律援助"], "kind": ["item"]}
    assert "法律援助服务" in titles(found)


def test_typed_filters_filter_and_unknown_ones_are_told(page: Pages) -> None:
    found = page("/search", q="法律援助 单位：司法局 -表彰")
    assert titles(found)
    assert not any("表彰" in one for one in titles(found))
    assert "没有叫“外星局”的责任单位" in page("/search", q="预算 单位:外星局").text


def test_nothing_found_names_the_filter_to_remove_and_whom_to_ask(page: Pages) -> None:
    found = page("/search", q="法律援助服务", unit="CX-101", kind="item")
    assert titles(found) == [] or "只符合一部分的内容" in found.text
    assert "不限责任单位“楚雄市财政局”" in found.text
    assert link(found, " 条") == {"q": ["法律援助服务"], "kind": ["item"]}
    assert "0878-3167327" in found.text


def test_every_applied_filter_can_be_removed_alone(page: Pages) -> None:
    found = page("/search?q=预算&kind=item&area=budgets&level=county&level=township")
    assert link(found, "移除：类型“公开事项”") == {
        "q": ["预算"], "area": ["budgets"], "level": ["county", "township"],
    }  # fmt: skip
    assert link(found, "移除：公开层级“乡级”")["level"] == ["county"]
    assert link(found, "清除全部") == {"q": ["预算"]}


def test_matches_are_marked_in_the_original_text(page: Pages) -> None:
    marks = {text_of(one) for one in page("/search", q="控规").all("mark")}
    assert {"控制性详细规划", "城市、镇详细规划"} <= marks


@pytest.mark.parametrize(
    ("typed", "text", "kind"),
    [
        ("法律援助", "法律援助", "常用"),
        ("czj", "楚雄市财政局", "单位"),
        ("國土", "国土空间规划", "领域"),
        ("审计监", "审计监督", "事项"),
    ],
)
def test_suggestions(client: FlaskClient, typed: str, text: str, kind: str) -> None:
    found = json.loads(client.get("/search/suggestions", query_string={"q": typed}).data)["suggestions"]
    assert 1 <= len(found) <= 8
    assert all(parse_qs(urlsplit(one["address"]).query)["q"] == [one["text"]] for one in found)
    assert any(one["kind"] == kind for one in found), (text, found)


@pytest.mark.parametrize("query", ["单位:", "“", "-", "😀" * 50, "a'b\"<script>", "\x00\x01\x02", "年份：" * 60])
def test_no_query_is_an_error(page: Pages, query: str) -> None:
    assert page("/search", q=query).status == 200


def test_paging_ends_where_the_page_says_it_does(page: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "LAST_PAGE", 1)
    assert "最多翻到第 1 页" in page("/search", q="预算").text
    assert page("/search", status=404, q="预算", page="2").h1
