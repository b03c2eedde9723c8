"""One GET of an address somebody typed in, that cannot be turned inward and cannot hang. The only module that opens connections.

ssrfguard looks a name up once, checks every address it has, and connects to one of those it checked; here are the limits around it: a wall
clock over everything (a timer shuts the connection down, whatever trickles in), bytes on the wire and unpacked, redirects followed one by
one, ports, robots.txt, and a pause between two requests to one host. No cookies, no proxy, no credentials.
"""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from ipaddress import ip_network
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from ssrfguard import DEFAULT_DENIED, AddressTable, Block, Policy, Reach, SSRFGuardError
from ssrfguard.requests import SafeAdapter

from registry.errors import Unavailable
from registry.evidence.exchanges import Exchange, Fetched, Stopped, redirect_of, unpacked
from registry.evidence.robots import Robots
from registry.evidence.rules import Fault
from registry.evidence.timing import Clock, Resolver, TimedResolver

PRODUCT = "disclosure-registry"

# ssrfguard knows the special networks; of the rest of IPv6 only what is in use is let through: `::ffff:0:7f00:1` is a translated loopback.
DENIED = AddressTable(
    (
        *DEFAULT_DENIED.blocks,
        Block(ip_network("::/0"), "not global unicast", "RFC4291", Reach.DENIED),
        Block(ip_network("2000::/3"), "global unicast", "RFC4291", Reach.PERMITTED),
        Block(ip_network("168.63.129.16/32"), "platform service of a cloud", "none", Reach.DENIED),
    )
)


@dataclass(frozen=True)
class Caps:
    """The limits of one look. `seconds` is what the State Council office's check counts as 打不开 (国办秘函〔2019〕19号: 15 秒)."""

    seconds: float = 15
    robots_seconds: float = 5
    wire_bytes: int = 2 << 20
    unpacked_bytes: int = 4 << 20
    redirects: int = 5
    pause_seconds: float = 2
    longest_pause: float = 10


@dataclass(frozen=True)
class Allowance:
    """What tests may reach besides the public network: the loopback network and port of their own server. Empty everywhere else."""

    networks: tuple[str, ...] = ()
    ports: frozenset[int] = frozenset()


class Fetcher:
    """Fetches addresses, never beginning two within a host's pause; shared by all threads of a process."""

    def __init__(
        self,
        contact: str | None,
        *,
        caps: Caps | None = None,
        only_in_tests: Allowance | None = None,
        resolver: Resolver = socket.getaddrinfo,
    ) -> None:
        """`contact` is the public address of this registry, named in every request."""
        self.caps = caps or Caps()
        self.agent = f"{PRODUCT}/1.0 (+{contact})" if contact else f"{PRODUCT}/1.0"
        allowed = only_in_tests or Allowance()
        self._policy = Policy(
            denied_networks=DENIED,
            allowed_networks=tuple(ip_network(one) for one in allowed.networks),
            allowed_ports=frozenset({80, 443}) | allowed.ports,
            max_connection_attempts=ATTEMPTS,
        )
        self._resolver = resolver
        self._robots: dict[str, tuple[float, Robots]] = {}
        self._next_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def fetch(self, address: str) -> Fetched:
        """GET `address` and where it redirects to. Whatever happens is in the answer; Unavailable when too many wait for this host."""
        clock = Clock(self.caps.seconds)
        exchanges: list[Exchange] = []
        at = address
        try:
            while True:
                self._wait_for_turn(at, clock)
                exchanges.append(self._exchange(at, clock, self.caps.wire_bytes))
                target = redirect_of(exchanges[-1])
                if target is None:
                    break
                if len(exchanges) > self.caps.redirects:
                    raise Stopped(Fault.TOO_MANY_REDIRECTS)
                at = target
            body, is_whole = unpacked(exchanges[-1], self.caps.unpacked_bytes)
            return Fetched(address, at, None, tuple(exchanges), body, is_whole)
        except Stopped as stopped:
            exchanges += [stopped.exchange] if stopped.exchange else []
            return Fetched(address, at, stopped.fault, tuple(exchanges), is_whole=False)

    def _wait_for_turn(self, address: str, clock: Clock) -> None:
        """Ask robots.txt, then wait for the host's next turn; waiting is not counted against the host."""
        self._check(address)
        robots = self._robots_of(address, clock)
        if robots.fault is not None:
            raise Stopped(robots.fault)
        if not robots.allows(self.agent, address):
            raise Stopped(Fault.ROBOTS)
        begun = time.monotonic()
        self._pause(urlsplit(address).hostname or "", robots.delay(self.agent))
        clock.put_off(time.monotonic() - begun)

    def _check(self, address: str) -> None:
        try:
            self._policy.check_url(address)
        except SSRFGuardError as refused:
            raise Stopped(Fault.ADDRESS_REFUSED) from refused

    def _pause(self, host: str, delay: float) -> None:
        """Take the host's next free moment and wait for it."""
        pause = min(max(self.caps.pause_seconds, delay), self.caps.longest_pause)
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next_at.get(host, now))
            if turn - now > self.caps.longest_pause:
                raise Unavailable("host_busy", host=host)
            self._next_at[host] = turn + pause
        time.sleep(turn - now)

    def _robots_of(self, address: str, clock: Clock) -> Robots:
        """robots.txt of the address's origin; what it said is known for an hour, that it could not be had is not kept."""
        origin = urljoin(address, "/")
        known_at, robots = self._robots.get(origin, (0.0, None))
        if robots is None or time.monotonic() - known_at > ROBOTS_KEPT_SECONDS:
            robots = self._read_robots(origin, Clock(min(self.caps.robots_seconds, clock.left)))
            if robots.fault is None:
                self._robots[origin] = (time.monotonic(), robots)
        return robots

    def _read_robots(self, origin: str, clock: Clock) -> Robots:
        """RFC 9309: missing means everything is allowed, failing means nothing is; redirects are followed."""
        at = urljoin(origin, "robots.txt")
        try:
            for _ in range(self.caps.redirects + 1):
                self._check(at)
                exchange = self._exchange(at, clock, ROBOTS_BYTES)
                target = redirect_of(exchange)
                if target is None:
                    return Robots.of(exchange)
                at = target
        except Stopped as stopped:
            return Robots(fault=stopped.fault)
        return Robots()

    def _exchange(self, address: str, clock: Clock, limit: int) -> Exchange:
        """One request within what is left of the clock, at most `limit` bytes of body."""
        with _faults(clock), self._adapter(clock) as adapter, clock.running():
            request = requests.Request("GET", address, headers=self._headers()).prepare()
            with adapter.send(request, stream=True, timeout=(clock.left / ATTEMPTS, clock.left)) as response:
                exchange = Exchange(
                    address=request.url or address,
                    request_headers=(("Host", urlsplit(request.url or address).netloc), *request.headers.items()),
                    status=response.status_code,
                    reason=response.reason or "",
                    headers=tuple(response.raw.headers.items()),
                )
                if redirect_of(exchange) is not None:
                    return exchange
                return self._with_body(exchange, response, clock, limit)

    def _with_body(self, exchange: Exchange, response: requests.Response, clock: Clock, limit: int) -> Exchange:
        try:
            with _faults(clock):
                wire, cut_by = _body(response, limit)
            clock.raise_if_over()
        except Stopped as stopped:
            cut_by = "time" if stopped.fault is Fault.TOO_SLOW else "disconnect"
            raise Stopped(stopped.fault, replace(exchange, cut_by=cut_by)) from stopped
        return replace(exchange, wire=wire, cut_by=cut_by)

    def _headers(self) -> dict[str, str]:
        return {
            "User-Agent": self.agent,
            "Accept": "text/html,application/xhtml+xml,application/pdf,*/*;q=0.5",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }

    @contextmanager
    def _adapter(self, clock: Clock) -> Iterator[SafeAdapter]:
        """Used without a session, which would read the body of a redirect to its end, keep cookies and ask the environment for a proxy."""
        adapter = _TimedAdapter(clock, policy=self._policy, resolver=TimedResolver(self._resolver, clock))
        try:
            yield adapter
        finally:
            adapter.close()


# How many of a name's addresses are tried; each gets its share of the time that is left.
ATTEMPTS = 2

ROBOTS_BYTES = 512 << 10
ROBOTS_KEPT_SECONDS = 3600


class _TimedAdapter(SafeAdapter):
    """ssrfguard's adapter, whose connections are shown to the clock as soon as they are open."""

    def __init__(self, clock: Clock, **options: Any) -> None:
        self._clock = clock
        super().__init__(max_retries=0, **options)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        guarded = self.poolmanager.pool_classes_by_scheme
        self.poolmanager.pool_classes_by_scheme = {
            scheme: _watched(pool, self._clock) for scheme, pool in guarded.items()
        }


def _watched(pool: Any, clock: Clock) -> Any:
    class Connection(pool.ConnectionCls):
        def _new_conn(self) -> socket.socket:
            opened: socket.socket = super()._new_conn()
            clock.watch(opened)
            return opened

    return type(pool.__name__, (pool,), {"ConnectionCls": Connection})


@contextmanager
def _faults(clock: Clock) -> Iterator[None]:
    """What can go wrong with a connection, as a fault. When the time is up that is the reason, whatever it looks like from inside."""
    try:
        yield
    except Stopped:
        raise
    except SSRFGuardError as refused:
        raise Stopped(Fault.ADDRESS_REFUSED) from refused
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise Stopped(Fault.TOO_SLOW if clock.is_over else _fault_of(error)) from error


def _fault_of(error: BaseException) -> Fault:
    """By the innermost causes that mean something."""
    chain = list(_chain(error))
    for kinds, fault in FAULTS:
        if any(isinstance(one, kinds) for one in chain):
            return fault
    return Fault.NOT_HTTP


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    waiting: list[Any] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in seen:
            seen.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
            yield one


FAULTS: Sequence[tuple[tuple[type[BaseException], ...], Fault]] = (
    ((SSRFGuardError, requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema), Fault.ADDRESS_REFUSED),
    ((socket.gaierror, urllib3.exceptions.NameResolutionError), Fault.HOST_UNKNOWN),
    ((requests.exceptions.SSLError, urllib3.exceptions.SSLError), Fault.CERTIFICATE),
    (
        (urllib3.exceptions.NewConnectionError,),
        Fault.NO_CONNECTION,
    ),  # before its ancestor, the connection that timed out
    ((TimeoutError, requests.exceptions.Timeout, urllib3.exceptions.TimeoutError), Fault.TOO_SLOW),
    ((ConnectionError, urllib3.exceptions.IncompleteRead), Fault.CUT_OFF),
)


def _body(response: requests.Response, limit: int) -> tuple[bytes, str | None]:
    """At most `limit` bytes as they were sent, and `length` when there were more."""
    parts: list[bytes] = []
    size = 0
    for part in response.raw.stream(1 << 15, decode_content=False):
        parts.append(part)
        size += len(part)
        if size > limit:
            return b"".join(parts)[:limit], "length"
    return b"".join(parts), None
