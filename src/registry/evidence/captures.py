"""What a look brought back, kept as WARC (ISO 28500; DA/T 80-2019): every request and response of it, each record compressed on its own."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from registry.evidence.exchanges import Exchange, Fetched

MEDIA_TYPE = "application/warc"


def capture_of(fetched: Fetched, seen_at: datetime) -> bytes | None:
    """The file's bytes; None when nothing came back. The body of a response is kept as it was sent, without the chunks of its transfer."""
    if not fetched.exchanges:
        return None
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=True)
    stamp = seen_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for exchange in fetched.exchanges:
        for record in _records(writer, exchange, stamp):
            writer.write_record(record)
    return file.getvalue()


def _records(writer: WARCWriter, exchange: Exchange, stamp: str) -> Iterator[object]:
    dated = {"WARC-Date": stamp}
    response = writer.create_warc_record(
        exchange.address,
        "response",
        payload=io.BytesIO(exchange.wire),
        length=len(exchange.wire),
        http_headers=StatusAndHeaders(
            f"{exchange.status} {_escaped(exchange.reason)}", _sent(exchange), protocol="HTTP/1.1"
        ),
        warc_headers_dict={**dated, **({"WARC-Truncated": exchange.cut_by} if exchange.cut_by else {})},
    )
    target = exchange.address.partition("://")[2].partition("/")[2]
    request = writer.create_warc_record(
        exchange.address,
        "request",
        http_headers=StatusAndHeaders(f"GET /{target} HTTP/1.1", list(exchange.request_headers), is_http_request=True),
        warc_headers_dict={**dated, "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID")},
    )
    yield from (response, request)


def _sent(exchange: Exchange) -> list[tuple[str, str]]:
    """The headers, without the one that describes chunks which are no longer there."""
    kept = (pair for pair in exchange.headers if pair[0].lower() != "transfer-encoding")
    return [(_escaped(name), _escaped(value)) for name, value in kept]


PRINTABLE = "".join(map(chr, range(32, 127)))


def _escaped(text: str) -> str:
    """Bytes no header may hold (Chinese in any encoding, folded lines) as %XX."""
    return quote(text.encode("latin-1", "replace"), safe=PRINTABLE)
