"""How many rows of an official table a second are read, compared and taken over, next to openpyxl only reading all cells of the same file.

    .venv/bin/python benchmarks/importing.py [--rows 10000]

One core; the file is made up, every row an item of its own with merged titles, three elements, two laws and ten boxes. Memory is the most
Python held at once (tracemalloc, in a second run, as it slows everything down). Nothing is asserted: numbers belong to the machine printed
above them.
"""

import argparse
import io
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from machine import print_machine
from openpyxl import load_workbook

from registry.bootstrap import open_registry
from registry.database import SYSTEM
from registry.exchange import folder
from registry.exchange.importing import import_table, read_table
from registry.exchange.reading.reading import TableReader
from registry.rulebook.book import Rulebook
from registry.settings import REPOSITORY, Settings

HEADERS = (
    ("序号", ""), ("公开事项", "一级事项"), ("", "二级事项"), ("公开内容（要素）", ""), ("公开依据", ""), ("公开时限", ""),
    ("公开主体", ""), ("公开渠道和载体", ""), ("公开对象", "全社会"), ("", "特定群体"), ("公开方式", "主动"), ("", "依申请"),
    ("公开层级", "县级"), ("", "乡级"),
)  # fmt: skip
BOXES = "■政府网站 □政府公报 □两微一端 □发布会/听证会 □广播电视 □纸质媒体 ■公开查阅点 □政务服务中心 □便民服务站 □其他"
PER_TITLE = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000)
    rows = parser.parse_args().rows
    print_machine("openpyxl", "xlsxwriter")
    rulebook, faults = folder.read_rulebook(folder.read_folder(REPOSITORY))
    assert rulebook is not None, faults
    content = made_up(rows)
    print(
        f"{rows} rows of {len(HEADERS)} columns, {len(content) / 1e6:.1f} MB\n{'':<46}{'rows/s':>10}{'MB':>8}{'× openpyxl':>12}"
    )
    TableReader(rulebook).read("warm.xlsx", made_up(20))
    baseline = tell("openpyxl, all cells, nothing else", lambda: cells_of(content), rows, None)
    tell("read into items", lambda: TableReader(rulebook).read("t.xlsx", content), rows, baseline)
    take_over(rulebook, content, rows, baseline)


def take_over(rulebook: Rulebook, content: bytes, rows: int, baseline: float) -> None:
    """The whole import into a database of its own, and the same file once more."""
    with tempfile.TemporaryDirectory() as data:
        registry = open_registry(Settings(data=Path(data)))
        reader = TableReader(rulebook)

        def run() -> None:
            with registry.database.work(SYSTEM) as work:
                file = read_table(work, reader, "t.xlsx", content)
                import_table(work, file, registry.rulebook, registry.counting, area="urban-rural-planning")

        registry.database.after_commit = lambda: None
        for name in ("read, compare, create every item with its log", "the same file again: nothing changes"):
            started = time.perf_counter()
            run()
            print_line(name, rows / (time.perf_counter() - started), None, baseline)
        registry.stop()


def made_up(rows: int) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for column, (upper, lower) in enumerate(HEADERS):
            sheet.write_string(0, column, upper)
            sheet.write_string(1, column, lower)
        for row in range(rows):
            values = (
                str(row + 1), "", f"第{row}类项目审批结果", f"1.第{row}号决定书；2.申请材料清单；3.办理流程图",
                "《中华人民共和国城乡规划法》第四十条\n《中华人民共和国政府信息公开条例》", "信息形成或者变更之日起20个工作日内",
                "楚雄市自然资源局", BOXES, "√", "", "√", "", "√", "",
            )  # fmt: skip
            for column, text in enumerate(values):
                if text:
                    sheet.write_string(row + 2, column, text)
            if row % PER_TITLE == 0:
                last = min(row + PER_TITLE, rows) - 1
                put = sheet.merge_range if last > row else sheet.write_string
                place = (row + 2, 1, last + 2, 1) if last > row else (row + 2, 1)
                put(*place, f"第{row // PER_TITLE}组行政许可")
    return buffer.getvalue()


def cells_of(content: bytes) -> int:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    return sum(1 for row in book.worksheets[0].iter_rows(values_only=True) for value in row if value is not None)


def tell(name: str, work: Callable[[], object], rows: int, baseline: float | None) -> float:
    started = time.perf_counter()
    work()
    rate = rows / (time.perf_counter() - started)
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    print_line(name, rate, peak, baseline or rate)
    return rate


def print_line(name: str, rate: float, megabytes: float | None, baseline: float) -> None:
    print(f"{name:<46}{rate:>10,.0f}{f'{megabytes:.0f}' if megabytes else '':>8}{baseline / rate:>12.1f}")


if __name__ == "__main__":
    main()
