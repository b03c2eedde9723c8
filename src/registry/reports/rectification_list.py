"""整改清单 as an official document: what it is about, what is asked, and the table of tasks."""

from collections.abc import Mapping, Sequence

from registry import wording
from registry.documents.word import OfficialDocument
from registry.rectification.queries import TaskRow
from registry.rectification.telling import list_name

WIDTHS: Mapping[str, float] = {"place": 5, "task": 26, "problem": 34, "due_on": 11, "unit": 16, "code": 14}


def list_docx(rows: Sequence[TaskRow], names: Mapping[str, str], about: Sequence[str]) -> bytes:
    """The tasks of one list, not empty; `about` are the lines above the table."""
    document = OfficialDocument(rows[0].list.title, subject=rows[0].list.title)
    words = wording.labels("rectification_sheet")
    units = {row.task.unit_code for row in rows}
    document.paragraph(
        words["document_intro"].format(
            day=wording.day_in_words(rows[0].list.found_on), units=len(units), count=len(rows)
        )
    )
    document.paragraph(words["document_rule"])
    document.signature(words["document_organ"], rows[0].issued_on)
    document.annex(words["document_annex"], list_name(rows[0].list.year, rows[0].list.number), landscape=True)
    for line in about:
        document.paragraph(line, indented=False)
    heads = [wording.label("rectification_column", name) for name in WIDTHS]
    document.table(heads, [_texts(row, names) for row in rows], list(WIDTHS.values()))
    return document.content()


def _texts(row: TaskRow, names: Mapping[str, str]) -> list[str]:
    task = row.task
    texts = {"unit": names.get(task.unit_code, task.unit_code), "due_on": task.due_on.isoformat()}
    return [texts.get(name, str(getattr(task, name, ""))) for name in WIDTHS]
