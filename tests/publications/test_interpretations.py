"""政策解读: which document a publication explains, both ways, through replacements and withdrawals."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

from registry.bootstrap import Registry
from registry.database import Actor
from registry.duties.queries import list_duties
from registry.errors import Invalid
from registry.items.queries import get_detail
from registry.publications import service
from registry.publications.ending import supersede_publication, withdraw_publication
from registry.publications.interpretations import interpretations_of, interpreted_by
from registry.publications.rules import Why
from registry.publications.steps import content_of, latest_revision
from tests.factories import approve, create_publication, create_user, publish, submit, version_of
from tests.pages import Page, Pages

ITEM = "URP-01-01"


@pytest.fixture
def writer(registry: Registry) -> Actor:
    return create_user(registry, "editor", unit=planners(registry))


@pytest.fixture
def reader(registry: Registry) -> Actor:
    return create_user(registry, "reviewer", roles=("reviewer",), unit=planners(registry))


def planners(registry: Registry) -> str:
    """A unit that owes documents."""
    with registry.database.read() as session:
        return list_duties(session, item_id=get_detail(session, ITEM).item.id)[0][0].unit_code


def titles_of(registry: Registry, publication_id: UUID, on: date = date(2026, 3, 2)) -> list[str]:
    with registry.database.read() as session:
        return [one.title for one in interpretations_of(session, publication_id, on)]


def document_of(registry: Registry, publication_id: UUID | None) -> str | None:
    with registry.database.read() as session:
        found = interpreted_by(session, publication_id, registry.database.today())
        return found.title if found else None


def issues_of(caught: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(issue.field, issue.code) for issue in caught.value.issues]


def test_both_name_each_other_once_both_are_public(
    registry: Registry, page: Pages, writer: Actor, reader: Actor
) -> None:
    document = create_publication(registry, writer, item=ITEM, title="城乡规划管理办法", doc_no="楚市规〔2026〕1号")
    interpretation = publish(
        registry, writer, reader, item=ITEM, title="城乡规划管理办法解读", doc_no=None, interprets_id=document
    )
    assert "所解读的文件" not in page(f"/publications/{interpretation}").text

    submit(registry, writer, document)
    approve(registry, reader, document)

    assert "所解读的文件：城乡规划管理办法" in page(f"/publications/{interpretation}").text
    assert "解读：城乡规划管理办法解读" in page(f"/publications/{document}").text
    assert titles_of(registry, document, date(2026, 3, 1)) == []


def test_what_cannot_be_explained_is_refused(registry: Registry, writer: Actor, reader: Actor) -> None:
    document = publish(registry, writer, reader, item=ITEM, title="办法")
    interpretation = publish(registry, writer, reader, item=ITEM, title="办法解读", interprets_id=document)
    stranger = create_user(registry, "stranger")
    draft = create_publication(registry, stranger)

    refused = {}
    for name, target in {
        "an interpretation": interpretation,
        "a draft of others": draft,
        "nothing": UUID(int=7),
    }.items():
        with pytest.raises(Invalid) as caught:
            create_publication(registry, writer, item=ITEM, title="再解读", interprets_id=target)
        refused[name] = issues_of(caught)
    with registry.database.work(writer) as work:
        values = content_of(latest_revision(work, document)) | {"interprets_id": document, "why": "wrong"}
        version = version_of(work.session, document)
        with pytest.raises(Invalid) as caught:
            service.edit_publication(work, document, values, version=version)
    refused["itself"] = issues_of(caught)

    assert refused == {
        "an interpretation": [("interprets_id", "interprets_interpretation")],
        "a draft of others": [("interprets_id", "interprets_unknown")],
        "nothing": [("interprets_id", "interprets_unknown")],
        "itself": [("interprets_id", "interprets_itself")],
    }


def test_the_link_follows_what_takes_a_place(registry: Registry, writer: Actor, reader: Actor) -> None:
    old = publish(registry, writer, reader, item=ITEM, title="旧办法")
    publish(registry, writer, reader, item=ITEM, title="旧办法解读", interprets_id=old)
    new = publish(registry, writer, reader, item=ITEM, title="新办法")
    with registry.database.work(writer) as work:
        supersede_publication(work, old, version=version_of(work.session, old), successor_id=new)

    assert titles_of(registry, new) == ["旧办法解读"]
    assert titles_of(registry, old) == ["旧办法解读"]
    assert document_of(registry, old) == "新办法"

    with registry.database.work(writer) as work:
        withdraw_publication(work, new, version=version_of(work.session, new), why=Why.REPEALED)

    assert document_of(registry, old) is None


def test_a_correction_may_add_the_link_and_keeps_it(registry: Registry, writer: Actor, reader: Actor) -> None:
    document = publish(registry, writer, reader, item=ITEM, title="办法")
    other = publish(registry, writer, reader, item=ITEM, title="图解", doc_no=None)
    with registry.database.work(writer) as work:
        values = content_of(latest_revision(work, other)) | {"interprets_id": document, "why": Why.INCOMPLETE}
        service.edit_publication(work, other, values, version=version_of(work.session, other))
    assert titles_of(registry, document) == []  # not before the correction is approved

    submit(registry, writer, other)
    approve(registry, reader, other)
    assert titles_of(registry, document) == ["图解"]

    with registry.database.work(writer) as work:
        withdraw_publication(work, document, version=version_of(work.session, document), why=Why.REPEALED)
    with registry.database.work(writer) as work:
        values = content_of(latest_revision(work, other)) | {"title": "图解（更正）", "why": Why.WRONG}
        revision = service.edit_publication(work, other, values, version=version_of(work.session, other))
        assert revision.interprets_id == document


def test_the_form_takes_a_number_a_title_or_an_address(
    registry: Registry, page: Pages, sign_in: Callable[..., Page], writer: Actor, reader: Actor
) -> None:
    document = publish(registry, writer, reader, item=ITEM, title="城乡规划管理办法", doc_no="楚市规〔2026〕1号")
    publish(registry, writer, reader, item=ITEM, title="同名文件", doc_no=None)
    publish(registry, writer, reader, item=ITEM, title="同名文件", doc_no=None)
    draft = create_publication(registry, writer, item=ITEM, title="办法解读", doc_no=None)
    sign_in("editor")
    address = f"/publications/{draft}/edit"

    for typed, said in {"没有这份文件": "没有找到这份文件", "同名文件": "对应 2 条公开信息"}.items():
        refused = page.submit(page(address), {"interprets_id": typed}, form="保存并核对", status=422)
        assert said in refused.text

    for typed in ("楚市规〔2026〕1号", "城乡规划管理办法", f"http://localhost/publications/{document}"):
        page.submit(page(address), {"interprets_id": typed}, form="保存并核对")
        assert page(address).first("input", name="interprets_id").get("value") == f"/publications/{document}"
        page.submit(page(address), {"interprets_id": ""}, form="保存并核对")
