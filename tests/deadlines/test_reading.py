"""Words nobody listed come out right or as 待定规则, never as a wrong date; and every word of the vocabulary does what it says."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from registry.deadlines.clauses import ClauseKind, Unit
from registry.deadlines.reading import Reading, read
from registry.deadlines.spelling import normalise
from registry.deadlines.vocabulary import Role, Term, Vocabulary
from registry.rulebook.book import Rulebook

ROOT = Path(__file__).resolve().parents[2]
VOCABULARY = Vocabulary(
    tuple(
        Term(**{**entry, "role": Role(entry["role"]), "words": tuple(entry["words"])})
        for entry in yaml.safe_load((ROOT / "standards" / "deadlines.yaml").read_text(encoding="utf-8"))["vocabulary"]
    )
)


def catalog_items() -> list[tuple[str, dict[str, object]]]:
    """(deadline text, first clause) of every item of the three catalogs that states clauses beside its text."""
    found = []
    for path in sorted((ROOT / "catalog").glob("*.yaml")):
        for item in yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader).get("items", []):  # noqa: S506
            if "deadline" in item:
                found.append((item["deadline_text"], item["deadline"][0]))
    return found


def reading(rulebook: Rulebook, text: str) -> Reading:
    return read(text, rulebook.deadlines.vocabulary)


@pytest.mark.parametrize(
    ("text", "kind", "count", "unit"),
    [
        ("形成之日起的20个工作日内", ClauseKind.WITHIN, 20, Unit.WORKDAY),
        ("自信息形成之日起不超过20个工作日", ClauseKind.WITHIN, 20, Unit.WORKDAY),
        ("应当在决定作出后的二十个工作日之内予以公布", ClauseKind.WITHIN, 20, Unit.WORKDAY),
        ("批准后15日（工作日）内", ClauseKind.WITHIN, 15, Unit.WORKDAY),
        ("事项办结后十五日内", ClauseKind.WITHIN, 15, Unit.DAY),
        ("信息形成或者变更之日起两个月内", ClauseKind.WITHIN, 2, Unit.MONTH),
        ("收到批准文件之日起10个工作日内公告", ClauseKind.RESPONSE, 10, Unit.WORKDAY),
        ("会议召开3个工作日前", ClauseKind.BEFORE_EVENT, 3, Unit.WORKDAY),
        ("在政府网站公开不少于5个工作日", ClauseKind.MIN_NOTICE, 5, Unit.WORKDAY),
        ("公示期不少于7日", ClauseKind.MIN_NOTICE, 7, Unit.DAY),
        ("每月10日前", ClauseKind.PERIODIC, 10, Unit.DAY),
        ("每月5号前公开", ClauseKind.PERIODIC, 5, Unit.DAY),
        ("每季度结束后15日内", ClauseKind.PERIODIC, 15, Unit.DAY),
        ("年度终了后三个月内", ClauseKind.PERIODIC, 3, Unit.MONTH),
        ("20个工作日内（自信息形成之日起）", ClauseKind.WITHIN, 20, Unit.WORKDAY),
        ("应在20个工作日内予以公开，自信息形成之日起计算", ClauseKind.WITHIN, 20, Unit.WORKDAY),
        ("自规划经批准之日起，二十个工作日内向社会公布", ClauseKind.WITHIN, 20, Unit.WORKDAY),
        ("形成之日起20（二十）个工作日内", ClauseKind.WITHIN, 20, Unit.WORKDAY),
        ("信息形成之日起贰拾个工作日内", ClauseKind.WITHIN, 20, Unit.WORKDAY),
        ("信息形成之日起廿五日内", ClauseKind.WITHIN, 25, Unit.DAY),
        ("信息形成之日起半年内", ClauseKind.WITHIN, 6, Unit.MONTH),
        ("会议召开前10个工作日", ClauseKind.BEFORE_EVENT, 10, Unit.WORKDAY),
        ("至少提前3天公告", ClauseKind.BEFORE_EVENT, 3, Unit.DAY),
        ("项目开工前三十日", ClauseKind.BEFORE_EVENT, 30, Unit.DAY),
        ("公示5个工作日以上", ClauseKind.MIN_NOTICE, 5, Unit.WORKDAY),
    ],
)
def test_a_wording_nobody_listed_is_read(
    rulebook: Rulebook, text: str, kind: ClauseKind, count: int, unit: Unit
) -> None:
    found = reading(rulebook, text)

    assert not found.needs_rule
    assert [(clause.kind, clause.count, clause.unit) for clause in found.clauses] == [(kind, count, unit)]


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("每年1月31日之前", "01-31"),
        ("次年一月三十一日前", "01-31"),
        ("3月31日前", "03-31"),
        ("每年4月底前", "04-30"),
        ("每年2月底前", "02-29"),
        ("每年第一季度", "03-31"),
        ("每年3月", "03-31"),
        ("每年上半年", "06-30"),
        ("每年年底前", "12-31"),
    ],
)
def test_a_day_of_the_year_is_read(rulebook: Rulebook, text: str, on: str) -> None:
    found = reading(rulebook, text)

    assert not found.needs_rule
    assert [(clause.kind, clause.on) for clause in found.clauses] == [(ClauseKind.FIXED_DATE, on)]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("每年一次", "year"),
        ("一年一次", "year"),
        ("每半年公开1次", "half_year"),
        ("每年至少公开2次", "half_year"),
        ("每年公开四次", "quarter"),
        ("每季度最后一日公开", "quarter"),
    ],
)
def test_how_often_says_by_when(rulebook: Rulebook, text: str, period: str) -> None:
    """So many times a period are due by the last day of each part of it."""
    (clause,) = reading(rulebook, text).clauses

    assert (clause.kind, clause.period, clause.direction, clause.count) == (ClauseKind.PERIODIC, period, "within", None)


EVENTS = st.sampled_from(["信息形成或者变更", "规划批准", "合同签订", "分配结果确定", "行政许可决定作出"])
UNITS = st.sampled_from(["个工作日", "日", "天", "个月", "周"])
DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """1–99 in Chinese."""
    tens, ones = divmod(number, 10)
    return {0: "", 1: "十"}.get(tens, f"{DIGITS[tens]}十") + (DIGITS[ones] if ones else "")


@given(event=EVENTS, number=st.integers(1, 99), unit=UNITS, link=st.sampled_from(["之日起", "后"]))
def test_one_text_in_every_spelling_says_one_thing(event: str, number: int, unit: str, link: str) -> None:
    plain = f"自{event}{link}{number}{unit}内公开"
    spellings = [
        " ".join(plain),
        plain.replace("内", "\n内"),
        f"自{event}{link}{numeral(number)}{unit}内公开",
        plain.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        OpenCC("s2t").convert(plain),
    ]
    expected = read(plain, VOCABULARY)

    assert not expected.needs_rule
    assert expected.clauses[0].count == number
    for spelling in spellings:
        assert read(spelling, VOCABULARY).clauses == expected.clauses, spelling


@given(event=EVENTS, number=st.integers(1, 99), unit=UNITS, after=st.booleans())
def test_a_count_reads_alike_before_and_behind_its_event(event: str, number: int, unit: str, after: bool) -> None:
    usual = read(f"{event}之日起{number}{unit}内", VOCABULARY)
    turned = f"{number}{unit}内公开，自{event}之日起计算" if after else f"{event}之日起，{number}{unit}内公开"

    assert read(turned, VOCABULARY).clauses == usual.clauses


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("公" * 10_000, "too_long"),
        ("信息\x00形成之日起20个工作日内", "unreadable"),
        ("信息形成之日起20-30个工作日内", "not_understood"),
        ("形成之日起20（三十）个工作日内", "not_understood"),
        ("信息形成之日起20个工作日后公开", "not_before"),
        ("信息形成之日起满20个工作日方可公开", "not_before"),
        ("超过20个工作日未公开", "not_before"),
        ("信息形成20个工作日前", "not_understood"),
        ("2026年3月31日前", "single_date"),
        ("每年13月1日前", "not_understood"),
        ("每年公开5次", "not_understood"),
        ("当日公开", "not_understood"),
        ("决定作出之日起第20个工作日前", "not_understood"),
        ("批准后15日内（不含节假日）", "not_understood"),
        ("按规定时限公开", "not_understood"),
        ("-5个工作日", "trigger_missing"),
        ("信息形成之日起20日内公开，涉及行政许可的7个工作日内公开", "trigger_missing"),
        ("公示期按地方规定（常见7日、10日、15日）", "trigger_missing"),
        ("99999个工作日内", "count_out_of_range"),
        ("信息形成之日起0个工作日内", "count_out_of_range"),
        ("信息形成之日起20个工作日内，信息形成之日起30个工作日内", "contradictory"),
        ("事前公开", "nothing_found"),
        ("定期评估；结果形成后20个工作日内", "period_unknown"),
    ],
)
def test_what_a_person_must_decide_is_said(rulebook: Rulebook, text: str, warning: str) -> None:
    found = reading(rulebook, text)

    assert found.needs_rule
    assert warning in found.warnings


def uses(rulebook: Rulebook, term: Term, text: str) -> bool:
    """Units and periods show in what was read; other words in the text itself."""
    clauses = reading(rulebook, text).clauses
    if term.role is Role.UNIT:
        return any(clause.unit == term.value for clause in clauses)
    if term.role is Role.PERIOD:
        return any(clause.period == term.value for clause in clauses)
    return any(word in normalise(text) for word in term.words)


def test_every_word_is_used_in_its_example_and_not_in_the_other(rulebook: Rulebook) -> None:
    terms = rulebook.deadlines.terms

    assert {term.role for term in terms} == set(Role)
    assert [term.code for term in terms if not uses(rulebook, term, term.matches)] == []
    assert [term.code for term in terms if uses(rulebook, term, term.other)] == []


def test_what_a_catalog_decides_is_what_its_text_leaves_open_or_says_alike(rulebook: Rulebook) -> None:
    """Where an item states clauses of its own, the first agrees with its text in whatever number the text gives."""
    differing = []
    for text, first in catalog_items():
        found = reading(rulebook, text)
        if not found.needs_rule and "count" in first and found.clauses[0].count is not None:
            read_as = found.clauses[0]
            if (str(read_as.count), read_as.unit) != (first["count"], first["unit"]):
                differing.append((text, first, read_as))
    assert differing == []


@given(st.text(max_size=120))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    assert isinstance(read(text, VOCABULARY), Reading)


@given(
    st.lists(
        st.sampled_from(
            [
                "信息",
                "形成",
                "或者",
                "变更",
                "之日起",
                "后",
                "20",
                "三十",
                "个",
                "工作日",
                "日",
                "内",
                "前",
                "不少于",
                "，",
                "；",
                "（",
                "）",
                "每季度",
                "及时",
                "另有规定",
                "从其规定",
            ]
        ),
        max_size=14,
    )
)
def test_any_order_of_known_words_is_read(words: list[str]) -> None:
    assert isinstance(read("".join(words), VOCABULARY), Reading)
