"""HTML as a reader would see it, line by line.

The parser of the standard library is only fed, never closed: so it never scans an unfinished construct twice, and time grows with length
alone (the worst markup measured, nothing but `<`: 3.5 s a megabyte). More than MARKUP_LIMIT is not read.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

MARKUP_LIMIT = 1_000_000

BLOCK_TAGS = """
    address article aside blockquote body br dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre
    section table tbody td tfoot th thead tr ul
"""

BLOCKS = frozenset(BLOCK_TAGS.split())

UNSEEN = frozenset({"script", "style", "noscript", "template", "iframe", "object", "svg", "head"})

MENUS = frozenset({"a", "nav", "form", "select", "button"})


def parse(markup: str) -> "Page":
    """The page with all its lines."""
    page = Page()
    page.feed(markup[:MARKUP_LIMIT])
    page.end_line()
    return page


@dataclass
class Line:
    all: str = ""
    steady: str = ""


DEEPEST = 100


@dataclass
class _Open:
    """Tags that are open and hide their content or make it a menu, innermost last; deeper ones than a page has are passed over."""

    names: list[str] = field(default_factory=list)

    def open(self, name: str) -> None:
        if len(self.names) < DEEPEST and self.names[-1:] != [name]:
            self.names.append(name)

    def close(self, name: str) -> None:
        if name in self.names:
            while self.names.pop() != name:
                pass


class Page(HTMLParser):
    """Collects what a reader would see, line by line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = self.declared_title = ""
        self.has_script = False
        self.lines: list[Line] = []
        self._pieces: list[str] = []
        self._steady: list[str] = []
        self._unseen, self._menus = _Open(), _Open()
        self._in_title = False

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """As browsers do; the parser itself raises on a word it does not know."""
        return self.parse_bogus_comment(i, report)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "meta":
            values = dict(attrs)
            if (values.get("name") or "").lower() in ("articletitle", "contenttitle"):
                self.declared_title = values.get("content") or ""
        elif tag == "title":
            self._in_title = not self.title.strip()
        elif tag in UNSEEN:
            self.has_script = self.has_script or tag == "script"
            self._unseen.open(tag)
        elif tag in MENUS:
            self._menus.open(tag)
        if tag in BLOCKS:
            self._unseen.close("head")
            self.end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag in UNSEEN:
            self._unseen.close(tag)
        elif tag in MENUS:
            self._menus.close(tag)
        if tag in BLOCKS:
            self.end_line()

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif not self._unseen.names:
            self._pieces.append(data)
            if not self._menus.names:
                self._steady.append(data)

    def end_line(self) -> None:
        line = Line(squeezed("".join(self._pieces)), squeezed("".join(self._steady)))
        self._pieces, self._steady = [], []
        if line.all:
            self.lines.append(line)


def squeezed(text: str) -> str:
    return " ".join(text.split())
