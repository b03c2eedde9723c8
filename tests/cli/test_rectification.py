"""registry rectification: lists, tasks, the sheet out and in."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from docx import Document

from registry.bootstrap import Registry
from tests.exchange.test_rectification_sheets import filled, write
from tests.factories import create_user
from tests.rectification.lists import ITEMS, issue

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@ON_SQLITE
def test_a_list_goes_out_and_comes_in_at_the_command_line(
    registry: Registry, run: Callable[..., Result], tmp_path: Path
) -> None:
    office = create_user(registry, "office", roles=["office"], unit=None)
    create_user(registry, "editor")
    issue(registry, office, items=ITEMS[:2])

    found = json.loads(run("rectification", "list", "--json").stdout)
    assert found["lists"] == [
        {
            "list": "2026-1", "title": "一季度整改清单", "found_on": "2026-03-02", "tasks": 2, "open": 2,
            "returned": 0, "answered": 0, "closed": 0, "late": 0, "rate": 0.0,
        }
    ]  # fmt: skip
    sheet, document = tmp_path / "清单.xlsx", tmp_path / "清单.docx"
    run("rectification", "export", "2026-1", str(sheet))
    run("rectification", "export", "2026-1", str(document), "--unit", "CX-101")
    assert "范围：楚雄市财政局" in [one.text for one in Document(str(document)).paragraphs]

    def work(rows: object) -> None:
        write(rows, 1, "已整改", "已公开", date(2026, 3, 1))  # type: ignore[arg-type]
        write(rows, 2, "办了", "已公开", date(2026, 3, 1))  # type: ignore[arg-type]

    sheet.write_bytes(filled(sheet.read_bytes(), work))
    tried = run("rectification", "import", "2026-1", str(sheet), "--as", "editor", "--dry-run")
    assert "“办了”不是可选的整改情况" in tried.stderr
    assert json.loads(run("rectification", "list", "--json").stdout)["lists"][0]["answered"] == 0
    taken = json.loads(run("rectification", "import", "2026-1", str(sheet), "--as", "editor", "--json").stdout)
    assert taken["counts"] == {"answer": 1, "unchanged": 0, "empty": 0, "refused": 1}
    assert [issue["code"] for issue in taken["issues"]] == ["progress_unknown"]
    first = json.loads(run("rectification", "show", "2026-1", "--json").stdout)["rows"][0]
    assert (first["state"], first["answer"]["text"], first["before"]["on"]) == ("answered", "已公开", "2026-03-02")
    assert "没有整改清单“2026-9”" in run("rectification", "show", "2026-9", exit_code=1).stderr
