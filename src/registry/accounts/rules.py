"""When sign-ins are locked, sessions over and networks allowed. Pure decisions on dates and addresses."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

SESSION_IDLE = timedelta(minutes=30)
SESSION_LONGEST = timedelta(hours=12)
USE_NOTED_EVERY = timedelta(minutes=1)

PASSWORD_AGE = timedelta(days=90)
ONE_TIME_SECRET_AGE = timedelta(days=7)

FAILURE_WINDOW = timedelta(minutes=15)
FAILURES_OF_ACCOUNT = 5
# An address may be a whole office behind one router: more mistakes are forgiven than to one account there.
FAILURES_OF_ADDRESS = 50
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=8)
QUIET = timedelta(hours=24)

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def locked_until(failures: Sequence[datetime], limit: int) -> datetime | None:
    """When the lock that `failures` (oldest first) led to ends or ended; None when they led to none.

    `limit` failures within 15 minutes lock for 15 minutes, each further round for twice as long, up to 8
    hours; a day without failures after a lock starts over. Failures while locked count for nothing.
    """
    recent: list[datetime] = []
    rounds, until = 0, None
    for at in failures:
        if until is not None and at < until:
            continue
        if until is not None and at - until > QUIET:
            rounds = 0
        recent = [earlier for earlier in recent if at - earlier < FAILURE_WINDOW] + [at]
        if len(recent) >= limit:
            until = at + min(FIRST_LOCK * 2**rounds, LONGEST_LOCK)
            rounds, recent = min(rounds + 1, 16), []
    return until


def is_alive(*, created_at: datetime, last_used_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Whether a session still holds: not ended, used within 30 minutes, begun within 12 hours."""
    return ended_at is None and now - last_used_at < SESSION_IDLE and now - created_at < SESSION_LONGEST


def network_of(address: str) -> str:
    """What attempts are counted by: an IPv4 address, or the /64 of an IPv6 one, of which one person has all.

    Anything unreadable is counted as it is written.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((int(parsed), 64), strict=False))


def is_staff_address(address: str, networks: str) -> bool:
    """Whether `address` lies in one of the comma-separated `networks`.

    An empty list allows all; an unreadable address is in no network.
    """
    allowed = [ip_network(part.strip()) for part in networks.split(",") if part.strip()]
    if not allowed:
        return True
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return any(parsed in network for network in allowed)
