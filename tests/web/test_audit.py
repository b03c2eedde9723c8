"""The auditor reads everything that was done, and sees whether the log is whole."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlmodel import Session, col

from registry import wording
from registry.audit.service import Action
from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry
from tests import factories
from tests.pages import Page, Pages


def test_the_auditor_sees_what_was_done_to_a_publication(
    registry: Registry, page: Pages, sign_in: Callable[..., Page]
) -> None:
    editor = factories.create_user(registry, "editor")
    publication = factories.publish(registry, editor, factories.create_user(registry, "reviewer", roles=["reviewer"]))
    factories.create_user(registry, "auditor", roles=["auditor"], unit=None)
    sign_in("auditor")

    log = page(f"/audit?subject={publication}")

    rows = log.all("tr")[1:]
    assert [cells[3].text for cells in ([cell for cell in row if cell.tag == "td"] for row in rows)] == [
        "审核通过",
        "提交审核",
        "登记公开信息",
    ]


def test_an_altered_entry_is_told(registry: Registry, page: Pages, sign_in: Callable[..., Page]) -> None:
    factories.create_user(registry, "auditor", roles=["auditor"], unit=None)
    sign_in("auditor")
    assert "日志完整" in page("/audit?verify=1").text

    with Session(registry.database.writing_engine) as session:
        session.execute(sa.update(AuditEntry).where(col(AuditEntry.number) == 3).values(actor_label="somebody"))
        session.commit()

    told = page("/audit?verify=1").text
    assert "日志不完整" in told
    assert "altered 3" in told


def test_every_action_has_a_word() -> None:
    assert set(wording.labels("action")) == {action.value for action in Action}


def test_the_log_is_for_auditors_only(registry: Registry, page: Pages, sign_in: Callable[..., Page]) -> None:
    factories.create_user(registry, "editor")
    sign_in("editor")

    page("/audit", status=403)
