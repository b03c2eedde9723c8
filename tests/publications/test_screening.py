"""Nothing seeded is missed in any kind of file, and a hundred pages of tables and law raise next to no alarm."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from registry.files.kinds import accept
from registry.files.pieces import Part, Place
from registry.objects import ObjectFolder
from registry.privacy.personal_data import PersonalData, find_in_text
from registry.publications.screening import file_words, screen_file
from registry.publications.tables import FileScreening
from registry.settings import REPOSITORY
from tests.privacy.made_up_people import credit_code
from tests.publications import leaks

SEEDS = (20260302, 20260303)
MEGABYTES = 20 * 1024 * 1024


def screened(name: str, content: bytes) -> FileScreening:
    upload = accept(name, content, most_bytes=MEGABYTES)
    return screen_file(ObjectFolder.digest(content), upload.kind, content)


SEEDED = [leak for seed in SEEDS for leak in leaks.leaks(seed)]


def test_the_seeded_set_is_large_and_reaches_every_kind() -> None:
    assert len(SEEDED) >= 200
    assert {one.kind for one in SEEDED} == {kind.value for kind in PersonalData} - {"travel_document"}
    assert {one.name.rpartition(".")[2] for one in SEEDED} == {"xlsx", "docx", "pdf", "csv", "txt"}


@pytest.mark.parametrize("leak", SEEDED, ids=lambda leak: f"{leak.name} {leak.places[1]}")
def test_every_seeded_leak_is_found_in_its_place_and_masked(leak: leaks.Leak) -> None:
    found = screened(leak.name, leak.content).found

    told = [
        (one["kind"], one["masked"], file_words(leak.name, Place(Part(one["part"]), one["at"], one["within"])))
        for one in found
    ]
    matching = [
        one
        for one in told
        if one[0] == leak.kind and leak.start in one[1] and all(place in one[2] for place in leak.places)
    ]
    assert matching, told
    assert {one[0] for one in told} == {leak.kind}
    assert all("*" in one[1] for one in told)


LAW_FOLDERS = ("standards", "catalog")
CHARACTERS_OF_A_PAGE = 1100
"""A page of a printed law: 28 lines of 40 characters."""


def test_a_hundred_pages_of_budgets_and_law_raise_at_most_one_false_alarm() -> None:
    pages = [*budget_pages(Random(7), 100), *law_pages()]
    alarms = [(one, page[max(0, one.start - 20) : one.end + 10]) for page in pages for one in find_in_text(page)]

    assert len(pages) >= 250
    assert len(alarms) <= 1, alarms


def test_a_hundred_pages_of_budgets_in_a_workbook_raise_at_most_one_false_alarm() -> None:
    """Thirty-five rows fill a page; amounts, codes and numbers stand in cells of their own, as numbers where offices type numbers."""
    found = screened("预算.xlsx", budget_workbook(Random(11), rows=3500)).found

    assert len(found) <= 1, found


def law_pages() -> list[str]:
    """All texts of the catalogs and standards: titles, articles, procedures, deadlines, contacts of units."""
    texts = [
        path.read_text(encoding="utf-8")
        for folder in LAW_FOLDERS
        for path in sorted((REPOSITORY / folder).rglob("*.yaml"))
    ]
    return [
        text[start : start + CHARACTERS_OF_A_PAGE]
        for text in texts
        for start in range(0, len(text), CHARACTERS_OF_A_PAGE)
    ]


def budget_pages(random: Random, number: int) -> Iterator[str]:
    """Pages as they come out of a PDF: codes, names and columns of amounts, with the lines offices write around them."""
    for page in range(number):
        lines = [f"楚雄市{2020 + page % 7}年部门预算公开表（第{page + 1}页） 单位：{random.choice(('元', '万元'))}"]
        lines += [" ".join(budget_row(random)) for _ in range(30)]
        yield "\n".join([*lines, *notes(random)])


def budget_row(random: Random) -> list[str]:
    code = f"2{random.randrange(1, 35):02}{random.randrange(1, 40):02}{random.randrange(1, 99):02}"
    amounts = [amount(random) for _ in range(5)]
    return [random.choice((code, f"{code[:3]} {code[3:5]} {code[5:]}")), "行政运行", *amounts]


def amount(random: Random) -> str:
    """Up to a hundred billion, in every way offices write money."""
    value = random.random() * 10 ** random.randrange(2, 11)
    return random.choice((f"{value:.2f}", f"{value:,.2f}", f"{int(value):,}", str(int(value) % 10**10), "-", "0.00"))


def notes(random: Random) -> list[str]:
    serial = f"{random.randrange(10**6):06}"
    return [
        f"统一社会信用代码：{credit_code(random)}",
        f"项目代码：{random.randrange(2001, 2700)}-532301-04-01-{serial}，备案编号532301{random.randrange(10**12):012}",
        f"楚市财〔{random.randrange(2015, 2027)}〕{random.randrange(1, 300)}号，采购编号YNZC2026-G1-{serial}",
        f"咨询电话0878-3{serial}，热线12345、12348，传真（0878）3{serial}，邮编675000",
        f"国有土地使用证第{random.randrange(10**9)}号，宗地代码5323010{random.randrange(10)}GB{serial[:5]}，不动产单元号532301001001GB00001F0001{serial[:4]}",
        f"不含税{amount(random)}元，占{random.random() * 100:.2f}%，统计用区划代码532301{serial}，ISBN 978-7-5093-{serial[:4]}-1",
        f"地址：鹿城镇{random.choice('东西南北')}路{random.randrange(1, 300)}号{random.randrange(1, 9)}楼{random.randrange(100, 900)}室",
        f"建字第5323012026{serial[:5]}号，施工许可证编号5323012026{random.randrange(1, 13):02}15{serial[:4]}",
        f"2026年{random.randrange(1, 13)}月{random.randrange(1, 29)}日起，惠及{random.randrange(1, 90)}组{random.randrange(1, 400)}户",
    ]


def budget_workbook(random: Random, *, rows: int) -> bytes:
    def fill(book: Any, _: object) -> None:
        sheet = book.create_sheet("支出")
        sheet.append(["科目编码", "名称", "预算数", "执行数（元）", "信用代码", "项目代码", "联系电话", "合同编号"])
        for _ in range(rows):
            sheet.append(
                [
                    int(budget_row(random)[0].replace(" ", "")),
                    "行政运行",
                    round(random.random() * 10 ** random.randrange(2, 12), 2),
                    random.randrange(10 ** random.randrange(2, 12)),
                    credit_code(random),
                    f"{random.randrange(2001, 2700)}-532301-04-01-{random.randrange(10**6):06}",
                    f"0878-3{random.randrange(10**6):06}",
                    str(random.randrange(10**15, 10**18)),
                ]
            )

    return leaks.workbook(fill, None)
