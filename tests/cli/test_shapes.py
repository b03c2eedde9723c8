"""What `--json` gives is a contract: the keys of design, and numbers that can be checked by hand."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from registry.bootstrap import Registry
from tests.factories import create_user, publish

pytestmark = pytest.mark.one_database

Run = Callable[..., Result]


def answer(run: Run, *arguments: str) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


def test_search(run: Run) -> None:
    found = answer(run, "search", "预算")

    assert set(found) == {"total", "page", "size", "took_ms", "hits", "facets", "also_searched", "did_you_mean"}
    assert set(found["facets"]) == {"kind", "area", "unit", "state", "year", "channel", "level"}
    for hit in found["hits"]:
        assert set(hit) == {
            "kind",
            "id",
            "code",
            "title",
            "area",
            "unit",
            "state",
            "date",
            "url",
            "highlights",
            "score",
        }
    assert {hit["area"] for hit in found["hits"]} == {"budgets"}
    assert any(
        "<mark>预算</mark>" in text for hit in found["hits"] for texts in hit["highlights"].values() for text in texts
    )
    assert all(set(one) == {"value", "label", "count"} for counts in found["facets"].values() for one in counts)


def test_search_finds_single_characters_and_pages_through_them(run: Run) -> None:
    everything = answer(run, "search", "债", "--size", "200")
    first, second = (answer(run, "search", "债", "--size", "2", "--page", page) for page in ("1", "2"))

    assert everything["total"] == len(everything["hits"]) > 4
    assert [hit["code"] for hit in first["hits"] + second["hits"]] == [hit["code"] for hit in everything["hits"][:4]]


def test_search_tells_what_it_understood(run: Run) -> None:
    slip = answer(run, "search", "法律援肋")
    assert slip["did_you_mean"] == "法律援助"
    assert "法律援助服务" in [hit["title"] for hit in slip["hits"]]
    assert "您是不是要找：法律援助" in run("search", "法律援肋").stderr

    assert "控制性详细规划" in answer(run, "search", "控规")["also_searched"]
    assert answer(run, "search", "-草案")["total"] > 0


def test_evaluating_a_relevance_set(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "set.json"
    documents = [{"id": "a", "title": "公共厕所"}, {"id": "b", "title": "公共浴室"}]
    queries = [
        {"id": "1", "query": "公厕", "must_ids": ["a"]},
        {"id": "2", "query": "公共", "must_ids": ["a", "b", "c"], "must_not_ids": ["b"]},
    ]
    file.write_text(json.dumps({"documents": documents, "queries": queries}), encoding="utf-8")

    report = answer(run, "search-index", "evaluate", str(file))

    assert report == {
        "queries": 2,
        "recall": 0.8333,
        "precision": 1.0,
        "intrusion": 0.5,
        "failures": 1,
        "misses": [{"id": "2", "query": "公共", "missing": ["c"], "intruding": ["b"]}],
    }
    file.write_text("[", encoding="utf-8")
    assert "documents" in run("search-index", "evaluate", str(file), exit_code=1).stderr


def test_items_list(run: Run) -> None:
    found = answer(run, "items", "list")

    assert found["total"] == len(found["items"]) == 31 + 36 + 28
    item = next(one for one in found["items"] if one["code"] == "BUD-03-01")
    assert item["titles"] == ["财政预决算", "部门预算", "收支总体情况表"]
    assert item["elements"] == ["收支总体情况", "部门收支总体情况表", "部门收入总体情况表", "部门支出总体情况表"]
    assert item["deadline_text"] == "本级政府财政部门批复后20日内"
    assert [(one["kind"], one["count"], one["unit"]) for one in item["deadline"]] == [("within", 20, "day")]
    assert {"title": "中华人民共和国预算法", "article": "第十四条第二款"}.items() <= item["legal_bases"][0].items()
    assert item["audience"] == {"everyone": True, "groups": None}
    assert (item["methods"], item["levels"]) == (["active"], ["county", "township"])
    assert item["channels"] == ["政府网站", "财政部门网站/预决算公开统一平台"]
    assert item["extra"] == {}


@pytest.mark.parametrize(
    ("area", "number"), [("urban-rural-planning", 31), ("budgets", 36), ("public-legal-services", 28)]
)
def test_items_of_an_area(run: Run, area: str, number: int) -> None:
    assert answer(run, "items", "list", "--area", area)["total"] == number


def test_coverage_adds_up(run: Run) -> None:
    found = answer(run, "coverage")

    counted = ("due", "met", "met_late", "overdue", "long_overdue", "upcoming", "due_soon", "nothing_to_publish",
               "not_applicable", "extended", "needs_rule")  # fmt: skip
    assert set(found["totals"]) == {*counted, "rate", "on_time_rate"}
    for name in counted:
        assert found["totals"][name] == sum(row[name] for row in found["rows"])
    assert found["totals"]["due"] == sum(
        found["totals"][name] for name in ("met", "met_late", "overdue", "long_overdue")
    )


@pytest.mark.parametrize("by", ["unit", "area", "unit,area"])
def test_coverage_by_less_gives_the_same_totals(run: Run, by: str) -> None:
    found = answer(run, "coverage", "--by", by)

    assert found["totals"] == answer(run, "coverage")["totals"]
    assert all(set(by.split(",")) <= set(row) for row in found["rows"])


def test_duties_are_the_rows_behind_the_numbers(run: Run) -> None:
    rows = answer(run, "duties", "list", "--unit", "CX-101")["duties"]
    cells: list[Mapping[str, Any]] = answer(run, "coverage", "--unit", "CX-101")["rows"]

    for state in ("overdue", "long_overdue", "upcoming", "due_soon", "needs_rule"):
        assert sum(row["state"] == state for row in rows) == sum(cell[state] for cell in cells)


def test_what_is_published_moves_the_number(run: Run, registry: Registry) -> None:
    before = answer(run, "coverage", "--unit", "CX-101")["totals"]
    editor = create_user(registry, "editor")
    publish(registry, editor, create_user(registry, "reviewer", roles=["reviewer"]))

    after = answer(run, "coverage", "--unit", "CX-101")["totals"]
    listed = answer(run, "publications", "list")

    assert after["met"] == before["met"] + 1
    assert listed["total"] == len(listed["publications"]) == 1
    assert answer(run, "search", "一般公共预算收支表")["hits"][0]["kind"] == "publication"


def test_standards_check(run: Run, registry: Registry) -> None:
    editor, reviewer = create_user(registry), create_user(registry, "reviewer", roles=("reviewer",))
    publish(registry, editor, reviewer, item="BUD-07-02")
    found = answer(run, "standards", "check", "--unit", "CX-101", "--as-of", "2026-03-02")

    assert (found["as_of"], found["unit"]) == ("2026-03-02", "CX-101")
    assert [one["code"] for one in found["standards"]] == [f"M{number}" for number in range(1, 8)]
    rows = {one["code"]: one for standard in found["standards"] for one in standard["requirements"]}
    assert set(rows["M1-2"]) == {
        "code",
        "text",
        "check",
        "standing",
        "holds",
        "fails",
        "unknown",
        "rate",
        "self_assessed",
    }
    assert {name: rows["M3-9"][name] for name in ("holds", "fails", "unknown", "rate", "standing")} == {
        "holds": 1,
        "fails": 0,
        "unknown": 0,
        "rate": 1.0,
        "standing": "holds",
    }
    assert rows["M2-1"]["self_assessed"] == {"asked": 1, "missing": 1, "said": {}}
    assert rows["M7-1"]["self_assessed"] is None
    assert "M1-2" in run("standards", "check").stdout


def test_assessment(run: Run) -> None:
    found = answer(run, "assessment", "--as-of", "2026-06-30")

    assert set(found) == {"as_of", "rules", "vetoes", "units"}
    assert set(found["rules"]) == {"from", "title", "full_mark", "passing_mark"}
    assert [set(one) for one in found["vetoes"]] == [{"rule", "count", "threshold", "holds"}] * 5
    worst = found["units"][0]
    assert (
        worst["score"] == min(one["score"] for one in found["units"]) == 100 - sum(x["points"] for x in worst["lost"])
    )
    assert {"unit", "score", "passes", "lost", "vetoes", "doubts", "due", "rate", "not_applicable"} <= set(worst)

    one = answer(run, "assessment", "--unit", worst["unit"], "--as-of", "2026-06-30")
    assert (one["score"], one["lost"], one["vetoes"]) == (worst["score"], worst["lost"], worst["vetoes"])
    assert sum(finding["points"] for finding in one["findings"]) == 100 - worst["score"]
    assert {"rule", "subject", "subject_id", "points", "veto", "text", "since"} <= set(one["findings"][0])
    assert len(one["plan"]) == 5
    assert "单项否决" in run("assessment").stdout
    assert "没有找到" in run("assessment", "--unit", "NO-SUCH", exit_code=1).stderr
