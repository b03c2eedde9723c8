"""registry evidence check: counts, resumes, and an interruption that loses nothing."""

import functools
import json
from collections.abc import Callable
from uuid import UUID

import pytest
from click.testing import Result

from registry.bootstrap import Registry, open_registry
from registry.cli import output
from registry.database import Actor
from tests import factories
from tests.clock import Clock
from tests.evidence.sites import ADDRESS, TITLE, Sites, page

Run = Callable[..., Result]
SECOND, THIRD = "https://www.cxs.gov.cn/b.htm", "https://www.cxs.gov.cn/c.htm"


@pytest.fixture
def sites(registry: Registry, clock: Clock, run: Run, monkeypatch: pytest.MonkeyPatch) -> Sites:
    """Three public addresses, of which one is gone and one behind a wall, and a command line that looks at them without a network."""
    editor = factories.create_user(registry, "editor")
    reviewer = factories.create_user(registry, "reviewer", roles=["reviewer"])
    for item, address in (("BUD-01-01", ADDRESS), ("BUD-07-02", SECOND), ("BUD-01-03", THIRD)):
        _publish(registry, editor, reviewer, item, address)
    sites = Sites({ADDRESS: page(), SECOND: 404, THIRD: 412})
    monkeypatch.setattr(output, "open_registry", functools.partial(open_registry, clock=clock, fetch=sites.fetch))
    return sites


def _publish(registry: Registry, editor: Actor, reviewer: Actor, item: str, address: str) -> UUID:
    channels = [{"channel": "government_website", "address": address, "place": None}]
    return factories.publish(registry, editor, reviewer, item=item, title=TITLE, channels=channels)


def test_every_due_address_is_looked_at_once_a_day(sites: Sites, run: Run) -> None:
    told = json.loads(run("evidence", "check", "--json").stdout)

    assert told["total"] == 3
    assert {one["address"]: (one["outcome"], one["reason"]) for one in told["evidence"]} == {
        ADDRESS: ("seen", "title_found"),
        SECOND: ("not_seen", "gone"),
        THIRD: ("unknown", "challenge"),
    }
    assert json.loads(run("evidence", "check", "--json").stdout) == {"total": 0, "evidence": []}
    assert len(sites.asked) == 3


def test_people_read_words(sites: Sites, run: Run) -> None:
    done = run("evidence", "check")

    for word in ("已查见", "未查见", "无法判断", "网站答复：没有这个页面"):
        assert word in done.stdout.replace("\n", "")
    assert "核查 3 个地址" in done.stderr


def test_a_limit_goes_round_with_every_call(sites: Sites, run: Run) -> None:
    for _ in range(3):
        assert json.loads(run("evidence", "check", "--limit", "1", "--json").stdout)["total"] == 1

    assert sorted(sites.asked) == sorted([ADDRESS, SECOND, THIRD])


def test_a_unit_without_addresses_has_nothing_due(sites: Sites, run: Run) -> None:
    assert json.loads(run("evidence", "check", "--unit", "CX-102", "--json").stdout)["total"] == 0


def test_an_interruption_keeps_what_was_done_and_the_next_call_goes_on(sites: Sites, run: Run) -> None:
    def interrupt() -> None:
        if len(sites.asked) == 2:
            raise KeyboardInterrupt

    sites.before_answering = interrupt
    stopped = run("evidence", "check", exit_code=1)
    assert "已中断：之前核查的 1 个地址已经记录" in stopped.stderr
    assert "Traceback" not in stopped.output

    sites.before_answering = lambda: None
    assert json.loads(run("evidence", "check", "--json").stdout)["total"] == 2
    assert sorted(set(sites.asked)) == sorted([ADDRESS, SECOND, THIRD])
