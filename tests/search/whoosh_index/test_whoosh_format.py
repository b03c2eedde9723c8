"""Our segments are Whoosh's: stock Whoosh reads what we write, and scores are its formula.

When these fail, the installed Whoosh is not the one `whoosh_format` was written for.
"""

import shutil
from collections import Counter, defaultdict
from pathlib import Path
from random import Random

import numpy as np
import pytest
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.scoring import bm25

from registry.search.documents import SearchDocument
from registry.search.indexed import CLASSES, indexed
from registry.search.whoosh_index import segment_writing, whoosh_format
from registry.search.whoosh_index.facts import name_number
from registry.search.whoosh_index.postings import K1, WEIGHTS, B, averages_of, term_postings
from registry.search.whoosh_index.whoosh_backend import WhooshBackend
from registry.search.whoosh_index.whoosh_format import Terms, schema
from tests.search.made_up import item

SIGNS = "预算决公开政府部门一二三123ab"


@pytest.fixture
def made() -> list[SearchDocument]:
    """Three hundred documents over few characters, so that some terms stand in all and some in one."""
    random = Random(9)

    def text(longest: int) -> str:
        return "".join(random.choices(SIGNS, range(len(SIGNS), 0, -1), k=random.randint(0, longest)))

    return [item(f"C-{number}", text(12), content=(text(60),), notes=text(20)) for number in range(300)]


@pytest.fixture
def build(tmp_path: Path, made: list[SearchDocument], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Several segments, with deletions, blocks much shorter than usual."""
    monkeypatch.setattr(whoosh_format, "BLOCK", 16)
    monkeypatch.setattr(segment_writing, "SEGMENT_POSTINGS", 12_000)
    monkeypatch.setattr(segment_writing, "GATHERED_TERMS", 1_000)
    backend = WhooshBackend(tmp_path / "index")
    backend.rebuild(made, 1)
    backend.apply(made[:5], [one.key for one in made[10:20]], 2)
    return next((tmp_path / "index").glob("build-*"))


def test_stock_whoosh_finds_the_terms_of_every_document(build: Path, made: list[SearchDocument]) -> None:
    held = {f"item:{one.id}": indexed(one) for one in [*made[:10], *made[20:]]}
    found: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    with FileIndex(FileStorage(str(build)), schema()).reader() as reader:
        # One by one, as Whoosh's reader of several segments leaves out some of the last terms.
        leaves = [leaf for leaf, _ in reader.leaf_readers()]
        assert len(leaves) > 2
        for leaf in leaves:
            owned = [key for key in held if ("key", key) in leaf]
            keys = {number: key for key in owned for number in leaf.postings("key", key).all_ids()}
            for name, term in ((field, one) for field in CLASSES for one in leaf.lexicon(field)):
                matcher = leaf.postings(name, term)
                while matcher.is_active():
                    found[keys[matcher.id()]][name, term.decode()] = int(matcher.weight())
                    matcher.next()
    wanted = {
        key: Counter((name, term) for name, terms in zip(CLASSES, one.terms, strict=True) for term in terms)
        for key, one in held.items()
    }
    assert found == {key: terms for key, terms in wanted.items() if terms}


def test_scores_are_whooshs_formula_on_its_own_reading(build: Path) -> None:
    toc = FileIndex(FileStorage(str(build)), schema())._read_toc()
    backend = WhooshBackend(build.parent)
    views = backend._current().views
    averages = averages_of([view.segment for view in views])
    compared = 0
    for stored, view in zip(toc.segments, views, strict=True):
        reader = SegmentReader(FileStorage(str(build)), schema(), stored)
        for term in [*SIGNS, "预算", "算预", "公开", "none"]:
            wanted: dict[int, float] = defaultdict(float)
            for name, weight, average in zip(CLASSES, WEIGHTS, averages, strict=True):
                if (name, term) not in reader:
                    continue
                matcher = reader._terms.matcher(name, term.encode(), schema()[name].format)
                while matcher.is_active():
                    length = reader.doc_field_length(matcher.id(), name)
                    wanted[matcher.id()] += weight * bm25(1.0, matcher.weight(), length, average, B, K1)
                    matcher.next()
            found = term_postings(view.segment, term, averages)
            assert found.documents.tolist() == sorted(wanted)
            assert found.impacts.tolist() == pytest.approx([wanted[number] for number in sorted(wanted)], rel=1e-5)
            compared += len(wanted)
        reader.close()
    assert compared > 1000


def test_lengths_are_rounded_as_whoosh_does() -> None:
    lengths = np.array([0, 1, 2, 7, 100, 101, 5000, 106_373, 106_374, 10**6])
    assert whoosh_format.length_bytes(lengths).tolist() == [
        whoosh_format.length_to_byte(int(length)) for length in lengths
    ]


def test_a_name_is_found_by_its_number(build: Path, made: list[SearchDocument]) -> None:
    segment = WhooshBackend(build.parent)._current().views[0].segment
    (number,) = segment.named(name_number("c-3 0"))
    assert segment.tie(int(number)) == ("C-30", "item", "id-C-30")


def test_files_without_blocks_of_this_codec_are_refused(tmp_path: Path, build: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(build, other)
    (stored, *_) = FileIndex(FileStorage(str(other)), schema())._read_toc().segments
    terms, postings = ((other / stored.make_filename(ext)).read_bytes() for ext in (".trm", ".pst"))
    with pytest.raises(ValueError, match="codec W3"):
        Terms(stored, terms, postings.replace(b"W3Bl", b"W4Bl")).postings("key", b"item:id-C-30")
