"""What a look at each kind of server leads to, and that none takes longer than its cap. The table is the specification."""

import socket
import threading
import time

import pytest

from registry.errors import Unavailable
from registry.evidence.fetching import Caps, Fetcher
from registry.evidence.reading import read
from registry.evidence.rules import Answer, Verdict, judge
from tests.evidence.conftest import CAPS, allowance
from tests.evidence.misbehaving_server import BEHAVIOURS, PAGE, TITLE, Connection, Server

# path, outcome, reason
EXPECTED = (
    ("/good", "seen", "title_found"),
    ("/good/gzip", "seen", "title_found"),
    ("/good/deflate", "seen", "title_found"),
    ("/good/chunked", "seen", "title_found"),
    ("/good/gbk", "seen", "title_found"),
    ("/good/gbk-said-utf-8", "seen", "title_found"),
    ("/good/utf-8-said-gbk", "seen", "title_found"),
    ("/good/octet-stream", "seen", "title_found"),
    ("/good/moved", "seen", "title_found"),
    ("/good/moved-in-chinese", "seen", "title_found"),
    ("/pdf/scan", "seen", "file_there"),
    ("/pdf/said-html", "unknown", "title_absent"),
    ("/pdf/broken", "seen", "file_there"),
    ("/pdf/huge", "seen", "file_there"),
    ("/status/404", "not_seen", "gone"),
    ("/status/410", "not_seen", "gone"),
    ("/status/401", "not_seen", "behind_sign_in"),
    ("/status/403", "unknown", "site_refuses"),
    ("/status/412", "unknown", "challenge"),
    ("/status/521", "unknown", "challenge"),
    ("/status/500", "unknown", "server_fails"),
    ("/status/503", "unknown", "server_fails"),
    ("/status/204", "unknown", "odd_status"),
    ("/soft-404", "not_seen", "page_says_gone"),
    ("/soft-404/title", "not_seen", "page_says_gone"),
    ("/soft-404/home", "not_seen", "sent_to_front_page"),
    ("/other-page", "unknown", "title_absent"),
    ("/challenge", "unknown", "challenge"),
    ("/challenge/words", "unknown", "challenge"),
    ("/shell", "unknown", "needs_script"),
    ("/empty", "unknown", "empty"),
    ("/reset", "unknown", "cut_off"),
    ("/reset/in-body", "unknown", "cut_off"),
    ("/closed", "unknown", "cut_off"),
    ("/short-body", "unknown", "cut_off"),
    ("/not-http", "unknown", "not_http"),
    ("/silent", "unknown", "too_slow"),
    ("/slow/header", "unknown", "too_slow"),
    ("/slow/body", "unknown", "too_slow"),
    ("/endless/body", "unknown", "too_large"),
    ("/endless/redirect", "seen", "title_found"),
    ("/endless/header", "unknown", "not_http"),
    ("/endless/continue", "unknown", "too_slow"),
    ("/endless/chunks", "unknown", "too_large"),
    ("/huge", "unknown", "too_large"),
    ("/gzip-bomb", "unknown", "unpacks_too_large"),
    ("/gzip-broken", "unknown", "not_unpackable"),
    ("/brotli", "unknown", "not_unpackable"),
    ("/image/type-lies", "unknown", "not_readable"),
    ("/loop", "unknown", "too_many_redirects"),
    ("/loop/one", "unknown", "too_many_redirects"),
    ("/private/page", "unknown", "robots"),
)

STEPS_ON_THE_WAY = {"/", "/%E9%A2%84%E7%AE%97", "/loop/two", "/robots.txt"}

# The page, and robots.txt before it, each within its cap; the rest is what a busy machine needs to wake threads and start a reader.
LONGEST_SECONDS = CAPS.seconds + CAPS.robots_seconds + 2


def look(fetcher: Fetcher, address: str) -> Verdict:
    fetched = fetcher.fetch(address)
    last = fetched.last
    reading = read(fetched.body, last.header("content-type"), is_whole=fetched.is_whole) if last else None
    status = last.status if last else None
    return judge(Answer(address, fetched.final, status, fetched.fault, reading, fetched.is_whole), TITLE)


def test_every_behaviour_has_its_row() -> None:
    assert {path for path, _, _ in EXPECTED} == BEHAVIOURS.keys() - STEPS_ON_THE_WAY


@pytest.mark.parametrize(("path", "outcome", "reason"), EXPECTED, ids=[row[0] for row in EXPECTED])
def test_each_behaviour_has_its_outcome_within_its_cap(
    server: Server, fetcher: Fetcher, path: str, outcome: str, reason: str
) -> None:
    begun = time.monotonic()

    verdict = look(fetcher, server.address(path))

    assert (verdict.outcome, verdict.reason) == (outcome, reason)
    assert time.monotonic() - begun < LONGEST_SECONDS


def test_a_name_that_never_resolves_is_given_up(server: Server) -> None:
    def stuck(*_: object) -> list[object]:
        server.is_over.wait(30)
        return []

    fetcher = Fetcher(None, caps=Caps(seconds=0.3, robots_seconds=0.2, pause_seconds=0), resolver=stuck)
    begun = time.monotonic()

    assert fetcher.fetch("http://www.cxs.gov.cn/").fault == "too_slow"
    assert time.monotonic() - begun < 2


def test_a_name_with_many_addresses_that_swallow_everything_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def swallow(self: socket.socket, address: tuple[str, int]) -> None:
        tried.append(address[0])
        threading.Event().wait(self.gettimeout())
        raise TimeoutError

    monkeypatch.setattr(socket.socket, "connect", swallow)
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"202.98.160.{number}", 80)) for number in range(1, 9)]
    caps = Caps(seconds=0.8, robots_seconds=0.4, pause_seconds=0)
    begun = time.monotonic()

    assert Fetcher(None, caps=caps, resolver=lambda *_: rows).fetch("http://www.cxs.gov.cn/").fault == "too_slow"
    assert tried == ["202.98.160.1", "202.98.160.2"]
    assert time.monotonic() - begun < 1.5


def test_nobody_listening_is_no_connection(server: Server) -> None:
    free = allowance(server)
    fetcher = Fetcher(None, caps=CAPS, only_in_tests=type(free)(free.networks, frozenset({9})))

    assert fetcher.fetch("http://127.0.0.2:9/").fault == "no_connection"


def test_what_was_sent_for_a_slow_body_is_still_told(server: Server, fetcher: Fetcher) -> None:
    fetched = fetcher.fetch(server.address("/slow/body"))

    assert fetched.last is not None
    assert (fetched.last.status, fetched.last.cut_by) == (200, "time")


def test_every_request_says_who_asks_and_carries_no_cookie(server: Server, fetcher: Fetcher) -> None:
    setting = "Set-Cookie: session=1; Path=/"
    server.more["/cookie"] = lambda c: c.answer("", "302 Found", "text/html", setting, "Location: /good")
    before = len(server.asked)

    fetcher.fetch(server.address("/cookie"))

    asked = server.asked[before:]
    assert [path for path, _ in asked] == ["/robots.txt", "/cookie", "/good"]
    for _, head in asked:
        assert "User-Agent: disclosure-registry/1.0 (+https://www.cxs.gov.cn/mulu)\r\n" in head
        assert "Cookie" not in head
        assert head.startswith("GET ")


def test_robots_txt_is_asked_once_for_a_site(server: Server, fetcher: Fetcher) -> None:
    before = len(server.asked)

    for path in ("/good", "/private/page", "/good"):
        fetcher.fetch(server.address(path))

    assert [path for path, _ in server.asked[before:]] == ["/robots.txt", "/good", "/good"]


ROBOTS = (
    ("a rule for us", "200 OK", "User-agent: disclosure-registry\nDisallow: /good\n", "robots"),
    ("a rule for another", "200 OK", "User-agent: baiduspider\nDisallow: /\n", None),
    ("everything forbidden", "200 OK", "User-agent: *\nDisallow: /\n", "robots"),
    ("a page instead of rules", "200 OK", PAGE, None),
    ("a number int() cannot read", "200 OK", "User-agent: *\nCrawl-delay: ²\n", "robots"),
    ("an address that is none", "200 OK", "User-agent: *\nDisallow: //[x\n", "robots"),
    ("none", "404 Not Found", "", None),
    ("a wall", "412 Precondition Failed", "", None),
    ("a server that fails", "500 Internal Server Error", "", "robots"),
)


@pytest.mark.parametrize(("status", "text", "fault"), [row[1:] for row in ROBOTS], ids=[row[0] for row in ROBOTS])
def test_robots_txt_decides_by_its_rules(
    server: Server, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, status: str, text: str, fault: str | None
) -> None:
    def robots(connection: Connection) -> None:
        connection.answer(text, status, "text/plain")

    monkeypatch.setitem(server.more, "/robots.txt", robots)

    assert fetcher.fetch(server.address("/good")).fault == fault


def test_a_host_is_left_in_peace_between_two_requests(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    caps = Caps(seconds=5, pause_seconds=3, longest_pause=4)
    fetcher = Fetcher(None, caps=caps, only_in_tests=allowance(server))

    fetcher.fetch(server.address("/good"))
    fetcher.fetch(server.address("/good"))
    with pytest.raises(Unavailable):
        fetcher.fetch(server.address("/good"))

    assert slept[0] == 0
    assert 2.5 < slept[1] <= 3


def test_a_crawl_delay_lengthens_the_pause(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    robots = "User-agent: *\nCrawl-delay: 6\n"
    monkeypatch.setitem(server.more, "/robots.txt", lambda c: c.answer(robots, "200 OK", "text/plain"))
    fetcher = Fetcher(None, caps=Caps(seconds=5, pause_seconds=1), only_in_tests=allowance(server))

    fetcher.fetch(server.address("/good"))
    fetcher.fetch(server.address("/good"))

    assert 5.5 < slept[-1] <= 6
