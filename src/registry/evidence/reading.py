"""What stands in fetched content: its kind, title and visible text. Nothing here is shown as it came; everything is bounded.

Text of PDF is read in a process of its own (`pdf_text.py`), because nothing bounds that from inside.
"""

import codecs
import hashlib
import re
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum

from registry.evidence.markup import parse, squeezed

TEXT_LIMIT = 400_000
TITLE_LIMIT = 200
PDF_SECONDS = 10


class Kind(StrEnum):
    """What content is by its first bytes; what its sender calls it counts for nothing."""

    EMPTY = "empty"
    PAGE = "page"
    PDF = "pdf"
    OFFICE = "office"
    ARCHIVE = "archive"
    IMAGE = "image"
    OTHER = "other"


@dataclass(frozen=True)
class Reading:
    """`declared_title` is what the page's ArticleTitle says; `text` has a line for each block.

    `has_wall` marks known scripts that shut programs out. `text_digest` is of what should not change between two looks: lines of text
    outside links and menus, without counters; of a file all its bytes.
    """

    kind: Kind
    title: str = ""
    declared_title: str = ""
    text: str = ""
    text_digest: str = ""
    has_script: bool = False
    has_wall: bool = False


SIGNATURES = (
    (b"%PDF-", Kind.PDF),
    (b"PK\x03\x04", Kind.OFFICE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OFFICE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"\x89PNG\r\n\x1a\n", Kind.IMAGE),
    (b"Rar!\x1a\x07", Kind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
)


def kind_of(content: bytes) -> Kind:
    """By the first bytes; text is a page whether it has markup or not."""
    head = content.lstrip()[:2048]
    if not head:
        return Kind.EMPTY
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    is_text = b"\x00" not in head or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return Kind.PAGE if is_text else Kind.OTHER


def read(content: bytes, content_type: str = "", *, is_whole: bool = True) -> Reading:
    """What stands in `content`. Of a file that was cut off only its kind is known."""
    kind = kind_of(content)
    if kind is Kind.PAGE:
        return read_page(decoded(content, content_type))
    digest = hashlib.sha256(content).hexdigest() if is_whole else ""
    text = pdf_text(content) if kind is Kind.PDF and is_whole else ""
    return Reading(kind, text=text, text_digest=digest)


CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)

DECODABLE = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5", "hz-gb-2312": "hz"}


def decoded(content: bytes, content_type: str = "") -> str:
    """The text, whatever its sender says it is written in.

    Chinese that is valid UTF-8 is UTF-8; else what header or page declare; else GB18030. A cut-off last character is dropped.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    utf8 = _strictly(content, "utf-8-sig")
    if utf8 is not None:
        return utf8
    declared = [*CHARSET.findall(content_type.encode("ascii", "ignore")), *CHARSET.findall(content[:4096])]
    for name in declared:
        known = DECODABLE.get(name.decode().lower())
        text = _strictly(content, known) if known else None
        if text is not None:
            return text
    return content.decode("gb18030", "replace")


def _strictly(content: bytes, charset: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(charset)().decode(content)
    except UnicodeDecodeError:
        return None


WALLS = re.compile(
    r"\$_ts\b|__jsl_clearance|__jsluid|acw_sc__v2|_cf_chl_|wzws|document\.cookie\s*=|tbs=|yunsuo_session"
)

COUNTERS = re.compile(
    r"(?:浏览|点击|阅读|访问|查看|下载)(?:次数|总数|人次|量|数|统计)?\s*[:：]?\s*\[?\s*\d|今天是|现在时间|当前时间|在线人数|打印时间|星期[一二三四五六日天]"
)


def read_page(markup: str) -> Reading:
    """Title and visible text of HTML, or of plain text."""
    page = parse(markup)
    text = "\n".join(line.all for line in page.lines if line.all)[:TEXT_LIMIT]
    steady = [line.steady for line in page.lines if line.steady and not COUNTERS.search(line.steady)]
    return Reading(
        Kind.PAGE if text or page.has_script or page.title.strip() else Kind.EMPTY,
        title=squeezed(page.title)[:TITLE_LIMIT],
        declared_title=squeezed(page.declared_title)[:TITLE_LIMIT],
        text=text,
        text_digest=hashlib.sha256("\n".join(steady).encode("utf-8", "replace")).hexdigest(),
        has_script=page.has_script,
        has_wall=WALLS.search(markup) is not None,
    )


def pdf_text(content: bytes) -> str:
    """Text of the first pages; empty when there is none, when it cannot be read, or not in time."""
    command = [sys.executable, "-m", "registry.evidence.pdf_text"]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=PDF_SECONDS, check=False)  # noqa: S603 – our own module
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace").strip()[:TEXT_LIMIT] if done.returncode == 0 else ""
