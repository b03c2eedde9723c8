"""Texts of a PDF, page by page. A page that is a picture has none, and is said to be unread."""

import logging
import re
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from registry.files.packages import refused
from registry.files.pieces import Budget, NotRead, Part, Piece, Place, Reading, Why

MOST_PAGES = 500
MOST_BYTES_OF_A_PAGE = 4 * 1024 * 1024
MOST_OPERATORS = 200_000
SECONDS = 20.0

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
GARBLED = re.compile(r"[\ufffd\ue000-\uf8ff]|\(cid:[0-9]+\)|/[Gg][0-9A-Fa-f]{2}")

# The library raises these on what is broken inside; none says more than that.
BROKEN = (
    PyPdfError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
    OSError,
)

# Its warnings quote the file, which may hold what must not stand in a log.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def open_pdf(content: bytes) -> PdfReader:
    """The file; Invalid when it is broken, has no page, or asks for a password."""
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise refused("file_encrypted")
        pages = len(reader.pages)
    except BROKEN as error:
        raise refused("file_broken") from error
    if not pages:
        raise refused("file_broken")
    return reader


def read_pdf(reader: PdfReader, budget: Budget) -> Reading:
    """Pages until the bounds on their number and on time are met; then properties and what is attached inside."""
    until = time.monotonic() + SECONDS
    yield from _properties(reader)
    for number, page in enumerate(reader.pages, start=1):
        if number > MOST_PAGES or time.monotonic() > until:
            yield NotRead(Place(Part.PAGE, f"{number}–{len(reader.pages)}"), Why.TOO_MUCH)
            return
        yield from _page(page, number, budget, until)


class PageTooMuch(Exception):
    """A page with more operators, or more time, than is spent on one."""


class Watch:
    """Called by the library before each operator, also of forms drawn within forms, which can multiply without end.

    The library takes what is raised inside a form for a fault of the form and goes on; so that it was raised is remembered.
    """

    def __init__(self, until: float) -> None:
        self.until, self.operators, self.is_over = until, 0, False

    def __call__(self, *_: object) -> None:
        self.operators += 1
        if self.operators > MOST_OPERATORS or time.monotonic() > self.until:
            self.is_over = True
            raise PageTooMuch


def _page(page: PageObject, number: int, budget: Budget, until: float) -> Reading:
    place = Place(Part.PAGE, str(number))
    try:
        contents = page.get_contents()
        if contents is not None and len(contents.get_data()) > MOST_BYTES_OF_A_PAGE:
            raise PageTooMuch
        watch = Watch(until)
        text = CONTROL.sub("", page.extract_text(visitor_operand_before=watch))
        if watch.is_over:
            raise PageTooMuch
        notes = list(_annotations(page))
        is_picture = not text.strip() and _has_picture(page)
    except PageTooMuch:
        yield NotRead(place, Why.TOO_MUCH)
        return
    except BROKEN:
        yield NotRead(place, Why.BROKEN)
        return
    budget.spend(characters=len(text))
    if text.strip():
        yield Piece(place, text)
    if is_picture or _is_garbled(text):
        yield NotRead(place, Why.NO_TEXT)
    for note in notes:
        yield Piece(Place(Part.ANNOTATION, str(number)), note)


def _is_garbled(text: str) -> bool:
    """Fonts that do not say which letter a glyph is leave signs instead of words."""
    return 10 * len(GARBLED.findall(text)) > len(text)


def _annotations(page: PageObject) -> Iterator[str]:
    """Notes, and what was filled into the boxes of a form."""
    for one in page.get("/Annots") or ():
        annotation = one.get_object()
        for key in ("/Contents", "/V", "/TU"):
            value = annotation.get(key)
            if isinstance(value, str) and value.strip():
                yield str(value)


def _has_picture(page: PageObject) -> bool:
    """Whether anything is drawn; an empty page is no page unread."""
    contents = page.get_contents()
    return contents is not None and bool(contents.get_data().strip())


def _properties(reader: PdfReader) -> Reading:
    try:
        found: dict[str, Any] = dict(reader.metadata or {})
        attached = bool(reader.attachments)
    except BROKEN:
        return
    for value in found.values():
        if isinstance(value, str):
            yield Piece(Place(Part.PROPERTIES), value)
    if attached:
        yield NotRead(Place(Part.FILE), Why.EMBEDDED)
