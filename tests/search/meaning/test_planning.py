"""What queries mean, by the plans they become."""

import pytest

from registry.search.meaning.planning import Meant
from registry.search.meaning.segments import Kind
from registry.search.meaning.syntax import take_apart
from registry.search.meaning.vocabulary import Vocabulary
from registry.search.plan import Closeness, Plan


def meant_by(text: str, vocabulary: Vocabulary, *, synonyms: bool = True) -> Meant:
    return Meant(take_apart(text), vocabulary, synonyms)


def first(text: str, vocabulary: Vocabulary, *, synonyms: bool = True) -> Plan:
    return meant_by(text, vocabulary, synonyms=synonyms).plans[0]


def typed_needles(plan: Plan) -> list[str]:
    """What must stand as typed, the query as a whole left out."""
    wanted = plan.wanted if plan.least is None else plan.wanted[: plan.least]
    return [one.alternatives[0].needle for one in wanted]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("部门预算", ["部门预算"]),
        ("财政局三公经费", ["财政局", "三公经费"]),
        ("怎么申请法律援助", ["法律援助"]),
        ("法律援助需要什么材料", ["法律援助"]),
        ("公证怎么收费", ["公证", "收费"]),
        ("中华人民共和国海洋法", ["海洋法"]),
        ("“部门预算” 表", ["部门预算", "表"]),
        ("《中华人民共和国预算法》", ["预算法"]),
        ("怎么办", ["怎么办"]),
        ("2026年预算", ["预算"]),
        ("2026", ["\x012026\x01"]),
        ("财预〔2016〕143号", ["\x02财预-2016-143\x02"]),
        ("縣級預算", ["县级", "预算"]),
        ("因公出国（境）费", ["因公出国 境 费"]),
        ("2026yusuan", ["\x01yusuan\x01"]),
    ],
)
def test_the_parts_of_a_query(vocabulary: Vocabulary, query: str, expected: list[str]) -> None:
    assert typed_needles(first(query, vocabulary)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("部门 预算", ["部门预算"]),
        ("预 算", ["预算"]),
        ("政府 预算", ["政府预算"]),
        ("援 肋", ["援", "肋"]),
        ("预算、 决算", ["预算", "决算"]),
        ("预算 ppp", ["预算", "\x01ppp\x01"]),
    ],
)
def test_blanks_between_chinese_characters_do_not_count(
    vocabulary: Vocabulary, query: str, expected: list[str]
) -> None:
    assert typed_needles(first(query, vocabulary)) == expected


def test_what_was_typed_with_blanks_may_stand_so(vocabulary: Vocabulary) -> None:
    assert {"部门预算", "部门 预算"} <= set(first("部门 预算", vocabulary).needles)


@pytest.mark.parametrize(
    ("query", "year"),
    [
        ("2026年预算", 2026),
        ("二〇二六年预算", 2026),
        ("二零二六年度预算", 2026),
        ("一九九九年", 1999),
        ("二〇二六", None),
        ("2025年度决算", 2025),
        ("预算 2026", 2026),
        ("2026yusuan", 2026),
        ("12026年", None),
        ("1812年", None),
        ("财预〔2016〕143号", None),
    ],
)
def test_a_year_is_preferred(vocabulary: Vocabulary, query: str, year: int | None) -> None:
    assert first(query, vocabulary).year == year


def test_the_whole_query_ranks_and_is_not_required(vocabulary: Vocabulary) -> None:
    plan = first("财政局三公经费", vocabulary)
    assert plan.wanted[-1].alternatives[0].needle == "财政局三公经费"
    assert plan.least == len(plan.wanted) - 1


def test_synonyms_are_searched_unless_switched_off(vocabulary: Vocabulary) -> None:
    needles = {one.needle: one.closeness for one in first("控规", vocabulary).wanted[0].alternatives}
    assert needles["控规"] is Closeness.TYPED
    assert needles["控制性详细规划"] is Closeness.SYNONYM
    assert first("控规", vocabulary, synonyms=False).needles == ("控规",)


def test_a_group_leads_to_official_names_which_do_not_lead_back(vocabulary: Vocabulary) -> None:
    assert "城市 镇详细规划" in first("控规", vocabulary).needles
    assert "控规" not in first("城市、镇详细规划", vocabulary).needles


def test_a_unit_is_searched_by_its_names(vocabulary: Vocabulary) -> None:
    assert {"国土局", "楚雄市自然资源局"} <= set(first("国土局", vocabulary).needles)


@pytest.mark.parametrize("query", ["yusuan", "ys", "YuSuan", "yu suan"])
def test_letters_are_read_as_pinyin_below_what_was_typed(vocabulary: Vocabulary, query: str) -> None:
    alternatives = first(query, vocabulary).wanted[0].alternatives
    assert (alternatives[0].closeness, alternatives[1].closeness) == (Closeness.TYPED, Closeness.SOUND)
    assert "预算" in [one.needle for one in alternatives]


def test_what_letters_spell_is_searched_by_its_other_names(vocabulary: Vocabulary) -> None:
    needles = {one.needle: one.closeness for one in first("fayuan", vocabulary).wanted[0].alternatives}
    assert needles["法律援助"] is Closeness.SOUND


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("楚雄市公园建设情况", {"公园", "建设"}),
        ("农业机械", {"农业", "机械"}),
        ("yusuanshequjiaozheng", {"\x01yusuan\x01", "\x01shequjiaozheng\x01"}),
        ("公厕", {"公厕"}),
    ],
)
def test_a_looser_plan_drops_what_fills_and_cuts_what_is_long(
    vocabulary: Vocabulary, query: str, expected: set[str]
) -> None:
    loose = meant_by(query, vocabulary).plans[-1]
    assert {one.alternatives[0].needle for one in loose.wanted} == expected


def test_a_looser_plan_asks_for_what_a_word_may_be_short_for(vocabulary: Vocabulary) -> None:
    assert "城市公共" in meant_by("城公", vocabulary).plans[-1].needles
    assert "城市公共" not in meant_by("城公", vocabulary).plans[0].needles


@pytest.mark.parametrize("name", ["预算法", "中华人民共和国预算法"])
def test_a_law_is_found_with_or_without_its_country(vocabulary: Vocabulary, name: str) -> None:
    assert {"预算法"} <= set(first(name, vocabulary).needles)


def test_nothing_looked_for_asks_for_everything(vocabulary: Vocabulary) -> None:
    assert first("  ", vocabulary) == Plan(everything=True)
    assert not first("“”", vocabulary).wanted


def test_words_to_leave_out(vocabulary: Vocabulary) -> None:
    plan = first("预算 -草案 不含：2025年", vocabulary)
    assert plan.excluded == ("草案", "\x012025\x01年")


def test_parts_know_what_they_are(vocabulary: Vocabulary) -> None:
    parts = meant_by("2026年楚雄市怎么领低保金券", vocabulary).parts
    assert [(one.text, one.kind) for one in parts][:4] == [
        ("\x012026\x01年", Kind.YEAR),
        ("楚雄市", Kind.FILLING),
        ("怎么领", Kind.ASKING),
        ("低保金", Kind.CONTENT),
    ]


def test_overlap_is_two_thirds_of_three_parts(vocabulary: Vocabulary) -> None:
    meant = meant_by("耕地 农药 疫苗", vocabulary)
    assert [one.least for one in meant.most] == [2]
    either = meant_by("耕地 农药", vocabulary).either
    assert either is not None
    assert either.least == 1


@pytest.mark.parametrize("query", ["“耕地” 农药 疫苗", "财预〔2016〕143号 农药 疫苗"])
def test_what_is_quoted_or_numbered_is_never_left_out(vocabulary: Vocabulary, query: str) -> None:
    meant = meant_by(query, vocabulary)
    assert (meant.most, meant.either) == ((), None)
    assert all(plan.least in (None, len(plan.wanted)) for plan in (*meant.plans, *meant.named))


def test_what_letters_spell_may_stand_apart_in_a_looser_plan(vocabulary: Vocabulary) -> None:
    loose = meant_by("czys", vocabulary).plans[-1]
    assert "财政 预算" in loose.scattered
