"""Texts of the parts of an office file that need no handling of their own: drawings, charts, comments, properties, caches."""

from registry.files.packages import Handler
from registry.files.pieces import Budget, Part, Piece, Place

# Inside these a text goes on; any other element ends it. A number is often cut into runs by a change of format.
RUNS = frozenset(
    {
        "r",
        "t",
        "rPr",
        "pPr",
        "br",
        "tab",
        "smartTag",
        "hyperlink",
        "ins",
        "fld",
        "sz",
        "color",
        "rFont",
        "b",
        "u",
        "text",
    }
)

# Attributes that hold words of people: alternative texts, prompts, cached values, targets of links.
SPOKEN = ("title", "descr", "prompt", "promptTitle", "error", "tooltip", "display", "v", "Target", "name", "string")


class PartTexts(Handler):
    """Every text of a part, in pieces as the part's own paragraphs; an element with `ref` (a comment on a cell) gives the address."""

    def __init__(self, budget: Budget, place: Place) -> None:
        super().__init__(budget)
        self.place, self.current, self.words = place, place, ""

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name not in RUNS:
            self._flush()
        if "ref" in attributes and self.place.part is Part.COMMENT:
            self.current = Place(Part.COMMENT, attributes["ref"], self.place.within)
        for spoken in SPOKEN:
            if attributes.get(spoken):
                self.ready.append(Piece(self.current, attributes[spoken]))

    def text(self, text: str) -> None:
        self.words += text

    def finish(self, name: str) -> None:
        if name in ("br", "tab"):
            self.words += " "
        elif name not in RUNS:
            self._flush()

    def _flush(self) -> None:
        if self.words.strip():
            self.ready.append(Piece(self.current, self.words))
        self.words = ""


class Relations(Handler):
    """`targets` of a relations part: id → (kind, address)."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.targets: dict[str, tuple[str, str]] = {}

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))
