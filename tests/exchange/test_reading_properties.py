"""What may not matter to the reader: the order of columns, headers repeated, white space, marks of another shape."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.exchange.reading.reading import TableReader
from registry.exchange.reading.records import ReadItem
from registry.rulebook.book import Rulebook
from tests.exchange.tables import Source, as_csv, as_html, as_xlsx, read_source
from tests.exchange.test_variants import VARIANTS

NATIONAL = read_source(VARIANTS[0])
FLAT = Source(
    NATIONAL.title,
    [
        ["序号", "一级事项", "二级事项", "公开内容（要素）", "公开依据", "公开时限", "公开主体", "公开渠道和载体",
         "全社会", "特定群体", "主动", "依申请", "县级", "乡级", "责任科室"],
        ["1", "规划编制", "近期建设规划", "规划文本；备案情况", "《城乡规划法》第三十四条", "信息形成之日起20个工作日内",
         "楚雄市自然资源局", "■政府网站 □政府公报", "√", "", "√", "", "√", "", "规划科"],
        ["2", "规划编制", "规划实施评估", "评估报告", "《城乡规划法》第四十六条", "实时公开", "楚雄市自然资源局",
         "■公开查阅点", "", "√", "", "√", "√", "√", "评估科"],
    ],
)  # fmt: skip
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def reader(rulebook: Rulebook) -> TableReader:
    return TableReader(rulebook)


def said(items: Sequence[ReadItem]) -> list[str]:
    """What the items say, without where it stood."""
    plain = [replace(item, row=0, where="", table="", cells={}, fields=frozenset()) for item in items]
    return [json.dumps(vars(item), ensure_ascii=False, default=str, sort_keys=True) for item in plain]


@SLOW
@given(order=st.permutations(range(len(FLAT.rows[0]))), kind=st.sampled_from([as_csv, as_html, as_xlsx]))
def test_columns_may_stand_in_any_order(order: Sequence[int], kind: object, reader: TableReader) -> None:
    moved = Source(FLAT.title, [[row[at] for at in order] for row in FLAT.rows])
    name = {as_csv: "t.csv", as_html: "t.html", as_xlsx: "t.xlsx"}[kind]  # type: ignore[index]

    assert said(reader.read(name, kind(moved)).items) == said(reader.read("t.csv", as_csv(FLAT)).items)  # type: ignore[operator]


@SLOW
@given(after=st.lists(st.integers(1, 2), min_size=1, max_size=2, unique=True))
def test_a_header_may_come_again_anywhere(after: list[int], reader: TableReader) -> None:
    rows = [row for number, one in enumerate(FLAT.rows) for row in ([one, FLAT.rows[0]] if number in after else [one])]

    found = reader.read("t.csv", as_csv(Source(FLAT.title, rows)))

    assert said(found.items) == said(reader.read("t.csv", as_csv(FLAT)).items)
    assert found.tables == 1


@SLOW
@given(seed=st.integers(0, 10**6))
def test_white_space_between_chinese_characters_does_not_matter(seed: int, reader: TableReader) -> None:
    chance = random.Random(seed)
    spaces = ("", "", "", "", " ", "\u3000", "\n")

    def strewn(text: str) -> str:
        letters = [text[0], *(chance.choice(spaces) + letter for letter in text[1:])] if text else [""]
        return "".join(letters)

    # Elements keep their line breaks, as lines may be elements.
    rows = [[text if at == 3 else strewn(text) for at, text in enumerate(row)] for row in FLAT.rows]

    found = reader.read("t.csv", as_csv(Source(FLAT.title, rows)))

    assert said(found.items) == said(reader.read("t.csv", as_csv(FLAT)).items)


@pytest.mark.parametrize("yes", ["√", "✓", "✔", "■", "☑", "▄", "◆", "☒", "是", "●"])
@pytest.mark.parametrize("no", ["", "□", "☐", "口", "×", "/", "—", "否"])
def test_ticks_may_have_any_shape(yes: str, no: str, reader: TableReader) -> None:
    rows = [FLAT.rows[0]] + [
        [(yes if text == "√" else no) if 8 <= at <= 13 else text for at, text in enumerate(row)]
        for row in FLAT.rows[1:]
    ]

    found = reader.read("t.csv", as_csv(Source(FLAT.title, rows)))

    assert said(found.items) == said(reader.read("t.csv", as_csv(FLAT)).items)


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=300))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_cell_breaks_the_reader(text: str, reader: TableReader) -> None:
    rows = [FLAT.rows[0], ["1", *[text] * (len(FLAT.rows[0]) - 1)]]

    reader.read("t.html", as_html(Source("", rows)))
