"""Evidence through the pages: one button, a photograph, and what the public sees of both."""

import io
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from PIL import Image
from warcio.archiveiterator import ArchiveIterator

from registry.bootstrap import Registry
from registry.errors import Unavailable
from registry.evidence.rules import Fault
from tests.clock import Clock
from tests.evidence.published import Published, publish_at_a_site
from tests.evidence.sites import ADDRESS
from tests.evidence.sites import page as markup
from tests.pages import Page, Pages, parsed

SignIn = Callable[..., Page]


@pytest.fixture
def published(registry: Registry, clock: Clock) -> Published:
    return publish_at_a_site(registry, clock)


def picture() -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(file, "JPEG")
    file.seek(0)
    return file, "公示栏.jpg"


NOTICE = {
    "channel": "notice_board",
    "place": "市政务服务中心公示栏",
    "posted_from": "2026-03-01",
    "posted_to": "",
    "seen_on": "2026-03-02",
    "note": "",
}


def test_one_button_looks_and_the_public_reads_what_was_seen(
    published: Published, client: FlaskClient, page: Pages, sign_in: SignIn
) -> None:
    public = f"/publications/{published.id}"
    assert "还没有核查记录" in page(public).text

    sign_in("editor")
    looked = page.submit(page(f"{public}/check"), form="立即核查")

    assert "核查完毕：已查见（页面上有登记的标题）" in looked.text
    assert "页面上有登记的标题（HTTP 200）" in looked.text
    capture = client.get(looked.links("下载")[0])
    assert capture.headers["Content-Disposition"].startswith("attachment; filename=")
    assert capture.headers["X-Content-Type-Options"] == "nosniff"
    assert capture.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert capture.mimetype == "application/warc"
    assert [one.rec_type for one in ArchiveIterator(io.BytesIO(capture.data))] == ["response", "request"]
    page.submit(looked, form="退出登录")

    shown = page(public)
    assert "已查见" in shown.text
    assert "第一次在所登记的地方查见" in shown.text
    assert shown.links("下载网页快照") == []
    assert client.get(looked.links("下载")[0]).status_code == 404


def test_a_reviewer_opens_a_capture_to_everybody(
    published: Published, client: FlaskClient, page: Pages, sign_in: SignIn
) -> None:
    published.look(published.editor)
    sign_in("reviewer")

    cleared = page.submit(page(f"/publications/{published.id}/check"), form="确认不含个人信息")

    assert "公众可以下载" in cleared.text
    page.submit(cleared, form="退出登录")
    (address,) = page(f"/publications/{published.id}").links("下载网页快照")
    assert client.get(address).status_code == 200


def test_who_recorded_it_is_not_offered_to_clear_it(published: Published, page: Pages, sign_in: SignIn) -> None:
    published.look(published.editor)

    sign_in("editor")

    assert "确认不含个人信息" not in page(f"/publications/{published.id}/check").text


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (404, "未查见（网站答复：没有这个页面）"),
        (412, "无法判断（网站要求验证是否真人，系统无法通过）"),
        (Fault.TOO_SLOW, "无法判断（超过时限没有取得完整答复）"),
        (Fault.ADDRESS_REFUSED, "无法判断（网址指向内部网络、不允许的端口或者写法有误，按安全规定不访问）"),
        (markup("预算公开"), "无法判断（页面能打开，没有找到登记的标题，请人工核对网址和标题）"),
    ],
)
def test_a_look_that_fails_says_why_and_the_public_reads_nothing_yet(
    published: Published, page: Pages, sign_in: SignIn, found: str | int | Fault, told: str
) -> None:
    published.sites.pages[ADDRESS] = found
    sign_in("editor")

    looked = page.submit(page(f"/publications/{published.id}/check"), form="立即核查")

    assert f"核查完毕：{told}" in looked.text
    page.submit(looked, form="退出登录")
    assert "还没有核查记录" in page(f"/publications/{published.id}").text


def test_everybody_is_told_that_something_was_not_found_on_two_days(
    published: Published, page: Pages, sign_in: SignIn
) -> None:
    published.look_on((date(2026, 3, 3), 404))
    assert "按未公开统计。" not in page(f"/publications/{published.id}").text

    published.look_on((date(2026, 3, 4), 404))
    assert "两天以上都没有查见这条信息，现在按未公开统计" in page(f"/publications/{published.id}").text
    sign_in("editor")
    assert "更正网址并经审查，即重新按已公开统计" in page(f"/publications/{published.id}/check").text

    published.look_on((date(2026, 3, 5), markup()))
    assert "现在按未公开统计" not in page(f"/publications/{published.id}/check").text


def test_a_photograph_of_a_notice_board_is_public_after_a_second_person_s_check(
    published: Published, client: FlaskClient, page: Pages, sign_in: SignIn
) -> None:
    check, public = f"/publications/{published.id}/check", f"/publications/{published.id}"
    sign_in("editor")
    form = page(page(check).links("登记线下凭证")[0])
    assert form.h1 == "登记线下凭证"

    added = send(client, page, form, NOTICE | {"file": picture()})

    assert "已登记凭证" in added.text
    assert "仅线下凭证" in added.text
    page.submit(added, form="退出登录")
    assert "仅线下凭证" not in page(public).text

    sign_in("reviewer")
    page.submit(page.submit(page(check), form="确认不含个人信息"), form="退出登录")

    shown = page(public)
    assert "仅线下凭证" in shown.text
    assert "张贴：2026年3月1日起" in shown.text
    photograph = client.get(shown.links("下载照片")[0])
    assert photograph.headers["Content-Disposition"].endswith('.jpg"')
    assert Image.open(io.BytesIO(photograph.data)).size == (60, 40)


def test_a_file_that_was_accepted_is_not_asked_for_again(
    published: Published, client: FlaskClient, page: Pages, sign_in: SignIn
) -> None:
    sign_in("editor")
    form = page(f"/publications/{published.id}/evidence/add")

    wrong = send(client, page, form, NOTICE | {"seen_on": "2026-03-09", "file": picture()}, status=422)

    assert "拍摄日期 2026-03-09 晚于今天" in wrong.text
    assert "已经收到您选择的文件" in wrong.text
    assert wrong.first("input", name="place").get("value") == "市政务服务中心公示栏"
    assert "已登记凭证" in send(client, page, wrong, {"seen_on": "2026-03-02"}).text


def test_a_file_somebody_only_claims_to_have_sent_is_not_taken(
    published: Published, client: FlaskClient, page: Pages, sign_in: SignIn
) -> None:
    sign_in("editor")
    form = page(f"/publications/{published.id}/evidence/add")
    theirs = published.registry.objects.put(b"somebody else's file")

    wrong = send(client, page, form, NOTICE | {"kept": f'["{theirs}","image/jpeg"]'}, status=422)

    assert "请选择文件" in wrong.text


def test_everything_wrong_is_told_at_once(
    published: Published, client: FlaskClient, page: Pages, sign_in: SignIn
) -> None:
    sign_in("editor")
    form = page(f"/publications/{published.id}/evidence/add")

    wrong = send(client, page, form, {"place": "", "file": (io.BytesIO(b"MZ"), "公示.exe")}, status=422)

    assert "错误：" in wrong.title
    for told in ("公开渠道：此项必填", "张贴地点：此项必填", "拍摄日期：此项必填", "公示.exe"):
        assert told in wrong.text


def test_a_busy_host_is_told_and_nothing_is_lost(published: Published, page: Pages, sign_in: SignIn) -> None:
    def busy() -> None:
        raise Unavailable("host_busy", host="www.cxs.gov.cn")

    published.sites.before_answering = busy
    sign_in("editor")

    assert "www.cxs.gov.cn" in page.submit(page(f"/publications/{published.id}/check"), form="立即核查").text


def send(client: FlaskClient, page: Pages, form: Page, values: dict[str, object], status: int = 200) -> Page:
    """The form with a file, which `Pages.submit` does not send."""
    element = form.form("登记凭证")
    kept = {
        one.get("name", ""): one.get("value", "")
        for tag in ("input", "textarea")
        for one in element.iter(tag)
        if one.get("type") != "file"
    }
    chosen = [one.get("value", "") for one in element.iter("option") if one.get("selected") is not None]
    answer = client.post(element.get("action") or "", data={**kept, "channel": (chosen or [""])[0], **values})
    if answer.status_code == 302:
        return page(answer.headers["Location"].partition("#")[0], status)
    assert answer.status_code == status, answer.text[:2000]
    return parsed(answer.text, form.address, status)
