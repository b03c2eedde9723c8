"""registry report: the same files at the command line."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import docx
import pypdf
import pytest
from click.testing import Result

Run = Callable[..., Result]

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@ON_SQLITE
def test_a_briefing_is_drafted_into_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "draft.docx"
    result = run("report", "briefing", "2026-02", str(file), "--json")
    told = json.loads(result.stdout)

    assert told["period"] == "2026-02"
    assert told["is_closed"] is False
    assert told["totals"]["due"] == sum(one["due"] for one in told["units"])
    texts = [one.text for one in docx.Document(io.BytesIO(file.read_bytes())).paragraphs]
    assert told["texts"]["basis"] in texts
    assert "时期应写作" in run("report", "briefing", "spring", str(file), exit_code=1).stderr


@ON_SQLITE
def test_the_sheet_is_one_page(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "sheet.pdf"
    told = json.loads(run("report", "sheet", str(file), "--as-of", "2026-03-01", "--json").stdout)

    reader = pypdf.PdfReader(file)
    assert len(reader.pages) == 1
    text = reader.pages[0].extract_text().replace("\n", "")
    assert all(sentence.replace(" ", "") in text.replace(" ", "") for sentence in told["sentences"])
    assert told["as_of"] == "2026-03-01"
