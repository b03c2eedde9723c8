"""The office drafts a briefing on screen and issues it; from then on it is what it was."""

import io
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import Element

import docx
import pytest
from sqlmodel import col, select

from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry
from registry.database import Actor
from registry.exchange.checking import check_registry
from registry.reports.briefings.queries import briefing_digests
from tests.factories import create_user, publish
from tests.pages import Page, Pages, text_of

NUMBER = "楚政公开办〔2026〕3号"
DRAFT = "/briefings/draft/2026-02"

SignIn = Callable[..., Page]

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def office(registry: Registry, sign_in: SignIn) -> Actor:
    """Signed in."""
    office = create_user(registry, "office", roles=("office",), unit=None)
    sign_in("office")
    return office


def texts_of(content: bytes) -> list[str]:
    return [one.text for one in docx.Document(io.BytesIO(content)).paragraphs]


def test_what_was_drafted_is_edited_issued_and_kept(
    page: Pages, registry: Registry, office: Actor, tmp_path: Path
) -> None:
    draft = page(DRAFT)
    assert "还没有关账" in draft.text
    drafted = text_of(_area(draft, "overall"))
    typed = f"{drafted}\n各单位要认真对照。"
    issued = page.submit(draft, {"overall": typed, "number": NUMBER}, form="draft/2026-02")

    assert f"{NUMBER} 已签发。" in issued.text
    (address,) = issued.links(NUMBER)
    shown = page(address)
    assert shown.h1 == "楚雄市政务公开领导小组办公室关于2026年2月基层政务公开情况的通报"
    assert "各单位要认真对照。" in shown.text
    content = page.client.get(f"{address}.docx").data
    assert [one for one in texts_of(content) if one in (NUMBER, "各单位要认真对照。")] == [NUMBER, "各单位要认真对照。"]
    publish(registry, create_user(registry, "editor"), create_user(registry, "reviewer", roles=("reviewer",)))
    assert page.client.get(f"{address}.docx").data == content
    with registry.database.read() as session:
        entry = session.exec(select(AuditEntry).where(col(AuditEntry.action) == "briefing.issue")).one()
    assert entry.changes["number"] == [None, NUMBER]

    with registry.database.read() as session:
        (digest,) = briefing_digests(session)
    registry.objects.path(digest).rename(tmp_path / digest)
    assert any(
        digest in fault
        for fault in check_registry(
            registry.database, registry.objects, registry.backend, registry.sync, registry.state_dates()
        )
    )

    again = page.submit(page(DRAFT), {"number": NUMBER, "requirements": "立即整改。"}, form="draft/2026-02", status=422)
    assert f"{NUMBER} 已经用过" in again.text
    assert text_of(_area(again, "requirements")) == "立即整改。"


@ON_SQLITE
def test_every_number_of_a_draft_opens_its_rows(page: Pages, office: Actor) -> None:
    draft = page(DRAFT)
    opened = 0
    for link in draft.first("ul", class_="figure-list").iter("a"):
        number = text_of(link[0])
        assert f"共 {number} 项" in page(link.get("href", "")).text
        opened += 1
    listed = sum(len(list(table.iter("tr"))) - 1 for table in draft.all("table"))

    assert opened >= 2
    assert f"问题清单（{listed} 项，即附件2）" in draft.text


@ON_SQLITE
def test_numbers_that_moved_meanwhile_stop_the_issue_and_lose_nothing(page: Pages, office: Actor) -> None:
    draft = page(DRAFT)
    values = {"number": NUMBER, "digest": "0" * 16, "problems": "（一）没有。"}
    refused = page.submit(draft, values, form="draft/2026-02", status=409)

    assert "起草之后数字有变动" in refused.text
    assert text_of(_area(refused, "problems")) == "（一）没有。"
    assert NUMBER in page.submit(refused, {}, form="draft/2026-02").text


WRONG = (
    ({"number": "楚政公开办[2026]第03号"}, "文号应写作"),
    ({"number": ""}, "文号"),
    ({"number": NUMBER, "issued_on": "2026-02-27"}, "成文日期应在"),
    ({"number": NUMBER, "basis": " "}, "依据"),
)


@ON_SQLITE
def test_what_cannot_be_issued_says_why(page: Pages, office: Actor) -> None:
    draft = page(DRAFT)
    for changes, message in WRONG:
        refused = page.submit(draft, changes, form="draft/2026-02", status=422)
        assert message in text_of(refused.first("div", class_="error-summary"))


@ON_SQLITE
def test_a_draft_can_be_taken_away_as_typed_and_is_not_kept(page: Pages, office: Actor) -> None:
    draft = page(DRAFT)
    values = {
        field.get("name", ""): field.get("value") or text_of(field)
        for field in draft.form("签发").iter()
        if field.get("name")
    }
    response = page.client.post(f"{DRAFT}/file", data=values | {"scope": "只查预算。"})

    assert "只查预算。" in texts_of(response.data)
    assert "还没有签发过通报" in page("/briefings").text


@ON_SQLITE
def test_units_read_what_was_issued_and_cannot_draft(page: Pages, registry: Registry, sign_in: SignIn) -> None:
    create_user(registry, "editor")
    assert page("/briefings").address.startswith("/sign-in")
    sign_in("editor")

    assert "起草" not in page("/briefings").text
    page(DRAFT, status=403)


@ON_SQLITE
def test_a_period_that_has_not_begun_has_no_draft(page: Pages, office: Actor) -> None:
    assert "才开始" in page("/briefings/draft/2027-01", status=422).text
    page("/briefings/draft/spring", status=422)


def _area(page: Page, name: str) -> Element:
    return page.first("textarea", name=name)
