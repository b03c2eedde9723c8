"""What came back from an address, as plain values: each request with its answer, where it redirects to, and the body unpacked."""

import zlib
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from registry.evidence.rules import Fault


@dataclass(frozen=True)
class Exchange:
    """One request and what came back for it, as far as it came: `wire` is the body as it was sent, without its chunks."""

    address: str
    request_headers: tuple[tuple[str, str], ...]
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    wire: bytes = b""
    cut_by: str | None = None

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


@dataclass(frozen=True)
class Fetched:
    """What came of an address: every exchange (redirects first), the unpacked body of the last, and the fault that ended it."""

    asked: str
    final: str
    fault: Fault | None = None
    exchanges: tuple[Exchange, ...] = ()
    body: bytes = b""
    is_whole: bool = True

    @property
    def last(self) -> Exchange | None:
        return self.exchanges[-1] if self.exchanges else None


class Stopped(Exception):
    """The fetch ends here, with a fault; `exchange` is how far the last answer had come."""

    def __init__(self, fault: Fault, exchange: "Exchange | None" = None) -> None:
        super().__init__(fault)
        self.fault, self.exchange = fault, exchange


def redirect_of(exchange: Exchange) -> str | None:
    """Where it redirects to. Servers write Chinese into Location as bare bytes; they are kept as they came, escaped."""
    location = exchange.header("location")
    if exchange.status not in (301, 302, 303, 307, 308) or not location:
        return None
    escaped = quote(location.encode("latin-1", "replace"), safe="%/:?#[]@!$&'()*+,;=~")
    try:
        return urljoin(exchange.address, escaped)
    except ValueError as error:
        raise Stopped(Fault.ADDRESS_REFUSED, exchange) from error


def unpacked(exchange: Exchange, limit: int) -> tuple[bytes, bool]:
    """The body without its compression, and whether it is whole."""
    packing = exchange.header("content-encoding").strip().lower()
    is_whole = exchange.cut_by is None
    if packing in ("", "identity"):
        return exchange.wire, is_whole
    if packing not in ("gzip", "x-gzip", "deflate"):
        raise Stopped(Fault.NOT_UNPACKABLE)
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32 if "gzip" in packing else zlib.MAX_WBITS)
    try:
        body = unpacker.decompress(exchange.wire, limit)
    except zlib.error as error:
        raise Stopped(Fault.NOT_UNPACKABLE) from error
    if unpacker.unconsumed_tail:
        raise Stopped(Fault.UNPACKS_TOO_LARGE)
    return body, is_whole and unpacker.eof
