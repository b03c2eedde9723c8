"""Digests against real mail servers: taken, put off, refused, cut off – and never lost or doubled."""

import ssl
from datetime import date, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from sqlmodel import Session, col, select

from registry.accounts.service import disable_user
from registry.bootstrap import Registry
from registry.database import SYSTEM, Actor
from registry.jobs import Job
from registry.reminders.mailing import MailServer
from registry.reminders.service import choose_mail
from registry.reminders.tables import Digest
from registry.settings import Settings
from tests import factories
from tests.clock import CITY, Clock
from tests.reminders.conftest import Mailbox, Serve, password_is

DUE = date(2026, 4, 20)
BASE = "https://zwgk.example.gov.cn/mulu"
SENDER = "zwgk@cxs.gov.cn"


@pytest.fixture(autouse=True)
def on_the_day(clock: Clock) -> None:
    clock.now = datetime(2026, 4, 20, 8, tzinfo=CITY)


@pytest.fixture
def editor(registry: Registry) -> Actor:
    actor = factories.create_user(registry, "editor")
    with registry.database.work(actor) as work:
        choose_mail(work, email="editor@cxs.gov.cn", wanted=True)
    return actor


def set_up(registry: Registry, box: Mailbox, scheme: str = "smtp", credentials: str = "") -> None:
    mail: dict[str, Any] = {"smtp_url": f"{scheme}://{credentials}{box.address}", "mail_from": SENDER}
    registry.settings = Settings(**{**registry.settings.model_dump(), **mail, "public_url": BASE})


def digest_of(session: Session) -> Digest:
    return session.exec(select(Digest)).one()


def texts_of(message: EmailMessage) -> tuple[str, str]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def test_a_digest_arrives_with_everything_it_needs(registry: Registry, editor: Actor, mail_server: Serve) -> None:
    box = mail_server()
    set_up(registry, box)
    registry.do_due_jobs()

    (message,), ((recipient,),) = box.messages, box.recipients
    assert recipient == "editor@cxs.gov.cn"
    assert message["From"].addresses[0].addr_spec == SENDER
    assert message["From"].addresses[0].display_name == "楚雄市政务公开标准目录"
    assert message["Subject"].startswith("2026年4月20日公开责任提醒：")
    assert "今日到期" in message["Subject"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "zh-CN"
    assert message["List-Unsubscribe"] == f"<{BASE}/my/reminders/settings>"
    assert message.get_content_type() == "multipart/alternative"
    with registry.database.read() as session:
        digest, occasion = digest_of(session), factories.find_occasion(session)
    assert message["Message-ID"] == f"<{digest.id}@cxs.gov.cn>"
    assert digest.mailed_at is not None
    for text in texts_of(message):
        assert "政府预算：一般公共预算" in text
        assert "楚雄市财政局" in text
        assert "2026年度" in text
        assert "今日到期" in text
        assert "登记公开信息" in text
        assert "2026年4月20日" in text
        assert f"{BASE}/occasions/{occasion.id}/publish" in text
        assert f"{BASE}/my/reminders/settings" in text


def test_every_line_of_the_raw_mail_is_plain_and_short(registry: Registry, editor: Actor, mail_server: Serve) -> None:
    box = mail_server()
    set_up(registry, box)
    registry.do_due_jobs()

    raw = box.messages[0].as_bytes()
    assert max(raw) < 128
    assert max(map(len, raw.splitlines())) <= 998


def test_two_runs_are_one_mail(registry: Registry, clock: Clock, editor: Actor, mail_server: Serve) -> None:
    box = mail_server()
    set_up(registry, box)
    for _ in range(2):
        registry.do_due_jobs()
        registry.remind(DUE)
        clock.forward(hours=1)

    assert len(box.messages) == 1


def test_a_server_that_asks_to_come_again_gets_it_later_once(
    registry: Registry, clock: Clock, editor: Actor, mail_server: Serve
) -> None:
    box = mail_server(["451 greylisted, come again", "421 busy"])
    set_up(registry, box)
    registry.do_due_jobs()
    with registry.database.read() as session:
        digest = digest_of(session)
        assert (digest.mailed_at, digest.attempts) == (None, 1)
        assert digest.failure is not None
        assert "greylisted" in digest.failure
    for _ in range(4):
        clock.forward(minutes=10)
        registry.do_due_jobs()

    assert (box.tried, len(box.messages)) == (3, 1)
    with registry.database.read() as session:
        digest = digest_of(session)
        assert (digest.attempts, digest.failure) == (3, None)
        assert str(digest.id) in box.messages[0]["Message-ID"]


def test_a_refusal_for_good_is_noted_and_not_tried_again(
    registry: Registry, clock: Clock, editor: Actor, mail_server: Serve
) -> None:
    box = mail_server(["550 no such user editor@cxs.gov.cn"])
    set_up(registry, box)
    registry.do_due_jobs()
    clock.forward(hours=3)
    registry.do_due_jobs()

    assert (box.tried, box.messages) == (1, [])
    with registry.database.read() as session:
        digest = digest_of(session)
        assert digest.failure == "550 no such user …"
        assert session.exec(select(Job).where(Job.name == "mail", col(Job.done_at).is_(None))).first() is None


def test_a_connection_that_breaks_loses_nothing(
    registry: Registry, clock: Clock, editor: Actor, mail_server: Serve
) -> None:
    box = mail_server(["drop"])
    set_up(registry, box)
    registry.do_due_jobs()
    assert box.messages == []
    clock.forward(minutes=10)
    registry.do_due_jobs()

    assert len(box.messages) == 1


def test_no_server_at_all_keeps_the_digest_and_the_day_goes_on(registry: Registry, clock: Clock, editor: Actor) -> None:
    set_up(registry, Mailbox(address="127.0.0.1:9"))
    registry.do_due_jobs()

    with registry.database.read() as session:
        digest = digest_of(session)
        assert digest.failure is not None
        assert "Connection refused" in digest.failure


def test_a_crash_after_sending_sends_again_under_the_same_name(
    registry: Registry, clock: Clock, editor: Actor, mail_server: Serve
) -> None:
    box = mail_server()
    set_up(registry, box)
    registry.do_due_jobs()
    with registry.database.work(SYSTEM, audited=False) as work:
        digest_of(work.session).mailed_at = None
        job = work.session.exec(select(Job).where(Job.name == "mail")).one()
        job.done_at, job.leased_until = None, work.now
    clock.forward(minutes=1)
    registry.do_due_jobs()

    assert len({message["Message-ID"] for message in box.messages}) == 1
    assert len(box.messages) == 2


def test_old_digests_are_not_sent_any_more(registry: Registry, clock: Clock, editor: Actor, mail_server: Serve) -> None:
    box = mail_server(["451 later"])
    set_up(registry, box)
    registry.do_due_jobs()
    clock.forward(days=3)
    with registry.database.work(editor) as work:
        choose_mail(work, email="editor@cxs.gov.cn", wanted=True)
    registry.do_due_jobs()

    assert {message["Subject"][:10] for message in box.messages} <= {"2026年4月23日"}
    assert all("4月20日公开" not in message["Subject"] for message in box.messages)


@pytest.mark.parametrize("stopped", ["unwanted", "no address", "disabled"])
def test_who_wants_no_mail_gets_none_but_the_digest_is_there(
    registry: Registry, editor: Actor, mail_server: Serve, stopped: str
) -> None:
    box = mail_server()
    set_up(registry, box)
    registry.remind(DUE)
    if stopped == "disabled":
        with registry.database.work(SYSTEM) as work:
            assert editor.user_id is not None
            disable_user(work, editor.user_id)
    else:
        with registry.database.work(editor) as work:
            choose_mail(work, email=None if stopped == "no address" else "editor@cxs.gov.cn", wanted=False)
    registry.do_due_jobs()

    assert box.messages == []
    with registry.database.read() as session:
        assert digest_of(session).entries != []


def test_an_escalation_is_a_mail_of_its_own(registry: Registry, clock: Clock, mail_server: Serve) -> None:
    box = mail_server()
    factories.create_user(registry, "writer")
    set_up(registry, box)
    reviewer = factories.create_user(registry, "reviewer", roles=("reviewer",))
    with registry.database.work(reviewer) as work:
        choose_mail(work, email="reviewer@cxs.gov.cn", wanted=True)
    registry.remind(date(2026, 4, 22), keep=True)
    clock.now = datetime(2026, 4, 23, 8, tzinfo=CITY)
    registry.do_due_jobs()

    subjects = [message["Subject"] for message in box.messages if message["Subject"].startswith("2026年4月23日")]
    assert [subject[10:14] for subject in subjects] == ["逾期督办"]
    assert "没有责任人" in texts_of(box.messages[-1])[0]


def test_starttls_and_a_password(
    registry: Registry, editor: Actor, mail_server: Serve, certificate: ssl.SSLContext
) -> None:
    box = mail_server(
        tls_context=certificate, require_starttls=True, auth_required=True, authenticator=password_is("zwgk", "p@ss/1")
    )
    set_up(registry, box, "smtp+starttls", "zwgk:p%40ss%2F1@")
    registry.do_due_jobs()

    assert (box.was_encrypted, box.signed_in_as) == ([True], [b"zwgk"])


def test_a_wrong_password_is_tried_again_when_it_may_be_right(
    registry: Registry, clock: Clock, editor: Actor, mail_server: Serve, certificate: ssl.SSLContext
) -> None:
    box = mail_server(tls_context=certificate, auth_required=True, authenticator=password_is("zwgk", "right"))
    set_up(registry, box, "smtp+starttls", "zwgk:wrong@")
    registry.do_due_jobs()
    assert box.messages == []
    set_up(registry, box, "smtp+starttls", "zwgk:right@")
    clock.forward(minutes=5)
    registry.do_due_jobs()

    assert len(box.messages) == 1


def test_tls_that_is_required_is_not_gone_without(registry: Registry, editor: Actor, mail_server: Serve) -> None:
    box = mail_server()
    set_up(registry, box, "smtp+starttls")
    registry.do_due_jobs()

    assert box.messages == []


def test_nothing_in_a_title_can_become_a_header(registry: Registry, editor: Actor, mail_server: Serve) -> None:
    reviewer = factories.create_user(registry, "reviewer", roles=("reviewer",))
    with registry.database.work(reviewer) as work:
        choose_mail(work, email="reviewer@cxs.gov.cn", wanted=True)
    evil = "预算\r\nBcc: x@example.com\r\n\r\n<script>alert(1)</script>"
    factories.submit(registry, editor, factories.create_publication(registry, editor, title=evil))
    box = mail_server()
    set_up(registry, box)
    registry.remind(date(2026, 4, 21))
    registry.do_due_jobs()

    mails = [message for message, to in zip(box.messages, box.recipients, strict=True) if to == ["reviewer@cxs.gov.cn"]]
    assert mails
    for message in mails:
        assert message["Bcc"] is None
        assert "<script>" not in texts_of(message)[1]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtp://mail.cxs.gov.cn", ("mail.cxs.gov.cn", 25, "none", None, None)),
        ("smtp+starttls://a:b%3Ac@mail:2525", ("mail", 2525, "starttls", "a", "b:c")),
        ("smtps://a:b@mail", ("mail", 465, "tls", "a", "b")),
        ("smtp+starttls://mail/", ("mail", 587, "starttls", None, None)),
    ],
)
def test_addresses_of_servers(address: str, expected: tuple[str, int, str, str | None, str | None]) -> None:
    assert MailServer.from_address(address) == MailServer(*expected)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"public_url": None}, "REGISTRY_PUBLIC_URL"),
        ({"mail_from": None}, "REGISTRY_MAIL_FROM"),
        ({"mail_from": "某 <a@b.cn>"}, "REGISTRY_MAIL_FROM"),
        ({"smtp_url": "http://mail"}, "REGISTRY_SMTP_URL"),
        ({"smtp_url": "smtp://"}, "REGISTRY_SMTP_URL"),
    ],
)
def test_half_a_setup_stops_the_start_with_a_sentence(wrong: dict[str, str | None], told: str) -> None:
    whole = {"smtp_url": "smtp://mail", "mail_from": SENDER, "public_url": BASE}
    Settings(**whole)  # type: ignore[arg-type]

    with pytest.raises(ValueError, match=told):
        Settings(**{**whole, **wrong})  # type: ignore[arg-type]
