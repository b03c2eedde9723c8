"""A fetcher that may reach the misbehaving server and nothing else that is not public, with caps small enough to wait for."""

from collections.abc import Iterator

import pytest

from registry.bootstrap import Registry
from registry.evidence.fetching import Allowance, Caps, Fetcher
from tests.clock import Clock
from tests.evidence.misbehaving_server import HOST, Server, misbehaving_server
from tests.evidence.published import Published, publish_at_a_site

CAPS = Caps(seconds=1.2, robots_seconds=0.6, wire_bytes=200_000, unpacked_bytes=1 << 20, redirects=5, pause_seconds=0)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with misbehaving_server() as running:
        yield running


@pytest.fixture
def fetcher(server: Server) -> Fetcher:
    return Fetcher("https://www.cxs.gov.cn/mulu", caps=CAPS, only_in_tests=allowance(server))


def allowance(server: Server) -> Allowance:
    return Allowance((f"{HOST}/32",), frozenset({server.port}))


@pytest.fixture
def published(registry: Registry, clock: Clock) -> Published:
    return publish_at_a_site(registry, clock)
