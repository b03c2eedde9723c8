"""No spelling, redirect or resolver leads a look inward. It is counted at the socket: every connection anybody asks for is recorded, and
none but those to the tests' own server is ever made."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from registry.evidence.fetching import Fetcher
from tests.evidence.conftest import CAPS, allowance
from tests.evidence.misbehaving_server import HOST, Server

Connects = list[tuple[str, int]]


@pytest.fixture
def connects(server: Server, monkeypatch: pytest.MonkeyPatch) -> Connects:
    """(address, port) of every connection that was asked for."""
    asked: Connects = []
    original = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        asked.append((str(address[0]), int(address[1])))
        if asked[-1] != (HOST, server.port):
            raise ConnectionRefusedError
        original(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    return asked


def points_inward(host: str, port: int, *_: Any) -> list[Any]:
    """Numbers in any spelling are read as the system reads them; every name leads to loopback."""
    try:
        return socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)
    except socket.gaierror:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0)),
        ]


FORMS = (
    # loopback, as people write it and as machines may read it
    "http://127.0.0.1/", "http://127.0.0.1:80/", "https://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://127.255.255.254/",
    "http://2130706433/", "http://02130706433/", "http://0x7f000001/", "http://0X7F000001/", "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/", "http://0x7f.1/", "http://0177.1/", "http://127.0.0.1./", "http://00127.0.0.1/", "http://127.0.0.01/",
    "http://127.000.000.001/", "http://0x7f.0x0.0x0.0x1/", "http://4294967295/", "http://127.0.0.1.nip.io/",
    "http://0/", "http://0.0.0.0/",
    "http://0.0.0.0:443/", "http://0x0/", "http://00/",
    # the same in other digits and letters
    "http://１２７.０.０.１/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://127．0．0．1/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "http://ｌｏｃａｌｈｏｓｔ/",
    "http://127%2e0%2e0%2e1/", "http://%31%32%37.0.0.1/", "http://127.0.0.1%00.cxs.gov.cn/", "http://127.0.0.1\\.cxs.gov.cn/",
    # names of this machine and of metadata services
    "http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://localhost.localdomain/", "http://ip6-localhost/",
    "http://metadata.google.internal/", "http://metadata/", "http://instance-data/", "http://inner.cxs.gov.cn/", "http://localtest.me/",
    # private, shared, link-local, metadata and other special networks
    "http://10.0.0.1/", "http://10.255.255.255/", "http://172.16.0.1/", "http://172.31.255.254/", "http://192.168.0.1/",
    "http://192.168.1.1:443/",
    "http://100.64.0.1/", "http://100.100.100.200/", "http://169.254.169.254/latest/meta-data/", "http://169.254.0.1/",
    "http://2852039166/",
    "http://0xa9fea9fe/", "http://0251.0376.0251.0376/", "http://192.0.0.192/", "http://198.18.0.1/",
    "http://192.0.2.1/", "http://203.0.113.1/",
    "http://224.0.0.1/", "http://240.0.0.1/", "http://255.255.255.255/",
    # IPv6, and IPv4 inside it
    "http://[::1]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/",
    "http://[0:0:0:0:0:ffff:a9fe:a9fe]/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b::169.254.169.254]/", "http://[2002:7f00:1::]/",
    "http://[2002:a9fe:a9fe::1]/", "http://[2001:0:7f00:1::]/", "http://[fe80::1]/", "http://[fe80::1%25lo]/", "http://[fe80::1%lo]/",
    "http://[fc00::1]/", "http://[fd00:ec2::254]/", "http://[ff02::1]/", "http://[::ffff:0:127.0.0.1]/", "http://[64:ff9b:1::7f00:1]/",
    "http://[100::1]/", "http://[2001:db8::1]/", "http://[::ffff:0:a9fe:a9fe]/", "http://[4000::1]/", "http://168.63.129.16/metadata",
    # who is asked, disguised
    "http://www.cxs.gov.cn@127.0.0.1/", "http://www.cxs.gov.cn:80@127.0.0.1/", "http://127.0.0.1#@www.cxs.gov.cn/",
    "http://127.0.0.1?@www.cxs.gov.cn/", "http://a:b@[::1]/", "http:\\\\127.0.0.1\\", "http:///127.0.0.1/",
    "http:/127.0.0.1/", "http:127.0.0.1/",
    "http://127.0.0.1\t/", "http://127.0.0.1\r\nHost: www.cxs.gov.cn/", "http://\u200b127.0.0.1/",
    "http://127.0.0.1:80\\@www.cxs.gov.cn/",
    # ports and schemes nothing is published on
    "http://www.cxs.gov.cn:22/", "http://www.cxs.gov.cn:6379/", "http://www.cxs.gov.cn:0/",
    "http://www.cxs.gov.cn:99999/", "https://127.0.0.2:8443/",
    "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:6379/_", "data:text/html,x", "javascript:alert(1)",
    "//127.0.0.1/", "unix:///run/x.sock",
    "http://" + "a" * 300 + ".cn/", "http://127.0.0.1/" + "a" * 9000,
)  # fmt: skip


def test_the_table_has_at_least_eighty_forms() -> None:
    assert len(set(FORMS)) == len(FORMS) >= 80


@pytest.mark.parametrize("address", FORMS, ids=lambda address: ascii(address)[:60])
def test_no_form_of_an_inner_address_is_connected_to(server: Server, connects: Connects, address: str) -> None:
    fetcher = Fetcher(None, caps=CAPS, only_in_tests=allowance(server), resolver=points_inward)

    fetched = fetcher.fetch(address)

    assert connects == []
    assert (fetched.fault, fetched.exchanges) == ("address_refused", ())


REDIRECTS = (
    "http://[::1", "http://127.0.0.1/", "http://127.0.0.1:{port}/good", "http://localhost:{port}/good", "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/", "http://[::1]:{port}/good", "http://2130706433/", "http://0x7f000001/", "http://017700000001/",
    "http://127.1/", "//127.0.0.1/",
    "//127.0.0.1:{port}/good", "\\\\127.0.0.1\\good", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://10.0.0.1/",
    "http://192.168.1.1/", "http://metadata.google.internal/", "http://www.cxs.gov.cn@127.0.0.1/", "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_",
    "http://１２７.０.０.１/", "https://127.0.0.1/", "http://127.0.0.2:22/", "http://user:word@127.0.0.2:{port}/good",
)  # fmt: skip


@pytest.mark.parametrize("target", REDIRECTS)
@pytest.mark.parametrize("asking", ["page", "robots.txt"])
def test_no_redirect_leads_inward(
    server: Server, connects: Connects, monkeypatch: pytest.MonkeyPatch, target: str, asking: str
) -> None:
    location = target.format(port=server.port)
    head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
    path = "/leading-inward" if asking == "page" else "/robots.txt"
    monkeypatch.setitem(server.more, path, lambda connection: connection.send(head))
    fetcher = Fetcher(None, caps=CAPS, only_in_tests=allowance(server), resolver=points_inward)

    fetched = fetcher.fetch(server.address("/leading-inward"))

    assert set(connects) == {(HOST, server.port)}
    is_own_path = target.startswith("\\\\")  # a path of the same host to us, whatever browsers make of it
    assert fetched.fault == (None if is_own_path else "address_refused")


INWARD = (
    "0.0.0.0",  # noqa: S104
    "127.0.0.1", "127.0.0.3", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.100.100.200",
    "198.18.0.1", "224.0.0.1",
    "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "fe80::1", "fd00:ec2::254",
    "fc00::1", "2001:0:7f00:1::",
)  # fmt: skip


def answering(*turns: list[str]) -> Callable[..., list[Any]]:
    """A resolver that answers differently each time it is asked; the last answer stays."""
    waiting: Iterator[list[str]] = iter(turns)
    current: list[list[str]] = []

    def resolve(host: str, port: int, *_: Any) -> list[Any]:
        current[:] = [next(waiting, current[0] if current else [])]
        return [_row(address, port) for address in current[0]]

    return resolve


def _row(address: str, port: int) -> tuple[Any, ...]:
    if ":" in address:
        return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))


def test_ordinary_public_addresses_are_within_reach(server: Server, connects: Connects) -> None:
    for address in ("202.98.160.1", "2408:8000::1", "2001:da8::1"):
        resolver = answering([address])
        Fetcher(None, caps=CAPS, only_in_tests=allowance(server), resolver=resolver).fetch("http://www.cxs.gov.cn/")

    assert connects == [("202.98.160.1", 80), ("2408:8000::1", 80), ("2001:da8::1", 80)]


@pytest.mark.parametrize("inner", INWARD)
def test_a_name_that_turns_inward_on_its_second_answer_is_not_followed(
    server: Server, connects: Connects, inner: str
) -> None:
    resolver = answering([HOST], [inner])
    fetcher = Fetcher(None, caps=CAPS, only_in_tests=allowance(server), resolver=resolver)

    fetched = fetcher.fetch(f"http://rebinding.example:{server.port}/good")

    assert connects == [(HOST, server.port)]
    assert fetched.fault == "address_refused"


@pytest.mark.parametrize("inner", INWARD)
def test_a_name_with_an_inner_address_among_its_answers_is_not_asked_at_all(
    server: Server, connects: Connects, inner: str
) -> None:
    fetcher = Fetcher(None, caps=CAPS, only_in_tests=allowance(server), resolver=answering([HOST, inner]))

    fetched = fetcher.fetch(f"http://two-faced.example:{server.port}/good")

    assert connects == []
    assert fetched.fault == "address_refused"


def test_without_the_allowance_of_tests_loopback_is_out_of_reach(server: Server, connects: Connects) -> None:
    assert Fetcher(None, caps=CAPS).fetch(server.address("/good")).fault == "address_refused"
    assert connects == []


def test_the_same_counting_sees_a_connection_that_is_allowed(
    server: Server, connects: Connects, fetcher: Fetcher
) -> None:
    assert fetcher.fetch(server.address("/good")).fault is None
    assert set(connects) == {(HOST, server.port)}


def test_a_proxy_of_the_environment_is_not_used(
    server: Server, connects: Connects, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:3128")

    assert fetcher.fetch(server.address("/good")).fault is None
    assert set(connects) == {(HOST, server.port)}
