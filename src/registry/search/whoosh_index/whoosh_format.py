"""Every touch of Whoosh's internals: its schema, the files of a segment in the format of its codec W3, and the
table of contents that commits them.

Segments are ordinary Whoosh segments; stock Whoosh reads them, and is held against our reading in the tests.
What differs from what its own writer does is allowed by the format: blocks are longer and not compressed,
numbers are packed arrays instead of tuples, and lengths of terms are bounds of the whole segment.
"""

import pickle
import struct
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import fields, formats
from whoosh.analysis import IDAnalyzer
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3Segment, W3TermInfo, W3TermsReader
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.filedb.filetables import OrderedHashWriter
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC, clean_files
from whoosh.reading import TermNotFound
from whoosh.system import pack_int, pack_long, pack_ushort
from whoosh.util.numeric import byte_to_length, length_to_byte

from registry.search.indexed import CLASSES

NAME = "MAIN"
KEY = "key"
BLOCK = 4096
LENGTHS = np.array([byte_to_length(one) for one in range(256)], dtype=np.float32)
_STEPS = np.array([byte_to_length(one) for one in range(255)])

Postings = tuple[NDArray[np.int32], NDArray[np.float32]]
Content = bytes | mmap


def schema() -> fields.Schema:
    """Terms with their frequency in each weight class, and one key to replace by."""

    def counted() -> fields.FieldType:
        return fields.FieldType(formats.Existence(), analyzer=IDAnalyzer(), scorable=True)

    return fields.Schema(key=fields.ID(unique=True), **{name: counted() for name in CLASSES})


def new_segment(documents: int, lengths: Mapping[str, int]) -> W3Segment:
    """A segment of that many documents; `lengths` are the sums over all documents by class."""
    segment = W3Segment(W3Codec(), NAME, documents)
    segment._fieldlengths = dict(lengths)
    return segment


def length_bytes(lengths: NDArray[Any]) -> NDArray[np.uint8]:
    """Lengths as Whoosh rounds them, one byte each; the content of a class's length column."""
    return np.searchsorted(_STEPS, lengths).astype(np.uint8)


def length_column(segment: W3Segment, name: str) -> str:
    """Name of the file with one length byte a document."""
    return str(W3Codec.column_filename(segment, f"_{name}_len"))


@dataclass(frozen=True)
class FieldPostings:
    """All postings of a field: those of the term `terms[i]`, terms in order of their bytes, are
    [starts[i], starts[i + 1]) of `documents` (ascending) and `counts`.
    """

    name: str
    terms: Sequence[bytes]
    starts: NDArray[np.int64]
    documents: NDArray[np.int32]
    counts: NDArray[np.uint16]
    shortest: int = 1
    longest: int = 1


def write_terms(folder: Path, segment: W3Segment, found: Iterable[FieldPostings]) -> None:
    """The term index and the postings of a segment."""
    storage = FileStorage(str(folder))
    index = OrderedHashWriter(segment.create_file(storage, W3Codec.TERMS_EXT))
    fieldmap: dict[str, int] = {}
    index.extras["fieldmap"] = fieldmap
    with (folder / segment.make_filename(W3Codec.POSTS_EXT)).open("wb") as file:
        for number, one in enumerate(found):
            fieldmap[one.name] = number
            prefix = pack_ushort(number)
            for term, info in zip(one.terms, _written(file, one), strict=True):
                index.add(prefix + term, info)
    index.close()


def _written(file: Any, found: FieldPostings) -> Iterator[bytes]:
    """Write the postings of each term and give its entry for the term index."""
    if not found.terms:
        return
    bounds = (length_to_byte(found.shortest), length_to_byte(found.longest))
    sums = np.add.reduceat(found.counts, found.starts[:-1], dtype=np.int64).tolist()
    largest = np.maximum.reduceat(found.counts, found.starts[:-1]).tolist()
    blocks = _Blocks(found, bounds)
    first, last = found.documents[found.starts[:-1]].tolist(), found.documents[found.starts[1:] - 1].tolist()
    offset = file.tell()
    for number, (start, end) in enumerate(pairwise(found.starts.tolist())):
        content = WHOOSH3_HEADER_MAGIC + b"".join(blocks.between(start, end))
        file.write(content)
        numbers = (sums[number], end - start, *bounds, largest[number], first[number], last[number])
        yield W3TermInfo._struct.pack(0, *numbers) + pack_long(offset) + pack_int(len(content))
        offset += len(content)


class _Blocks:
    """Postings as Whoosh's blocks. Numbers are made small for the whole field at once, and then cut."""

    def __init__(self, found: FieldPostings, bounds: tuple[int, int]) -> None:
        self._documents, self._bounds = found.documents, bounds
        self._steps = np.diff(found.documents, prepend=np.int32(0))
        self._steps[found.starts[:-1]] = found.documents[found.starts[:-1]]
        self._counts = found.counts.astype(np.uint8).tobytes()

    def between(self, start: int, end: int) -> Iterator[bytes]:
        """The blocks of the term whose postings these are."""
        for at in range(start, end, BLOCK):
            stop = min(at + BLOCK, end)
            counts = self._counts[at:stop]
            most, last = max(counts), int(self._documents[stop - 1])
            info = pickle.dumps((stop - at, last, float(most), 0, *self._bounds), 4)
            block = info + pickle.dumps((self._numbers(at, stop), _weights(counts, most), None), 4)
            yield struct.pack("!i", -len(block) if stop == end else len(block)) + block

    def _numbers(self, at: int, stop: int) -> Any:
        """Each as the distance from the one before, a block's first from 0, in as few bytes as the largest needs."""
        if stop - at == 1:
            return (int(self._documents[at]),)
        steps = self._steps[at:stop].copy()
        steps[0] = self._documents[at]
        largest = int(steps.max())
        code = "B" if largest < 1 << 8 else "H" if largest < 1 << 16 else "I"
        return array(code, steps.astype(code).tobytes())


def _weights(counts: bytes, most: int) -> Any:
    """Whoosh's short forms: nothing when all are 1, one number when all are alike."""
    if most == 1:
        return None
    return float(most) if min(counts) == most else array("B", counts)


class Terms:
    """Reads the postings of a segment; one lookup and one pass over the blocks of a term."""

    def __init__(self, segment: W3Segment, terms: Content, postings: Content) -> None:
        self._postings = postings
        self._reader = W3TermsReader(W3Codec(), _Mapped(terms), len(terms), _Mapped(postings))

    def postings(self, field: str, term: bytes) -> Postings | None:
        """Document numbers, ascending, and how often the term occurs in each; None when in none."""
        try:
            return self._read(self._reader.term_info(field, term))
        except TermNotFound:
            return None

    def all(self) -> Iterator[tuple[str, bytes, NDArray[np.int32], NDArray[np.float32]]]:
        """Field, term and postings of everything, in order."""
        for (field, term), info in self._reader.items():
            yield field, term, *self._read(info)

    def _read(self, info: W3TermInfo) -> Postings:
        offset, (length,) = info.extent()
        content = self._postings[offset : offset + length]
        documents, weights = zip(*_read_blocks(content), strict=True)
        return (
            (documents[0], weights[0]) if len(documents) == 1 else (np.concatenate(documents), np.concatenate(weights))
        )


def _read_blocks(content: bytes) -> Iterator[Postings]:
    if content[:4] != WHOOSH3_HEADER_MAGIC:
        raise ValueError("not the postings of codec W3")
    position = 4
    while position < len(content):
        (length,) = struct.unpack_from("!i", content, position)
        position += 4
        block = BytesIO(content[position : position + abs(length)])
        info = pickle.load(block)  # noqa: S301 - vouched for, as every file that is opened
        documents, weights, _ = pickle.load(block)  # noqa: S301
        yield (
            np.cumsum(np.asarray(documents), dtype=np.int32),
            np.full(info[0], weights or 1, np.float32)
            if weights is None or isinstance(weights, float)
            else np.asarray(weights, dtype=np.float32),
        )
        position += abs(length)


class _Mapped(BufferFile):
    """Whoosh's own copies the whole content into memory."""

    def __init__(self, content: Content) -> None:
        self._buf = content
        self._name = self.onclose = None
        self.file = content if isinstance(content, mmap) else BytesIO(content)
        self.is_real = self.is_closed = False


def write_contents(segments: Sequence[W3Segment], generation: int) -> tuple[str, bytes]:
    """Name and content of the file that makes a generation of segments and deletions the current one."""
    name = contents_name(generation)
    storage = RamStorage()
    TOC(schema(), list(segments), generation).write(storage, NAME)
    return name, bytes(storage.files[name])


def read_contents(content: bytes, generation: int) -> Sequence[W3Segment]:
    """The segments of a generation, with the numbers of documents deleted from them."""
    storage = RamStorage()
    storage.files[contents_name(generation)] = content
    return list(TOC.read(storage, NAME, gen=generation, schema=schema()).segments)


def contents_name(generation: int) -> str:
    return str(TOC._filename(NAME, generation))


def without(segment: W3Segment, deleted: Iterable[int]) -> W3Segment:
    """The same segment with further documents deleted; segments that are searched are never changed."""
    gone = {*segment.deleted_docs(), *deleted}
    changed = W3Segment(segment.codec(), NAME, segment.doc_count_all(), segid=segment.segid, deleted=gone)
    changed._fieldlengths = segment._fieldlengths
    return changed


def remove_unused(folder: Path, generation: int, segments: Sequence[W3Segment]) -> None:
    """Files of former generations."""
    clean_files(FileStorage(str(folder)), NAME, generation, segments)


def files_of(folder: Path, segments: Sequence[W3Segment]) -> Sequence[str]:
    """Names of all files of the segments."""
    prefixes = tuple(f"{segment.segment_id()}." for segment in segments)
    return sorted(path.name for path in folder.iterdir() if path.name.startswith(prefixes))
