from datetime import UTC, datetime, timedelta

import pytest

from registry.accounts.rules import is_alive, is_staff_address, locked_until, network_of

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def minutes(*values: float) -> list[datetime]:
    return [START + timedelta(minutes=value) for value in values]


ROUND_1, ROUND_2, ROUND_3 = [0, 1, 2, 3, 4], [20, 21, 22, 23, 24], [60, 61, 62, 63, 64]


@pytest.mark.parametrize(
    ("failures", "locked_until_minute"),
    [
        ([], None),
        ([0, 1, 2, 3], None),
        (ROUND_1, 19),
        ([0, 4, 8, 12, 15], None),
        ([0, 4, 8, 12, 14.9], 29.9),
        ([0, 14, 15, 16, 17, 18], 33),
        ([*ROUND_1, 5, 6, 7, 8, 9], 19),
        ([*ROUND_1, *ROUND_2], 54),
        ([*ROUND_1, *ROUND_2, *ROUND_3], 124),
        ([*ROUND_1, 20, 21, 22, 23], 19),
        ([*ROUND_1, *[19 + 24 * 60 + one for one in (1, 2, 3, 4, 5)]], 19 + 24 * 60 + 5 + 15),
    ],
)
def test_lock_ends_when_the_rounds_of_five_failures_say(
    failures: list[float], locked_until_minute: float | None
) -> None:
    expected = None if locked_until_minute is None else minutes(locked_until_minute)[0]
    assert locked_until(minutes(*failures), 5) == expected


def test_lock_doubles_up_to_eight_hours_and_no_further() -> None:
    failures: list[datetime] = []
    spans = []
    at = START
    for _ in range(8):
        failures += [at] * 5
        until = locked_until(failures, 5)
        assert until is not None
        spans.append((until - at) // timedelta(minutes=1))
        at = until
    assert spans == [15, 30, 60, 120, 240, 480, 480, 480]


@pytest.mark.parametrize(
    ("used", "now", "ended", "alive"),
    [
        (0, 29, False, True),
        (0, 30, False, False),
        (0, 1, True, False),
        (719, 719.5, False, True),
        (719, 720, False, False),
    ],
)
def test_session_lives_30_idle_minutes_and_12_hours(used: float, now: float, ended: bool, alive: bool) -> None:
    created, used_at, now_at = minutes(0, used, now)
    assert is_alive(created_at=created, last_used_at=used_at, ended_at=used_at if ended else None, now=now_at) is alive


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("nonsense", "nonsense"),
    ],
)
def test_attempts_are_counted_by_what_one_person_holds(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("address", "networks", "allowed"),
    [
        ("8.8.8.8", "", True),
        ("10.1.2.3", "10.0.0.0/8", True),
        ("11.1.2.3", "10.0.0.0/8", False),
        ("192.168.7.9", "10.0.0.0/8, 192.168.7.0/24", True),
        ("::ffff:10.1.2.3", "10.0.0.0/8", True),
        ("2001:db8::1", "2001:db8::/32,10.0.0.0/8", True),
        ("", "10.0.0.0/8", False),
        ("nonsense", "10.0.0.0/8", False),
    ],
)
def test_staff_networks_are_an_allow_list(address: str, networks: str, allowed: bool) -> None:
    assert is_staff_address(address, networks) is allowed
