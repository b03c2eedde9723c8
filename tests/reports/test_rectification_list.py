"""整改清单 as a document, read back."""

import io

import pytest
from docx import Document

from registry.bootstrap import Registry
from registry.rectification.queries import TaskFilter, list_tasks
from registry.reports.rectification_list import list_docx
from registry.units.queries import unit_names
from tests.factories import create_user
from tests.rectification.lists import ITEMS, issue


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_document_says_what_is_asked_and_lists_every_task(registry: Registry) -> None:
    office = create_user(registry, "office", roles=["office"], unit=None)
    list_id = issue(registry, office, items=ITEMS[:2])
    with registry.database.read() as session:
        rows = list_tasks(session, office, registry.database.today(), TaskFilter(list_id))
        document = Document(io.BytesIO(list_docx(rows, unit_names(session), ["问题截至：2026年3月2日"])))

    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == "一季度整改清单"
    assert "截至2026年3月2日，1个单位有2项问题需要整改" in texts[1]
    assert texts[texts.index("楚雄市政务公开办公室") + 1] == "2026年3月2日"
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows[1:]] == [
        [
            "1",
            "公开“政府预算：预算调整及债务信息（随同调整预算公开）”（首次公开）",
            "“政府预算：预算调整及债务信息（随同调整预算公开）”（首次公开）最迟应于2026年1月21日公开，至今没有公开，严重逾期。",
            "2026-03-16",
            "楚雄市财政局",
            "ZG2026001-001",
        ],
        [
            "2",
            "公开“政府采购：政府采购信息”（首次公开）",
            "应于2026年1月29日前公开，至今没有公开。",
            "2026-03-16",
            "楚雄市财政局",
            "ZG2026001-002",
        ],
    ]
