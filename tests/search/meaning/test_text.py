"""From text to what is matched."""

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from registry.search.meaning import text as texts
from registry.search.meaning.text import best_passage, fold, grams, marked, needles, query_terms, squeezed
from registry.search.memory_backend import MemoryBackend
from tests.search.made_up import ask, item

TITLES = (
    "楚雄市2026年“三公”经费预算总额和分项数额",
    "关于切实做好地方预决算公开工作的通知（财预〔2016〕143号）",
    "中华人民共和国政府信息公开条例（国务院令 第711号）",
    "BUD-01-01 一般公共预算收入表 - 附表2、3",
    "国有土地上房屋征收与补偿：法规文件、Ⅳ类①",
    "縣級檔案館〇二三〡々記錄",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("（财预）", "(财预)"),
        ("㎡Ⅳİ①", "㎡ⅳİ1"),
        ("楚雄", "楚雄"),
        ("", ""),
    ],
)
def test_folding_keeps_every_offset(text: str, expected: str) -> None:
    assert fold(text) == expected
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("预算表", ["预", "算", "表", "预算", "算表"]),
        ("2026年 Budget", ["2026", "年", "budget"]),
        ("财预〔2016〕143号", ["财", "预", "财预", "2016", "143", "号", "财预-2016-143", "预-2016-143"]),
        ("BUD-01-01", ["bud", "01", "01", "bud-01", "bud-01-01"]),
        ("“三公”经费", ["三", "公", "经", "费", "三公", "公经", "经费"]),
        ("、！", []),
    ],
)
def test_grams(text: str, expected: list[str]) -> None:
    assert sorted(grams(text)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("预", ["预"]),
        ("预算", ["预算"]),
        ("政府预算", ["政府", "府预", "预算"]),
        ("2026年预算", ["2026", "年预", "预算"]),
        ("预算 债务", ["预算", "债务"]),
        ("财预(2016)143号 预算", ["预算", "财预-2016-143"]),
        ("财预【2016】第 143 号", ["财预-2016-143"]),
        ("财预 ［２０１６］ 143", ["财预-2016-143"]),
        ("国务院令第492号", ["国务院令-492"]),
        ("国务院第492号令", ["国务院令-492"]),
        ("bud-01", ["bud-01"]),
        ("2026-03-02", ["2026", "03", "02"]),
        ("  “”  ", []),
    ],
)
def test_query_terms(text: str, expected: list[str]) -> None:
    assert list(query_terms(text)) == expected


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("政府预算公开", "预算", "政府[预算]公开"),
        ("“三公”经费预算", "三公经费", "“[三公”经费]预算"),
        ("见财预〔2016〕 143号。", "财预(2016)143", "[见财预〔2016〕 143号]。"),
        ("ＢＵＤ－01－01 预算", "bud-01", "[ＢＵＤ－01－01] 预算"),
        ("公共设施服务中心", "公共服务", "[公共]设施[服务]中心"),
        ("2026年与12026", "2026", "[2026]年与12026"),
        ("<b>预算</b>", "预算", "<b>[预算]</b>"),
        ("县级預算公開", "预算", "县级[預算]公開"),
        ("預算", "预算", "[預算]"),
        ("预算", "决算", "预算"),
        ("预算", "", "预算"),
    ],
)
def test_marks_stand_on_the_original_text(text: str, query: str, expected: str) -> None:
    assert "".join(f"[{part}]" if is_match else part for part, is_match in marked(text, needles(query))) == expected


def test_a_needle_of_several_runs_is_marked_where_they_follow_each_other() -> None:
    needle = squeezed("城市、镇详细规划")
    assert marked("见城市、镇详细规划图", [needle]) == [("见", False), ("城市、镇详细规划", True), ("图", False)]
    assert marked("城市镇详细规划", [needle], scattered=()) == [("城市镇详细规划", False)]


def test_the_best_passage_shows_the_match_and_says_where_it_was_cut() -> None:
    text = "甲" * 300 + "政府预算" + "乙" * 300
    passage = best_passage(text, needles("政府预算"), 40)
    assert "政府预算" in passage
    assert (passage[0], passage[-1], len(passage)) == ("…", "…", 42)
    assert best_passage(text, needles("没有"), 40) == "甲" * 40 + "…"
    assert best_passage("短", needles("短"), 40) == "短"


@settings(deadline=None)  # the machine may be busy; what takes too long has its own test
@given(st.text(max_size=60), st.text(max_size=30))
@example("〔" * 40, "令第号" * 9)
@example("a〔2016〕" + "9" * 20, "\x01\x02\x01")
@example("令第" + "9" * 5000 + "号", "第" + "1" * 5000 + "号令")
def test_no_input_raises_and_nothing_is_lost(text: str, query: str) -> None:
    wanted = needles(query)
    assert len(fold(text)) == len(text)
    assert "".join(part for part, _ in marked(text, wanted)) == text
    assert set(query_terms(text)) <= set(grams(text))
    assert len(best_passage(text, wanted, 20)) <= 22


def test_very_long_texts_take_no_long_time() -> None:
    for text in ("（" * 50_000, " " * 50_000, "令 " * 20_000, "a-" * 30_000, "预" * 50_000):
        assert query_terms(text) is not None
        squeezed(text[:20_000])


def cuts_a_word(title: str, start: int, end: int) -> bool:
    pieces = texts.pieces(title)
    return any(one.start < cut < one.end for one in pieces for cut in (start, end))


FOUND = MemoryBackend()
FOUND.rebuild([item(f"T-{number}", title) for number, title in enumerate(TITLES)], 1)


@settings(deadline=None)
@given(st.sampled_from(range(len(TITLES))), st.integers(0, 60), st.integers(1, 8))
def test_every_short_piece_of_a_title_finds_it(number: int, start: int, length: int) -> None:
    title = TITLES[number]
    piece = title[start : start + length]
    assume(query_terms(piece) and not cuts_a_word(title, start, start + length))
    assert f"id-T-{number}" in [hit.id for hit in FOUND.search(ask(piece)).hits]


@settings(deadline=None)  # the first case loads the dictionaries
@given(
    st.lists(
        st.sampled_from(["预", "算", "令", "第", "5", "12", "号", "〔2016〕", "-", " ", "“", "bud", "x", "公开"]),
        max_size=12,
    )
)
def test_every_short_piece_of_any_title_finds_it(parts: list[str]) -> None:
    title = "".join(parts)
    backend = MemoryBackend()
    backend.rebuild([item("T", title)], 1)
    for start in range(len(title)):
        for end in range(start + 1, min(start + 8, len(title)) + 1):
            piece = title[start:end]
            if query_terms(piece) and not cuts_a_word(title, start, end):
                assert backend.search(ask(piece)).total == 1, piece
