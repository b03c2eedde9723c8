"""Office files are ZIP archives of XML: what is checked before anything in one is opened, and how its parts are read."""

from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from defusedxml.ElementTree import XMLParser

from registry.errors import Invalid, Issue
from registry.files.pieces import Budget, Piece

MOST_BYTES = 64 * 1024 * 1024
MOST_TIMES = 100
MOST_ENTRIES = 2000
# An honest table of 20,000 rows has 12 entries and ratio 16; a plan with a photo for each of some hundred plots has as many entries.

CHUNK = 64 * 1024


def open_package(content: bytes) -> ZipFile:
    """The archive, its declared sizes checked; ZipFile itself reads no entry beyond its declared size. Raises Invalid."""
    try:
        package = ZipFile(BytesIO(content))
        entries = package.infolist()
    except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise refused("file_broken") from error
    size = sum(entry.file_size for entry in entries)
    if size > MOST_BYTES or size > MOST_TIMES * max(len(content), 1) or len(entries) > MOST_ENTRIES:
        raise refused("file_unpacks_too_large", limit=MOST_BYTES // 1024 // 1024)
    if any(entry.flag_bits & 1 for entry in entries):
        raise refused("file_encrypted")
    return package


def refused(code: str, **context: object) -> Invalid:
    """The refusal of a file as a whole."""
    return Invalid([Issue("files", code, context)])


class Handler:
    """Gets the events of an XML part, without a tree being built; names come without their namespaces."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.ready: list[Piece] = []

    def begin(self, name: str, attributes: dict[str, str]) -> None: ...

    def text(self, text: str) -> None: ...

    def finish(self, name: str) -> None: ...

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.budget.spend(elements=1)
        self.begin(local(tag), {local(name): value for name, value in attributes.items()})

    def data(self, text: str) -> None:
        self.budget.spend(characters=len(text))
        self.text(text)

    def end(self, tag: str) -> None:
        self.finish(local(tag))

    def close(self) -> None: ...


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def parse_part(package: ZipFile, name: str, handler: Handler) -> Iterator[Piece]:
    """Feed the part to `handler` bit by bit and give on what it has ready; document types and entities raise ValueError."""
    parser = XMLParser(target=handler, forbid_dtd=True)
    with package.open(name) as part:
        while chunk := part.read(CHUNK):
            parser.feed(chunk)
            yield from handler.ready
            handler.ready = []
    parser.close()
    yield from handler.ready
    handler.ready = []
