"""The relevance set: how it is judged, and how search fares on it."""

import json
from pathlib import Path

import pytest

from registry.bootstrap import Registry
from registry.errors import Invalid
from registry.search.judging import Judging
from registry.search.memory_backend import MemoryBackend
from registry.search.relevance import Judged, Outcome, report
from registry.search.relevance_files import read_relevance_set
from registry.search.upkeep import built

SET = Path(__file__).with_name("relevance.json")
JUDGED = Judged("q", "预算", must_ids=("a", "b"), ok_ids=("c",), must_not_ids=("x",))


@pytest.mark.parametrize(
    ("hits", "missing", "intruding", "recall", "precision"),
    [
        (("a", "b"), [], [], 1.0, 1.0),
        (("a", "c", "d", "b"), [], [], 1.0, 0.75),
        (("a",), ["b"], [], 0.5, 1.0),
        (("a", "x", "b"), [], ["x"], 1.0, 2 / 3),
        (("a", "b", "x"), [], [], 1.0, 2 / 3),
        (("a", "x"), ["b"], ["x"], 0.5, 0.5),
        ((), ["a", "b"], [], 0.0, 1.0),
    ],
)
def test_what_was_found_is_judged(
    hits: tuple[str, ...], missing: list[str], intruding: list[str], recall: float, precision: float
) -> None:
    outcome = Outcome(JUDGED, hits)
    assert (outcome.missing, outcome.intruding) == (missing, intruding)
    assert (outcome.recall, outcome.precision) == pytest.approx((recall, precision))
    assert outcome.failed == bool(missing or intruding)


def test_a_query_that_should_find_nothing_fails_by_any_hit() -> None:
    assert not Outcome(Judged("q", "x", expect_zero=True), ()).failed
    assert Outcome(Judged("q", "x", expect_zero=True), ("a",)).intruding == ["a"]


def test_the_first_hit_may_be_told() -> None:
    judged = Judged("q", "x", must_ids=("a",), first=("a", "b"))
    assert not Outcome(judged, ("b", "a")).failed
    assert Outcome(judged, ("c", "a")).failed


def test_more_expected_than_are_counted_cannot_all_be_missed() -> None:
    judged = Judged("q", "x", must_ids=tuple(map(str, range(30))))
    assert Outcome(judged, tuple(map(str, range(20)))).recall == 1.0


def test_a_report_averages_over_queries() -> None:
    nothing = Judged("z", "外星人", expect_zero=True)
    made = report([Outcome(JUDGED, ("a", "b")), Outcome(JUDGED, ("x", "a")), Outcome(nothing, ())])
    assert made == {
        "queries": 3,
        "recall": 0.75,
        "precision": 0.75,
        "intrusion": 0.3333,
        "failures": 1,
        "misses": [{"id": "q", "query": "预算", "missing": ["b"], "intruding": ["x"]}],
    }


@pytest.mark.parametrize(
    ("record", "place"),
    [
        ({}, "documents"),
        ([], "_schema"),
        ({"documents": [{"title": "x"}], "queries": []}, "documents.0.id"),
        ({"documents": [], "queries": [{"id": "q"}]}, "queries.0.query"),
        ({"documents": [{"id": "1", "title": ["x"]}], "queries": []}, "documents.0.title"),
    ],
)
def test_a_bad_file_is_refused_at_its_place(record: object, place: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_relevance_set(record)
    assert [one.field for one in refused.value.issues] == [place]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_documents_are_judged_under_their_own_units_and_filters(registry: Registry) -> None:
    documents, queries = read_relevance_set(
        {
            "documents": [
                {"id": "1", "title": "图书借阅办法", "unit": "少年宫", "area": "文化", "date": "2026-01-02"},
                {"id": "2", "title": "图书采购公告", "unit": ["楚雄市财政局"], "kind": "公开信息", "status": "已发布"},
                {"id": 3, "title": "图书草稿", "status": "草稿", "docno": None, "l1": None, "date": 2026},
            ],
            "queries": [
                {"id": "a", "query": "图书", "filters": {"unit": "财政局"}},
                {"id": "b", "query": "图书 单位:少年宫"},
                {"id": "c", "query": "图书", "filters": {"years": [2026], "area": "文化"}},
                {"id": "d", "query": "图书"},
                {"id": "e", "query": "图书", "filters": {"status": "已发布", "kind": "公开信息"}},
            ],
        }
    )
    judging = judging_of(registry)
    judging.fill(documents)
    assert [sorted(judging.outcome(one).hits) for one in queries] == [["2"], ["1"], ["1"], ["1", "2"], ["1", "2"]]


def judging_of(registry: Registry) -> Judging:
    with registry.database.read() as session:
        vocabulary = built(session, registry.rulebook, registry.database.today())
    return Judging(MemoryBackend(), vocabulary, registry.state_dates())


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_search_finds_what_people_mean(registry: Registry) -> None:
    documents, queries = read_relevance_set(json.loads(SET.read_text(encoding="utf-8")))
    judging = judging_of(registry)
    judging.fill(documents)

    made = report([judging.outcome(one) for one in queries])

    assert made["queries"] >= 200
    assert made["recall"] >= 0.98, made["misses"]
    assert made["intrusion"] == 0, made["misses"]
