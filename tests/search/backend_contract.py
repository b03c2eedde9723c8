"""What every search engine must do; a test module for an engine imports the class and gives a `backend` fixture."""

from datetime import date

import pytest

from registry.coverage.rules import OccasionState, Openness, StateDates
from registry.search.backend import SearchBackend, Sort
from tests.search.made_up import DOCUMENTS, ask, item, publication


def codes(backend: SearchBackend, text: str = "", **values: object) -> list[str]:
    """The ids of the hits without their prefix, in order."""
    return [hit.id.removeprefix("id-") for hit in backend.search(ask(text, **values)).hits]


class BackendContract:
    """Run on every engine; `backend` holds DOCUMENTS at watermark 7."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("政府预算", ["BUD-01-01", "pub-1", "BUD-05-01"]),
            ("预算", {"BUD-01-01", "BUD-02-01", "BUD-05-01", "pub-1"}),
            ("三公经费", ["BUD-01-01"]),
            ("“三公”经费", ["BUD-01-01"]),
            ("援", ["PLS-01-01"]),
            ("财预[2016]143", ["BUD-01-01"]),
            ("财预〔2016〕第 143 号", ["BUD-01-01"]),
            ("楚政发（2026）5号", ["pub-1"]),
            ("财预〔2016〕14号", []),
            ("bud-02-01", ["BUD-02-01"]),
            ("2026年 预算", ["pub-1"]),
            ("２０２６年", ["pub-1"]),
            ("财政局 经费", ["BUD-01-01"]),
            ("法律援助服务", ["PLS-01-01"]),
            ("法律援肋", []),
            ("！？", []),
            ("\ud800", []),
            ('AND OR NOT * ( " ~ [ TO ]', []),
        ],
    )
    def test_text_finds(self, backend: SearchBackend, text: str, expected: list[str] | set[str]) -> None:
        found = codes(backend, text)
        assert (set(found) if isinstance(expected, set) else found) == expected

    def test_whole_title_then_title_then_content_then_scattered(self, backend: SearchBackend) -> None:
        documents = [
            item("A", "公共服务与务中心", notes="公共服务，务中，中心"),
            item("B", "其他", notes="公共服务中心"),
            item("C", "其他", content=("公共服务中心",)),
            item("D", "市公共服务中心办事指南"),
            item("E", "公共服务中心"),
        ]
        backend.rebuild(documents, 1)
        assert codes(backend, "公共服务中心") == ["E", "D", "C", "B", "A"]

    def test_equal_documents_come_in_order_of_code(self, backend: SearchBackend) -> None:
        backend.rebuild([item(code, "决算") for code in ("C", "A", "D", "B")], 1)
        assert codes(backend, "决算") == codes(backend) == ["A", "B", "C", "D"]
        assert [codes(backend, "决算", page=page, size=3) for page in (1, 2, 3)] == [["A", "B", "C"], ["D"], []]

    def test_the_public_does_not_find_what_is_to_come_or_withdrawn(self, backend: SearchBackend) -> None:
        assert codes(backend, kinds=["publication"]) == ["pub-1", "pub-2"]
        assert codes(backend, kinds=["publication"], public_only=False) == ["pub-1", "pub-2", "pub-3", "pub-4"]

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (date(2026, 2, 9), ["pub-2"]),
            (date(2026, 2, 10), ["pub-1", "pub-2", "pub-4"]),
            (date(2026, 2, 20), ["pub-1", "pub-2"]),
            (date(2026, 3, 31), ["pub-1", "pub-2", "pub-3"]),
        ],
    )
    def test_visibility_follows_the_day_of_the_question(
        self, backend: SearchBackend, day: date, expected: list[str]
    ) -> None:
        assert codes(backend, kinds=["publication"], dates=StateDates(day, day, day)) == expected

    def test_states_follow_the_day_of_the_question(self, backend: SearchBackend) -> None:
        assert dict(backend.search(ask()).facets["state"]) == {
            "met": 2,
            "due_soon": 1,
            "long_overdue": 1,
            "published": 2,
        }
        later = StateDates(as_of=date(2026, 3, 6), soon_until=date(2026, 3, 13), long_before=date(2026, 2, 6))
        assert dict(backend.search(ask(dates=later)).facets["state"]) == {
            "met": 2,
            "overdue": 1,
            "long_overdue": 1,
            "published": 2,
        }
        assert codes(backend, states=["overdue"], dates=later) == ["BUD-01-01"]

    def test_a_facet_ignores_its_own_filter_only(self, backend: SearchBackend) -> None:
        page = backend.search(ask("预算", areas=["budgets"], units=["CX-102"], kinds=["item"]))
        assert [hit.id for hit in page.hits] == ["id-BUD-02-01"]
        assert page.total == 1
        assert page.facets == {
            "kind": [("item", 1)],
            "area": [("budgets", 1)],
            "unit": [("CX-101", 3), ("CX-102", 1)],
            "state": [("long_overdue", 1)],
            "year": [],
            "channel": [("government_website", 1)],
            "level": [("county", 1), ("township", 1)],
        }

    @pytest.mark.parametrize("text", ["", "预算", "公", "政府"])
    def test_every_count_is_the_number_of_hits_behind_it(self, backend: SearchBackend, text: str) -> None:
        facets = backend.search(ask(text)).facets
        filters = {
            "kind": "kinds",
            "area": "areas",
            "unit": "units",
            "state": "states",
            "channel": "channels",
            "level": "levels",
        }
        for facet, name in filters.items():
            for value, count in facets[facet]:
                assert backend.search(ask(text, **{name: [value]})).total == count, (facet, value)
        for year, count in facets["year"]:
            assert backend.search(ask(text, years=[int(year)])).total == count

    def test_values_of_one_filter_add_up(self, backend: SearchBackend) -> None:
        assert codes(backend, channels=["gazette"]) == ["BUD-05-01"]
        assert set(codes(backend, kinds=["item"], units=["CX-103", "CX-102"])) == {
            "BUD-02-01",
            "PLS-01-01",
            "URP-02-03",
        }

    def test_sorts_by_day_and_by_deadline(self, backend: SearchBackend) -> None:
        assert codes(backend, sort=Sort.NEWEST)[:3] == ["pub-1", "pub-2", "BUD-01-01"]
        assert codes(backend, sort=Sort.DEADLINE)[:2] == ["BUD-02-01", "BUD-01-01"]

    def test_apply_replaces_and_removes_at_once(self, backend: SearchBackend) -> None:
        before = backend.search(ask()).generation
        changed = item("BUD-02-01", "部门决算", openness=Openness(None, OccasionState.MET_LATE))
        backend.apply([changed, publication(5, "新的公开")], {("item", "id-BUD-01-01"), ("item", "never-there")}, 9)
        assert codes(backend, "政府预算") == ["pub-1", "BUD-05-01"]
        assert codes(backend, "部门预算") == []
        assert codes(backend, "部门决算") == ["BUD-02-01", "pub-2"]
        assert codes(backend, "新的公开") == ["pub-5"]
        page = backend.search(ask())
        assert (page.total, page.watermark) == (7, 9)
        assert page.generation != before
        assert backend.status().watermark == 9

    def test_an_older_watermark_changes_nothing(self, backend: SearchBackend) -> None:
        backend.apply([item("BUD-02-01", "旧的名称")], (), 3)
        assert codes(backend, "旧的名称") == []
        assert backend.status().watermark == 7

    def test_many_small_changes_leave_one_document_each(self, backend: SearchBackend) -> None:
        for number in range(12):
            backend.apply([item("BUD-02-01", f"第{number}次修改")], (), 8 + number)
        assert codes(backend, "次修改") == codes(backend, "11") == ["BUD-02-01"]
        assert backend.status().documents == len(DOCUMENTS)

    def test_rebuild_replaces_everything(self, backend: SearchBackend) -> None:
        backend.rebuild([], 20, "other")
        page = backend.search(ask())
        assert (page.total, page.hits, page.watermark) == (0, [], 20)
        assert all(counts == [] for counts in page.facets.values())
        assert (backend.status().documents, backend.status().source, backend.status().ok) == (0, "other", True)
        assert codes(backend, "预算") == []

    def test_hits_say_where_they_match(self, backend: SearchBackend) -> None:
        hits = {hit.id: hit.fields for hit in backend.search(ask("政府预算")).hits}
        assert hits["id-BUD-05-01"] == ("title", "rest")
        assert hits["id-BUD-01-01"][0] == "title"
