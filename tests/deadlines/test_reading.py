"""Words nobody listed come out right or as 待定规则, never as a wrong date; and every word of the vocabulary does what it says."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registry.deadlines.reading import Reading, Role, Term, Vocabulary, normalise, read
from registry.deadlines.rules import ClauseKind, Unit
from registry.rulebook.book import Rulebook

ROOT = Path(__file__).resolve().parents[2]
VOCABULARY = Vocabulary(
    tuple(
        Term(**{**entry, "role": Role(entry["role"]), "words": tuple(entry["words"])})
        for entry in yaml.safe_load((ROOT / "standards" / "deadlines.yaml").read_text(encoding="utf-8"))["vocabulary"]
    )
)


def catalog_items() -> list[tuple[str, dict[str, object]]]:
    """(deadline text, first clause) of every item of the three catalogs."""
    found = []
    for path in sorted((ROOT / "catalog").glob("*.yaml")):
        for item in yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader).get("items", []):  # noqa: S506
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
    ],
)
def test_a_wording_nobody_listed_is_read(
    rulebook: Rulebook, text: str, kind: ClauseKind, count: int, unit: Unit
) -> None:
    found = reading(rulebook, text)

    assert not found.needs_rule
    assert [(clause.kind, clause.count, clause.unit) for clause in found.clauses] == [(kind, count, unit)]


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("公" * 10_000, "too_long"),
        ("信息\x00形成之日起20个工作日内", "unreadable"),
        ("信息形成之日起20-30个工作日内", "not_understood"),
        ("决定作出之日起第20个工作日前", "not_understood"),
        ("批准后15日内（不含节假日）", "not_understood"),
        ("按规定时限公开", "not_understood"),
        ("-5个工作日", "trigger_missing"),
        ("20个工作日内（自信息形成之日起）", "trigger_missing"),
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


def test_the_catalogs_say_what_their_texts_say(rulebook: Rulebook) -> None:
    """The first clause of an item, where its text gives a number, is what the text reads as."""
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
