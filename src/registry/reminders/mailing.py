"""A digest as a mail, and handing it to the mail server.

A mail server and a database cannot commit together. The mail goes out first and is noted after; a crash between the two sends it again
under the same Message-ID, by which mailboxes know it as one.
"""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit
from uuid import UUID

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from registry import wording
from registry.accounts.tables import User
from registry.database import CITY_TIME, SYSTEM, Database
from registry.errors import RegistryError
from registry.reminders.records import entry_from
from registry.reminders.tables import Digest
from registry.reminders.telling import subject_of, tell
from registry.settings import Settings
from registry.units.queries import unit_names

TIMEOUT_SECONDS = 10
LONGEST_MAIL = 60
# What is older says nothing new: the digests after it have said the same.
TRIED_FOR = timedelta(days=2)

TEMPLATES = Environment(
    loader=PackageLoader("registry.reminders"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


class MailNotSent(RegistryError):
    """The server could not be reached or asked to come again; it is tried later."""

    code = "mail_not_sent"


class MailRefused(RegistryError):
    """The server will never take this mail."""

    code = "mail_refused"


@dataclass(frozen=True)
class MailServer:
    """`security`: none (TLS is taken where the server offers it), starttls (required), tls (from the first byte)."""

    host: str
    port: int
    security: str
    username: str | None
    password: str | None

    @classmethod
    def from_address(cls, address: str) -> "MailServer":
        """smtp://user:password@host:port, smtp+starttls://…, smtps://…"""
        parts = urlsplit(address)
        security = {"smtp": "none", "smtp+starttls": "starttls", "smtps": "tls"}[parts.scheme]
        port = parts.port or {"none": 25, "starttls": 587, "tls": 465}[security]
        username = unquote(parts.username) if parts.username else None
        return cls(parts.hostname or "", port, security, username, unquote(parts.password or "") or None)

    def send(self, message: EmailMessage) -> None:
        """Raises MailRefused for what the server will never take, MailNotSent for everything else that goes wrong."""
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _failure(message, code, text) from None
        except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            raise _failure(message, error.smtp_code, error.smtp_error) from None
        except (smtplib.SMTPException, OSError) as error:
            raise MailNotSent(reason=_said(message, f"{type(error).__name__}: {error}")) from None

    def _connected(self) -> smtplib.SMTP:
        if self.security == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            self._secure(server)
            if self.username:
                server.login(self.username, self.password or "")
        except BaseException:
            server.close()
            raise
        return server

    def _secure(self, server: smtplib.SMTP) -> None:
        """A password is never sent in the clear, except to this machine."""
        server.ehlo()
        offered = server.has_extn("starttls")
        if self.security == "starttls" or (self.security == "none" and offered):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        elif self.security == "none" and self.username and self.host not in ("127.0.0.1", "::1", "localhost"):
            raise smtplib.SMTPNotSupportedError("no STARTTLS, and a password is not sent in the clear")


def deliver(database: Database, settings: Settings, digest_id: UUID) -> None:
    """Mail a digest unless it was, or nobody wants it; call it outside a transaction. Raises MailNotSent when it is to be tried again."""
    if settings.smtp_url is None:
        return
    with database.read() as session:
        digest = session.get(Digest, digest_id)
        user = session.get(User, digest.user_id) if digest else None
        if digest is None or user is None or not _is_wanted(digest, user, database.today()):
            return
        message = compose(digest, user, settings, unit_names(session))
    try:
        MailServer.from_address(settings.smtp_url.get_secret_value()).send(message)
    except RegistryError as error:
        _note(database, digest_id, failure=str(error.context.get("reason", "")))
        if isinstance(error, MailRefused):
            return
        raise
    _note(database, digest_id, failure=None)


def _is_wanted(digest: Digest, user: User, today: date) -> bool:
    is_open = digest.mailed_at is None and today - digest.day <= TRIED_FOR
    return is_open and user.disabled_at is None and user.mail_wanted and user.email is not None


def _note(database: Database, digest_id: UUID, *, failure: str | None) -> None:
    with database.work(SYSTEM, audited=False) as work:
        digest = work.session.get_one(Digest, digest_id)
        digest.attempts += 1
        digest.failure = failure[:400] if failure is not None else None
        if failure is None:
            digest.mailed_at = work.now
        work.session.add(digest)


def compose(digest: Digest, user: User, settings: Settings, names: Mapping[str, str]) -> EmailMessage:
    """Plain text and HTML of the same words, with what mail programs need to sort it and to stop it."""
    sender, base = settings.mail_from or "", (settings.public_url or "").rstrip("/")
    entries = [entry_from(record) for record in digest.entries]
    page = {
        "digest": digest,
        "told": [tell(entry, names) for entry in entries[:LONGEST_MAIL]],
        "more": max(0, len(entries) - LONGEST_MAIL),
        "name": user.display_name,
        "site": wording.label("site", "name"),
        "base": base,
    }
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(wording.label("site", "name"), addr_spec=sender)
    message["To"] = Address(addr_spec=user.email or "")
    message["Subject"] = subject_of(digest.kind, digest.day, entries)
    message["Date"] = format_datetime(digest.created_at.astimezone(CITY_TIME))
    message["Message-ID"] = f"<{digest.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{base}/my/reminders/settings>"
    message.set_content(TEMPLATES.get_template("digest.txt").render(page), cte="base64")
    message.add_alternative(TEMPLATES.get_template("digest.html").render(page), subtype="html", cte="base64")
    message["Content-Language"] = "zh-CN"
    return message


def _failure(message: EmailMessage, code: int, text: bytes | str) -> RegistryError:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    kind = MailRefused if 500 <= code < 600 else MailNotSent
    return kind(reason=_said(message, f"{code} {said}"))


def _said(message: EmailMessage, text: str) -> str:
    """What went wrong, for log and page: without the address, which is nobody's but the person's."""
    return text.replace(str(message["To"]), "…")[:300]
