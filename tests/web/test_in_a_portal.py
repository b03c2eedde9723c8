"""The registry as a part of somebody else's portal: under a path, between the portal's own head and foot."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client

from registry.app import create_app
from registry.bootstrap import open_registry
from registry.settings import Settings
from tests import factories
from tests.clock import Clock

pytestmark = pytest.mark.one_database

PREFIX = "/zwgk/mulu"
ADDRESSES = ("/", "/search?q=预算", "/areas/budgets", "/items/BUD-03-01", "/units/CX-101", "/coverage", "/standards/M1", "/sign-in",
             "/help", "/tasks", "/api/", "/no-such-page")  # fmt: skip


@pytest.fixture
def portal(settings: Settings, clock: Clock, tmp_path: Path) -> Iterator[Client]:
    (tmp_path / "head.html").write_text('<header class="portal">楚雄市人民政府门户网站</header>', encoding="utf-8")
    (tmp_path / "foot.html").write_text('<footer class="portal">主办：楚雄市人民政府办公室</footer>', encoding="utf-8")
    mounted = settings.model_copy(
        update={"prefix": PREFIX, "site_header": tmp_path / "head.html", "site_footer": tmp_path / "foot.html"}
    )
    registry = open_registry(mounted, clock=clock)
    factories.create_user(registry, "editor")
    yield Client(create_app(registry))
    registry.stop()


def addresses_in(html: str) -> list[str]:
    """What the page links to, sends to or loads, without what leaves the site or stays on the page."""
    found = re.findall(r'(?:href|src|action)="([^"]*)"', html)
    return [one for one in found if not one.startswith(("http://", "https://", "#", "data:", "mailto:"))]


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_leads_out_of_the_path(portal: Client, address: str) -> None:
    answer = portal.get(PREFIX + address)

    outside = [one for one in addresses_in(answer.text) if one.startswith("/") and not one.startswith(f"{PREFIX}/")]
    assert outside == []
    if "Location" in answer.headers:
        assert answer.headers["Location"].startswith(f"{PREFIX}/")


def test_the_portal_s_head_and_foot_stand_instead_of_ours(portal: Client) -> None:
    page = portal.get(f"{PREFIX}/areas/budgets").text

    assert '<header class="portal">楚雄市人民政府门户网站</header>' in page
    assert '<footer class="portal">主办：楚雄市人民政府办公室</footer>' in page


@pytest.mark.parametrize("address", ["/", "/zwgk", "/zwgk/mulux", "/areas/budgets"])
def test_what_lies_beside_the_path_is_not_ours(portal: Client, address: str) -> None:
    assert portal.get(address).status_code == 404


def test_signing_in_comes_back_to_the_page_asked_for(portal: Client) -> None:
    sign_in = portal.get(f"{PREFIX}/tasks/duties").headers["Location"]
    token = re.search(r'name="csrf_token"[^>]*? value="([^"]*)"', portal.get(sign_in).text)
    assert token is not None

    answer = portal.post(sign_in, data={"username": "editor", "password": factories.PASSWORD, "csrf_token": token[1]})

    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"{PREFIX}/tasks/duties")
