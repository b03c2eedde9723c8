"""What every search engine must do; a test module for an engine imports the class and gives a `backend` fixture."""

from dataclasses import replace
from datetime import date
from itertools import islice

import pytest

from registry.coverage.rules import OccasionState, Openness, StateDates
from registry.search.backend import SearchBackend, Sort
from registry.search.plan import Alternative, Closeness, Plan, Wanted
from tests.search.made_up import DOCUMENTS, ask, item, publication


def codes(backend: SearchBackend, text: str | Plan = "", **values: object) -> list[str]:
    """The ids of the hits without their prefix, in order."""
    return [hit.id.removeprefix("id-") for hit in backend.search(ask(text, **values)).hits]


STANDING = (
    item("A", "办公证明"),
    item("B", "其他", content=("申请公证的条件",)),
    item("C", "公证服务", notes="办公室"),
    item("D", "低保"),
    item("E", "最低生活保障", basis="社会救助暂行办法"),
    item("F", "最低保障与生活保证", content=("生活保障", "低生")),
    publication(1, "最低生活保障", content=("办公室",)),
    publication(2, "最低生活保障名单", published_on=date(2025, 6, 1)),
)


def either(*alternatives: Alternative) -> Wanted:
    return Wanted(alternatives)


NOTARY, OFFICE = Alternative("公证"), Alternative("办公室")
SAFETY, OFFICIAL = Alternative("低保"), Alternative("最低生活保障", Closeness.SYNONYM)
ALIKE = Alternative("低保", Closeness.SOUND)

# Groups of documents that stand equally well, best first.
PLANS: dict[str, tuple[Plan, list[str]]] = {
    "title before content": (Plan((either(NOTARY),)), ["A C", "B"]),
    "a scattered needle comes last": (
        Plan((either(Alternative("最低生活保障", scattered=True)),)),
        ["E pub-1 pub-2", "F"],
    ),
    "without scattering only literal ones": (Plan((either(Alternative("最低生活保障")),)), ["E pub-1 pub-2"]),
    "typed before synonyms": (Plan((either(SAFETY, OFFICIAL),)), ["D F", "E pub-1 pub-2"]),
    "a better place before typed": (
        Plan((either(Alternative("公证", Closeness.SYNONYM), Alternative("条件")),)),
        ["A C", "B"],
    ),
    "what only sounds alike below every literal one": (
        Plan((either(ALIKE, Alternative("办法", Closeness.SYNONYM)),)),
        ["E", "D F"],
    ),
    "all that is wanted": (Plan((either(NOTARY), either(OFFICE))), ["C"]),
    "the worst placed part decides": (
        Plan((either(Alternative("公")), either(Alternative("证")), either(Alternative("办公"), Alternative("申请")))),
        ["A", "B", "C"],
    ),
    "at least so many": (Plan((either(NOTARY), either(OFFICE)), least=1), ["C", "A B pub-1"]),
    "more than there are": (Plan((either(NOTARY),), least=2), []),
    "without what is excluded": (Plan((either(NOTARY),), excluded=("办公室", "申请")), ["A"]),
    "everything but what is excluded": (Plan(everything=True, excluded=("公", "保障")), ["D"]),
    "the name before all else, the item before its notices": (
        Plan((either(Alternative("保障")),), exact="“最低 生活保障”"),
        ["E", "pub-1", "F pub-2"],
    ),
    "the code is a name too": (Plan((either(Alternative("他")),), exact="b"), ["B"]),
    "a year is preferred among equals": (Plan((either(OFFICIAL),), year=2025), ["pub-2", "E pub-1"]),
    "words before mere substrings in any place": (
        Plan((either(Alternative("公证", word="申请")),)),
        ["B", "A C"],
    ),
    "nothing wanted": (Plan(), []),
    "an empty needle": (Plan((either(Alternative("", scattered=True)),)), []),
    "nothing to choose from": (Plan((either(NOTARY), either())), []),
}


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

    @pytest.mark.parametrize(
        "change",
        [
            {"title": "另一个名称"},
            {"notes": "多了一句"},
            {"units": ("CX-102",)},
            {"openness": Openness(date(2026, 3, 6), OccasionState.MET)},
            {"public_to": date(2026, 3, 3)},
            {"id": "id-unknown"},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_a_document_that_is_not_as_it_was_indexed_is_told(
        self, backend: SearchBackend, change: dict[str, object]
    ) -> None:
        other = replace(DOCUMENTS[0], **change)

        assert list(backend.differing(DOCUMENTS)) == []
        assert list(backend.differing([other, *DOCUMENTS[1:]])) == [other.key]

    def test_rebuild_replaces_everything(self, backend: SearchBackend) -> None:
        backend.rebuild([], 20, "other")
        page = backend.search(ask())
        assert (page.total, page.hits, page.watermark) == (0, [], 20)
        assert all(counts == [] for counts in page.facets.values())
        assert (backend.status().documents, backend.status().source, backend.status().ok) == (0, "other", True)
        assert codes(backend, "预算") == []

    @pytest.mark.parametrize(("plan", "expected"), PLANS.values(), ids=PLANS)
    def test_a_plan_is_answered_in_order(self, backend: SearchBackend, plan: Plan, expected: list[str]) -> None:
        backend.rebuild(STANDING, 1)
        found = iter(codes(backend, plan))
        assert [set(islice(found, len(group.split()))) for group in expected] == [set(one.split()) for one in expected]
        assert list(found) == []
