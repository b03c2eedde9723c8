"""A segment as it is searched: immutable arrays over verified files, opened once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3Segment

from registry.search.documents import ITEM, SearchDocument
from registry.search.indexed import CLASSES, indexed
from registry.search.whoosh_index.arrays_file import read_arrays
from registry.search.whoosh_index.facts import DAYS, PROFILE_COLUMNS, Profile, days_of, profiles_from, profiles_of
from registry.search.whoosh_index.segment_writing import TEXT_PARTS, arrays_name, texts_name
from registry.search.whoosh_index.whoosh_format import KEY, Content, Terms, length_column

_TITLE = TEXT_PARTS.index(CLASSES[0])


@dataclass(frozen=True, eq=False)
class Segment:
    """Documents are numbers from 0; `columns` are those of `facts`, `lengths` the number of terms by class and document,
    as `whoosh_format.LENGTHS` has them.
    """

    id: str
    documents: int
    columns: Mapping[str, NDArray[Any]]
    terms: Terms
    lengths: Sequence[NDArray[np.uint8]]
    _texts: Content

    @cached_property
    def profiles(self) -> Sequence[Sequence[Profile]]:
        """By group and number, as the columns `profile_…` have them."""
        return profiles_from(self.columns["profiles"])

    @property
    def frequent(self) -> Sequence[str]:
        """Terms that most documents hold."""
        found: list[str] = json.loads(self.columns["frequent"].tobytes())
        return found

    @cached_property
    def is_item(self) -> NDArray[np.bool_]:
        """By document."""
        kinds = np.array([kind == (ITEM,) for kind, *_ in self.profiles[0]], dtype=np.bool_)
        return kinds[self.columns[PROFILE_COLUMNS[0]]]

    @cached_property
    def years(self) -> NDArray[np.int16]:
        """By document; 0 for none."""
        years = np.array([int(year[0]) if year else 0 for *_, year in self.profiles[0]], dtype=np.int16)
        return years[self.columns[PROFILE_COLUMNS[0]]]

    def key(self, number: int) -> tuple[str, str]:
        """Kind and id."""
        kind, _, id_ = self._part(number, 0).partition(":")
        return kind, id_

    def tie(self, number: int) -> tuple[str, str, str]:
        """Code, kind and id, which order what is equal otherwise."""
        return self._part(number, 1), *self.key(number)

    def parts(self, number: int) -> list[bytes]:
        """The squeezed texts by class."""
        start = number * len(TEXT_PARTS) + _TITLE
        places = self.columns["places"][start : start + len(CLASSES) + 1].tolist()
        return [self._texts[begin : end - 1] for begin, end in pairwise(places)]

    def record(self, number: int) -> bytes:
        """All that is kept as text of a document."""
        begin, end = self.columns["places"][[number * len(TEXT_PARTS), (number + 1) * len(TEXT_PARTS)]].tolist()
        return self._texts[begin:end]

    def is_written(self, document: SearchDocument, number: int) -> bool:
        """Whether that document's texts, facets and days are those of `document`."""
        texts = [text.encode("utf-8", "surrogatepass") for text in indexed(document).texts]
        numbers = [int(self.columns[name][number]) for name in PROFILE_COLUMNS]
        profiles = tuple(group[one] for group, one in zip(self.profiles, numbers, strict=True))
        row = tuple(int(self.columns[name][number]) for name in ("settled", *DAYS))
        return self.parts(number) == texts and profiles == profiles_of(document) and row == days_of(document)

    def standing_literally(self, needle: bytes, numbers: NDArray[np.int32]) -> NDArray[np.uint8]:
        """For each document the classes (bits) in which the needle stands."""
        if b"\n" in needle:
            return np.zeros(len(numbers), np.uint8)
        places = self.columns["places"]
        first = numbers.astype(np.int64) * len(TEXT_PARTS) + _TITLE
        bounds = zip(*(places[first + at].tolist() for at in range(len(CLASSES) + 1)), strict=True)
        texts = self._texts
        found = bytearray(len(numbers))
        for at, (title, content, rest, end) in enumerate(bounds):
            text = texts[title:end]
            place = text.find(needle)
            if place < 0:
                continue
            if place < content - title:
                found[at] = 1
                place = text.find(needle, content - title)
            if 0 <= place < rest - title:
                found[at] |= 2
                place = text.find(needle, rest - title)
            if place >= 0:
                found[at] |= 4
        return np.frombuffer(found, dtype=np.uint8)

    def number_of(self, key: str) -> int | None:
        """The document of that key, which may be deleted."""
        found = self.terms.postings(KEY, key.encode("utf-8", "surrogatepass"))
        return None if found is None else int(found[0][-1])

    def named(self, number: int) -> NDArray[np.int32]:
        """Documents whose title or code has the name of that number (see `facts.name_number`)."""
        names, wanted = self.columns["names"], np.uint64(number)
        first, last = names.searchsorted(wanted), names.searchsorted(wanted, "right")
        return np.unique(self.columns["name_owners"][first:last])

    def _part(self, number: int, part: int) -> str:
        at = number * len(TEXT_PARTS) + part
        begin, end = self.columns["places"][at : at + 2].tolist()
        return self._texts[begin : end - 1].decode("utf-8", "surrogatepass")


def open_segment(segment: W3Segment, files: Mapping[str, Content]) -> Segment:
    """From the contents of its files by name."""
    lengths = [np.frombuffer(files[length_column(segment, name)], dtype=np.uint8) for name in CLASSES]
    terms = Terms(
        segment,
        files[segment.make_filename(W3Codec.TERMS_EXT)],
        files[segment.make_filename(W3Codec.POSTS_EXT)],
    )
    columns = read_arrays(files[arrays_name(segment)])
    texts = files[texts_name(segment)]
    return Segment(segment.segment_id(), segment.doc_count_all(), columns, terms, lengths, texts)
