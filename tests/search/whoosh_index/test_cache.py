"""What is kept of postings stays within its bytes, oldest use first out."""

import numpy as np

from registry.search.whoosh_index.cache import OVERHEAD_BYTES, ByteCache


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    cache = ByteCache(3 * (1000 + OVERHEAD_BYTES))
    made = []

    def array(name: str) -> np.ndarray:
        made.append(name)
        return np.zeros(1000, np.uint8)

    for name in ("a", "b", "c", "a", "d", "a", "c", "b"):
        cache.get(name, lambda name=name: array(name))
    assert made == ["a", "b", "c", "d", "b"]
    assert cache.nbytes == 3 * (1000 + OVERHEAD_BYTES)


def test_what_is_larger_than_all_room_is_made_each_time() -> None:
    cache = ByteCache(100)
    first, second = (cache.get("a", lambda: np.zeros(1000)) for _ in range(2))
    assert first is not second
    assert cache.nbytes == 0
