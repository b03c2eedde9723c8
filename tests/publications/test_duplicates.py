"""What a new publication may repeat, and what 与上期相同 copies."""

from datetime import date
from typing import Any

import pytest

from registry.bootstrap import Registry
from registry.publications.duplicates import copied_from, find_duplicates, moved_on
from registry.publications.ending import withdraw_publication
from registry.publications.tables import Revision
from tests import factories
from tests.factories import find_occasion, version_of

TITLE = "楚雄市2026年一般公共预算收支表"


def channel(address: str) -> list[dict[str, Any]]:
    return [{"channel": "government_website", "address": address, "place": None}]


@pytest.mark.parametrize(
    ("values", "likenesses"),
    [
        ({"title": "另一件事"}, []),
        ({"title": TITLE}, ["title"]),
        ({"title": "楚雄市２０２６年一般公共预算 收支表"}, ["title"]),
        ({"title": "《楚雄市2026年一般公共预算收支表》"}, ["title"]),
        ({"title": "楚雄市2025年一般公共预算收支表"}, []),
        ({"title": "另一件事", "doc_no": "楚市财[2026]12号"}, ["doc_no"]),
        ({"title": "另一件事", "doc_no": None}, []),
        ({"title": "另一件事", "channels": channel("http://www.cxs.gov.cn/info/1016/208010.htm#2")}, ["address"]),
        ({"title": "另一件事", "channels": channel("https://www.cxs.gov.cn/info/1016/208011.htm")}, []),
        ({"title": TITLE, "channels": channel("https://WWW.cxs.gov.cn/info/1016/208010.htm/")}, ["title", "address"]),
    ],
)
def test_alike_is_what_differs_only_in_writing(
    registry: Registry, values: dict[str, Any], likenesses: list[str]
) -> None:
    factories.create_publication(registry, factories.create_user(registry))

    with registry.database.read() as session:
        other = find_occasion(session, item="BUD-03-01")
        found = find_duplicates(session, registry.database.today(), other, values)

    assert [[likeness.value for likeness in one.likenesses] for one in found] == ([likenesses] if likenesses else [])


def test_the_same_occasion_is_enough_until_it_was_withdrawn(registry: Registry) -> None:
    editor, reviewer = factories.create_user(registry), factories.create_user(registry, "reviewer", roles=("reviewer",))
    publication_id = factories.publish(registry, editor, reviewer)
    today = registry.database.today()

    with registry.database.read() as session:
        occasion = find_occasion(session)
        assert len(find_duplicates(session, today, occasion, {})) == 1
        assert find_duplicates(session, today, occasion, {}, except_id=publication_id) == []
    with registry.database.work(editor) as work:
        withdraw_publication(work, publication_id, version=version_of(work.session, publication_id), reason="有误")
    with registry.database.read() as session:
        assert find_duplicates(session, today, occasion, {}) == []


def test_one_document_may_answer_several_items_of_a_section(registry: Registry) -> None:
    """BUD-01-01 and BUD-01-02 are both 政府预算 of 2026; the final accounts of BUD-02-01 are another section."""
    factories.create_publication(registry, factories.create_user(registry))

    with registry.database.read() as session:
        found = {
            item: len(
                find_duplicates(session, registry.database.today(), find_occasion(session, item=item), {"title": TITLE})
            )
            for item in ("BUD-01-02", "BUD-02-01")
        }

    assert found == {"BUD-01-02": 0, "BUD-02-01": 1}


def test_another_unit_s_publications_are_not_told_of(registry: Registry) -> None:
    factories.create_publication(registry, factories.create_user(registry))

    with registry.database.read() as session:
        foreign = find_occasion(session, unit="CX-102", item="BUD-07-01")
        assert find_duplicates(session, registry.database.today(), foreign, {"title": TITLE}) == []


@pytest.mark.parametrize(
    ("text", "before", "after", "expected"),
    [
        ("楚雄市2025年预算", "2025", "2026", "楚雄市2026年预算"),
        ("2025年第3季度采购", "2025-Q3", "2025-Q4", "2025年第4季度采购"),
        ("2025年第4季度采购", "2025-Q4", "2026-Q1", "2026年第1季度采购"),
        ("2025年12月采购", "2025-12", "2026-01", "2026年1月采购"),
        ("2025年四季度采购", "2025-Q4", "2026-Q1", "2026年四季度采购"),
        ("预算", "2025", "2026", "预算"),
        (None, "2025", "2026", None),
        ("2025年的事", "", "2026", "2025年的事"),
    ],
)
def test_a_title_moves_on_with_the_period(text: str | None, before: str, after: str, expected: str | None) -> None:
    assert moved_on(text, before, after) == expected


def test_everything_but_dates_is_copied() -> None:
    revision = Revision(
        title="2025年部门预算",
        doc_no="楚市财〔2025〕3号",
        summary="2025年的说明",
        formed_on=date(2025, 2, 1),
        published_on=date(2025, 2, 9),
        elements=["a", "b"],
        channels=channel("https://www.cxs.gov.cn/1.htm"),
    )

    assert copied_from(revision, "2025", "2026") == {
        "title": "2026年部门预算",
        "doc_no": "楚市财〔2025〕3号",
        "summary": "2026年的说明",
        "elements": ["a", "b"],
        "channels": channel("https://www.cxs.gov.cn/1.htm"),
    }
