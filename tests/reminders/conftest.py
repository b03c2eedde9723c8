"""Mail servers of the test's own, on this machine only."""

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Mailbox:
    """What a server took. `answers` are given to the next mails before it takes one: 451 try later, 550 never, drop."""

    answers: list[str] = field(default_factory=list)
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)
    signed_in_as: list[bytes | None] = field(default_factory=list)
    tried: int = 0
    address: str = ""

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tried += 1
        if self.answers and self.answers[0] != "drop":
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            self.answers.pop(0)
            assert server.transport is not None
            server.transport.abort()
            return "451 gone"
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.recipients.append(list(envelope.rcpt_tos))
        self.was_encrypted.append(session.ssl is not None)
        auth = session.auth_data
        self.signed_in_as.append(auth.login if isinstance(auth, LoginPassword) else None)
        return "250 taken"


Serve = Callable[..., Mailbox]


@pytest.fixture
def mail_server() -> Iterator[Serve]:
    """`mail_server(answers=[…])` starts one and gives its mailbox; options go to aiosmtpd."""
    started: list[Controller] = []

    def serve(answers: list[str] | None = None, **options: Any) -> Mailbox:
        box = Mailbox(answers or [])
        controller = Controller(box, hostname="127.0.0.1", port=_free_port(), **options)
        controller.start()
        started.append(controller)
        box.address = f"127.0.0.1:{controller.port}"
        return box

    yield serve
    for controller in started:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate of 127.0.0.1 that this process trusts."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    made += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    try:
        subprocess.run(made, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no openssl to make a certificate with")
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return context


def password_is(login: str, password: str) -> Callable[..., AuthResult]:
    """An authenticator that knows one account."""

    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        right = data == LoginPassword(login.encode(), password.encode())
        return AuthResult(success=right, auth_data=data)

    return check
