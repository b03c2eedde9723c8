"""`registry report annual`: the three files say the same."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from docx import Document

from registry.bootstrap import Registry
from tests import factories
from tests.pages import parsed, text_of


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_report_as_three_files(run: Callable[..., Result], registry: Registry, tmp_path: Path) -> None:
    editor = factories.create_user(registry, "editor")
    reviewer = factories.create_user(registry, "reviewer", roles=("reviewer",))
    given = {"requests.new.persons": 38, "requests.granted.persons": 38}
    factories.report_figures(registry, editor, reviewer, 2025, given)
    factories.confirm_annual_report(registry, 2025)

    told = {}
    for kind in ("docx", "html", "json"):
        told[kind] = run("report", "annual", "2025", str(tmp_path / kind), "--format", kind, "--json")

    assert "1 个单位的数据已计入，56 个单位没有" in told["docx"].stderr
    summary = json.loads(told["json"].stdout)
    record = json.loads((tmp_path / "json").read_text(encoding="utf-8"))
    assert (summary["state"], len(summary["missing"])) == ("confirmed", 56)
    assert summary["sha256"] == record["sha256"]
    figures = record["tables"][1]["blocks"][0]["rows"][0]["figures"]
    assert (figures["persons"]["figure"], figures["total"]["figure"]) == (38, 38)
    table = Document(io.BytesIO((tmp_path / "docx").read_bytes())).tables[1]
    assert (table.cell(3, 3).text, table.cell(3, 9).text) == ("38", "38")
    html = parsed((tmp_path / "html").read_text(encoding="utf-8"), "report.html")
    row = next(one for one in html.all("tr") if "一、本年新收政府信息公开申请数量" in text_of(one))
    assert [text_of(cell) for cell in row.findall("td")] == ["38", "0", "0", "0", "0", "0", "38"]
    assert [link.get("href", "")[:14] for link in html.all("link")] == ["data:text/css;"]
    assert html.all("a") == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_year_nobody_reports_on_is_refused(run: Callable[..., Result], tmp_path: Path) -> None:
    refused = run("report", "annual", "2007", str(tmp_path / "x"), exit_code=1)

    assert "没有找到" in refused.stderr
    assert not (tmp_path / "x").exists()
