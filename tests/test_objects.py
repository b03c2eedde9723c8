from pathlib import Path

import pytest

from registry.errors import NotFound
from registry.objects import ObjectFolder

# SHA-256 of "abc", FIPS 180-2, appendix B.1.
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_what_is_kept_comes_back_under_the_digest_of_its_content(tmp_path: Path) -> None:
    objects = ObjectFolder(tmp_path)

    assert objects.put(b"abc") == objects.put(b"abc") == ABC
    assert objects.get(ABC) == b"abc"
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == [ABC]


def test_a_missing_or_altered_file_is_not_found_rather_than_handed_out(tmp_path: Path) -> None:
    objects = ObjectFolder(tmp_path)
    with pytest.raises(NotFound):
        objects.get(ABC)
    objects.put(b"abc")
    objects.path(ABC).write_bytes(b"abd")

    with pytest.raises(NotFound):
        objects.get(ABC)


def test_everything_kept_is_listed_and_nothing_half_written(tmp_path: Path) -> None:
    objects = ObjectFolder(tmp_path)
    assert list(objects.digests()) == []
    objects.put(b"abc")
    (objects.path(ABC).parent / "tmp1234").write_bytes(b"ab")

    assert list(objects.digests()) == [ABC]
