"""Files on the pages: brought without a script, told one by one, and what was found of people shown to those who may know."""

from collections.abc import Callable
from io import BytesIO
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from registry.bootstrap import Registry
from tests.factories import REVIEW_CHECKS, approve, attach, create_publication, create_user, submit
from tests.pages import Page, Pages, parsed, text_of

CLEAN = "公开说明\n".encode()
LEAKING = "公开说明\n联系13812345678\n".encode()
NUMBER = "13812345678"

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
pytestmark = ON_SQLITE


@pytest.fixture
def draft(registry: Registry) -> UUID:
    create_user(registry, "reviewer", roles=["reviewer"])
    return create_publication(registry, create_user(registry))


def upload(page: Pages, at: Page, *files: tuple[str, bytes], status: int = 200) -> Page:
    """Send the form as a browser does; redirects are followed."""
    token, version = (at.first("input", name=name).get("value") for name in ("csrf_token", "version"))
    answer = page.client.post(
        at.address,
        data={"csrf_token": token, "version": version, "files": [(BytesIO(content), name) for name, content in files]},
        content_type="multipart/form-data",
    )
    if answer.status_code == 302:
        return page(answer.headers["Location"])
    assert answer.status_code == status
    return parsed(answer.text, at.address, status)


def names_on(page: Page) -> list[str]:
    return [text_of(link) for item in page.all("ul", class_="file-list") for link in item.iter("a")]


def test_several_files_at_once_and_one_removed(draft: UUID, page: Pages, sign_in: Callable[..., Page]) -> None:
    sign_in("editor")
    check = page(f"/publications/{draft}/check")
    here = page(check.links("添加附件")[0])
    filled = upload(page, here, ("甲.txt", CLEAN), ("乙.csv", b"a,b\n1,2\n"))

    assert "已添加 2 个附件。" in filled.text
    assert names_on(filled) == ["甲.txt", "乙.csv"]
    left = page.submit(filled, form="移除甲.txt")
    assert "已移除附件“甲.txt”。" in left.text
    assert names_on(left) == names_on(page(f"/publications/{draft}/check")) == ["乙.csv"]


def test_a_bad_file_is_told_and_the_good_ones_are_not_asked_for_again(
    draft: UUID, page: Pages, sign_in: Callable[..., Page]
) -> None:
    sign_in("editor")
    here = page(f"/publications/{draft}/files")
    refused = upload(page, here, ("甲.txt", CLEAN), ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), status=422)

    assert refused.title.startswith("错误：")
    assert "“旧.doc”是旧版 Office 文件，请另存为 XLSX、DOCX 或者 PDF 后再上传。" in refused.text
    assert names_on(refused) == ["甲.txt"]
    nothing = upload(page, refused, status=422)
    assert "请先选择文件。" in nothing.text


def test_somebody_elses_change_meanwhile_is_told(
    registry: Registry, draft: UUID, page: Pages, sign_in: Callable[..., Page]
) -> None:
    sign_in("editor")
    here = page(f"/publications/{draft}/files")
    attach(registry, create_user(registry, "colleague"), draft, "先.txt", CLEAN)

    late = upload(page, here, ("甲.txt", CLEAN + b"2"), status=409)

    assert "内容已被他人修改" in late.text
    assert names_on(late) == ["先.txt"]


def test_personal_data_is_shown_masked_and_needs_a_reason(
    draft: UUID, page: Pages, sign_in: Callable[..., Page]
) -> None:
    sign_in("editor")
    here = upload(page, page(f"/publications/{draft}/files"), ("名单.txt", LEAKING))
    assert NUMBER not in here.text
    check = page(f"/publications/{draft}/check")
    assert "附件“名单.txt”第 2 行" in check.text
    assert "138****5678" in check.text
    refused = page.submit(check, form="提交审核", status=422)
    (box,) = refused.all("div", class_="error-summary")
    assert [text_of(one) for one in box.iter("li")] == [
        "附件“名单.txt”第 2 行疑似含有手机号码，建议改为“138****5678”。",
        "请先隐去检查出的个人信息；依法须公开，或者经人工核对不是个人信息的，请写明理由。",
    ]
    assert NUMBER not in refused.text
    page.submit(refused, {"personal_data_reason": "本单位值班电话"}, form="提交审核")

    page.submit(page("/tasks"), form="退出登录")
    sign_in("reviewer")
    review = page(f"/reviews/{draft}")
    for words in ("名单.txt", "138****5678", "本单位值班电话"):
        assert words in review.text
    page.submit(review, {"review_checks": list(REVIEW_CHECKS)}, form="审核通过并公开", button="decision=approve")
    page.submit(page("/reviews"), form="退出登录")
    public = page(f"/publications/{draft}")
    assert "名单.txt" in public.text
    for words in ("138****5678", "疑似", "值班电话"):
        assert words not in public.text


def test_a_reviewer_sees_which_files_a_correction_adds_and_drops(
    draft: UUID, page: Pages, sign_in: Callable[..., Page]
) -> None:
    sign_in("editor")
    upload(page, page(f"/publications/{draft}/files"), ("旧.txt", CLEAN))
    page.submit(page(f"/publications/{draft}/check"), form="提交审核")
    page.submit(page("/tasks"), form="退出登录")
    sign_in("reviewer")
    page.submit(
        page(f"/reviews/{draft}"),
        {"review_checks": list(REVIEW_CHECKS)},
        form="审核通过并公开",
        button="decision=approve",
    )
    page.submit(page("/reviews"), form="退出登录")
    sign_in("editor")
    with_both = upload(page, page(f"/publications/{draft}/files"), ("新.txt", CLEAN + b"2"))
    page.submit(with_both, form="移除旧.txt")
    check = page.submit(page(f"/publications/{draft}/edit"), {"why": "changed"}, form="保存并核对")
    page.submit(check, form="提交审核")
    page.submit(page("/tasks"), form="退出登录")
    sign_in("reviewer")

    review = page(f"/reviews/{draft}")

    assert "新.txt TXT，14 B 现公开版本没有" in review.text
    assert "旧.txt 现公开版本有，本版已移除" in review.text


def test_a_download_is_never_shown_inside_the_registry(
    registry: Registry, draft: UUID, client: FlaskClient, page: Pages
) -> None:
    editor = create_user(registry, "second")
    attachment = attach(registry, editor, draft, "预算 表.csv", b"a,b\n")
    address = f"/publications/{draft}/files/{attachment.id}/预算 表.csv"
    assert client.get(address).status_code == 404
    submit(registry, editor, draft)
    approve(registry, create_user(registry, "third", roles=["reviewer"]), draft)

    answer = client.get(address)

    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"a,b\n", "text/csv")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E9%A2%84%E7%AE%97%20%E8%A1%A8.csv" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get(address.replace("表", "别名")).status_code == 404
    assert page(f"/publications/{draft}").links("预算 表.csv")
