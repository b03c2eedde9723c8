"""The pages of the management standards: every number opens exactly its rows, for the public and for staff."""

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from registry.bootstrap import Registry
from tests.factories import UNIT, create_self_assessment, create_user, publish
from tests.pages import Page, Pages, text_of

NUMBER = re.compile(r"\d+")


@pytest.fixture
def busy(registry: Registry) -> Registry:
    editor, reviewer = create_user(registry), create_user(registry, "reviewer", roles=("reviewer",))
    create_user(registry, "office", roles=("office",), unit=None)
    publish(registry, editor, reviewer, item="BUD-07-02")
    publish(registry, editor, reviewer, item="BUD-01-01", summary="说明")
    create_self_assessment(registry, editor)
    return registry


def numbers_of(page: Page) -> list[tuple[str, int]]:
    """Every number that leads somewhere."""
    return [
        (link.get("href", ""), int(text_of(link)))
        for link in page.all("a", class_="count-link")
        if NUMBER.fullmatch(text_of(link))
    ]


def listed(page: Page) -> int:
    """How many rows the page a number leads to speaks of."""
    if "/rows" in page.address:
        return int(re.search(r"共 (\d+) 件", page.text).group(1))  # type: ignore[union-attr]
    if "/self-assessments" in page.address:
        return int(re.search(r"共 (\d+) 项", page.text).group(1))  # type: ignore[union-attr]
    (heading,) = page.all("h2", id="requirements")
    return int(NUMBER.search(text_of(heading)).group())  # type: ignore[union-attr]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", ["", "office"])
def test_every_number_opens_exactly_its_rows(
    busy: Registry, page: Pages, sign_in: Callable[..., Page], who: str
) -> None:
    if who:
        sign_in(who)
    for address in ("/standards/management", f"/standards/management?unit={UNIT}&as_of=2026-02-20"):
        numbers = numbers_of(page(address))
        assert len(numbers) > 15
        for target, number in numbers:
            found = page(target.partition("#")[0])
            assert listed(found) == number, target
            body = found.all("tbody")[-1]
            assert len(list(body.iter("tr"))) == min(number, 100), target


def test_self_assessments_and_traces_of_personal_data_are_not_for_the_public(
    busy: Registry, page: Pages, sign_in: Callable[..., Page]
) -> None:
    public = page("/standards/management")
    assert "未自评" not in public.text
    assert "M3-6" in public.text
    assert not [link for link in public.links() if "M3-6/rows" in link or "self-assessments" in link]
    page("/standards/management/M3-6/rows", status=404)
    page("/standards/management/M2-1/rows", status=404)

    sign_in("editor")
    assert "CX-101" in page("/standards/management/M3-6/rows").source
    page("/standards/management/M3-6/rows?unit=CX-102", status=404)
    own = page("/self-assessments")
    assert "去自评" in own.text
    assert "CX-102" not in own.source
    page("/self-assessments/CX-102/M2-1", status=404)


def test_a_unit_assesses_itself_and_the_office_answers(
    busy: Registry, page: Pages, client: FlaskClient, sign_in: Callable[..., Page]
) -> None:
    sign_in("editor")
    address = f"/self-assessments/{UNIT}/M2-2"
    typed = {"verdict": "fulfilled", "reason": "窗口当场答复"}
    refused = page.submit(page(address), typed, form="记录自评", status=422)
    assert "网址和文号" in refused.text
    assert "窗口当场答复" in refused.source
    done = page.submit(refused, {"evidence_doc_no": "楚市财〔2026〕3号"}, form="记录自评")
    assert "已记录 M2-2 的自评" in done.text
    assert "楚市财〔2026〕3号" in done.text
    page.submit(page("/"), form="退出")

    sign_in("office")
    asked = page(page(address).links("答复最近一次自评")[0])
    assert "请写明理由" in page.submit(asked, form="有异议", button="decision=dispute", status=422).text
    answered = page.submit(asked, {"answer_reason": "没有看到登记表"}, form="有异议", button="decision=dispute")
    assert "政务公开办有异议" in answered.text
    assert "有异议 1" in page("/self-assessments?requirement=M2-2").text


def test_files_hold_the_same_rows(busy: Registry, client: FlaskClient) -> None:
    answer = client.get(f"/standards/management/M1-2/rows?unit={UNIT}&verdict=fails&format=xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    heads = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "结果")
    assert heads[1:3] == ("说明", "内容")
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == "不符合"]
    text = client.get(f"/standards/management/M1-2/rows?unit={UNIT}&verdict=fails&format=csv").data.decode("utf-8-sig")
    assert len(rows) == len(text.strip().splitlines()) - 1 > 0
    assert all("第二十六条" in str(row[-1]) for row in rows)

    overview = client.get("/standards/management?format=csv&standard=M1").data.decode("utf-8-sig")
    assert [line.partition(",")[0] for line in overview.splitlines()[1:]] == [f"M1-{n}" for n in range(1, 11)]


def test_a_requirement_page_tells_its_result_and_day(busy: Registry, page: Pages) -> None:
    found = page("/standards/m1?as_of=2026-02-20&unit=CX-101")

    assert "截至 2026年2月20日" in found.text
    assert [link for link in found.links() if "M1-2/rows?verdict=fails&as_of=2026-02-20&unit=CX-101" in link]
    page("/standards/m1?as_of=2099-01-01", status=422)


def test_programs_get_the_same_rows(busy: Registry, client: FlaskClient) -> None:
    results = client.get(f"/api/v1/management-results?unit={UNIT}&as_of=2026-03-02").get_json()
    by_code = {one["code"]: one for standard in results["standards"] for one in standard["requirements"]}
    assert by_code["M2-1"]["self_assessed"] is None
    assert by_code["M3-6"]["standing"] == "not_computed"
    for verdict in ("holds", "fails", "unknown"):
        address = f"/api/v1/management-results/M1-2?unit={UNIT}&as_of=2026-03-02&verdict={verdict}&size=200"
        rows = client.get(address).get_json()
        assert rows["total"] == len(rows["rows"]) == by_code["M1-2"][verdict]
        assert {one["verdict"] for one in rows["rows"]} <= {verdict}
    assert client.get("/api/v1/management-results/M3-6").status_code == 404
