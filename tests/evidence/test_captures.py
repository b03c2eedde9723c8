"""A capture is a WARC file any reader of the format understands."""

import io
from datetime import UTC, datetime

from warcio.archiveiterator import ArchiveIterator

from registry.evidence.captures import capture_of
from registry.evidence.exchanges import Fetched
from registry.evidence.fetching import Fetcher
from registry.evidence.rules import Fault
from tests.evidence.misbehaving_server import PAGE, Server

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def records(content: bytes) -> list[tuple[str, str, str, dict[str, str], bytes]]:
    """(type, address, first line, WARC headers, body as sent) of each record; every record is compressed on its own."""
    found = []
    for record in ArchiveIterator(io.BytesIO(content), check_digests="raise"):
        line = record.http_headers.statusline if record.rec_type == "response" else record.http_headers.protocol
        headers = dict(record.rec_headers.headers)
        found.append((record.rec_type, headers["WARC-Target-URI"], line, headers, record.raw_stream.read()))
    return found


def test_every_exchange_of_a_look_is_in_its_capture(server: Server, fetcher: Fetcher) -> None:
    content = capture_of(fetcher.fetch(server.address("/good/moved")), AT)

    assert content is not None
    found = records(content)
    assert [(kind, address) for kind, address, *_ in found] == [
        ("response", server.address("/good/moved")),
        ("request", server.address("/good/moved")),
        ("response", server.address("/good")),
        ("request", server.address("/good")),
    ]
    assert [line for _, _, line, *_ in found if line[0].isdigit()] == ["301 Moved Permanently", "200 OK"]
    assert {headers["WARC-Date"] for *_, headers, _ in found} == {"2026-03-02T01:30:00Z"}
    assert found[2][4] == PAGE.encode()
    assert found[3][3]["WARC-Concurrent-To"] == found[2][3]["WARC-Record-ID"]


def test_a_compressed_page_is_kept_as_it_was_sent_and_chunks_are_not(server: Server, fetcher: Fetcher) -> None:
    packed = next(iter(ArchiveIterator(io.BytesIO(capture_of(fetcher.fetch(server.address("/good/gzip")), AT) or b""))))
    chunked = next(
        iter(ArchiveIterator(io.BytesIO(capture_of(fetcher.fetch(server.address("/good/chunked")), AT) or b"")))
    )

    assert packed.http_headers.get_header("Content-Encoding") == "gzip"
    assert packed.content_stream().read() == PAGE.encode()
    assert chunked.http_headers.get_header("Transfer-Encoding") is None
    assert chunked.content_stream().read() == PAGE.encode()


def test_an_address_with_chinese_in_it_is_kept_as_it_was_asked(server: Server, fetcher: Fetcher) -> None:
    found = records(capture_of(fetcher.fetch(server.address("/预算")), AT) or b"")

    assert [address for _, address, *_ in found] == [server.address("/%E9%A2%84%E7%AE%97")] * 2


def test_what_servers_write_beside_the_standard_is_kept_too(server: Server, fetcher: Fetcher) -> None:
    head = "HTTP/1.1 200 成功\r\nContent-Type: text/html\r\nX-Name: 楚雄\r\nX-Empty:\r\nContent-Length: 2\r\n\r\nok"
    server.more["/odd"] = lambda connection: connection.send(head.encode("gb18030"))

    fetched = fetcher.fetch(server.address("/odd"))

    answer, request = records(capture_of(fetched, AT) or b"")
    assert (answer[4], answer[2]) == (b"ok", "200 %B3%C9%B9%A6")
    assert request[0] == "request"


def test_what_a_limit_cut_off_says_so(server: Server, fetcher: Fetcher) -> None:
    found = records(capture_of(fetcher.fetch(server.address("/endless/body")), AT) or b"")

    assert found[0][3]["WARC-Truncated"] == "length"


def test_nothing_is_kept_of_no_answer() -> None:
    assert capture_of(Fetched("http://a/", "http://a/", Fault.HOST_UNKNOWN), AT) is None
