"""The text of a report that comes as a file."""

from registry.errors import Invalid, Issue
from registry.files.kinds import accept
from registry.files.pieces import NotRead
from registry.files.reading import read

MOST_BYTES = 10 * 1024 * 1024
LONGEST_REPORT = 200_000


def report_in(name: str, content: bytes) -> str:
    """The paragraphs of a DOCX, PDF or text file, a line each.

    Raises Invalid for other files, for one with a part that cannot be read, and for one longer than LONGEST_REPORT characters.
    """
    upload = accept(name, content, most_bytes=MOST_BYTES)
    pieces = list(read(upload.kind, upload.content))
    if any(isinstance(piece, NotRead) for piece in pieces):
        raise Invalid([Issue("file", "report_not_read")])
    return fit("\n".join(piece.text for piece in pieces if not isinstance(piece, NotRead)))


def fit(text: str) -> str:
    """The text; Invalid when there is none or too much of it."""
    if not text.strip():
        raise Invalid([Issue("report_text", "report_missing")])
    if len(text) > LONGEST_REPORT:
        raise Invalid([Issue("report_text", "report_too_long", {"found": len(text), "limit": LONGEST_REPORT})])
    return text
