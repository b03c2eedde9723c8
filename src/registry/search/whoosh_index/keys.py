"""One number a document by which answers are ordered, smallest first: standing, whether it misses the preferred
year, score and, for ties, the document's place by code, kind and id within its segment.

    8 bits standing · 1 year missed · 31 score, as the bits of a float, turned round · 24 place
"""

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]

RANK_BITS = np.uint64(24)
YEAR_MISSED = np.uint64(1 << 55)
BELOW_STANDING = np.uint64((1 << 56) - 1)
_STANDING_SHIFT = np.uint64(56)
_SCORE_MASK = np.uint64((1 << 31) - 1)


def packed(standing: NDArray[np.uint8], score: NDArray[np.float32], rank: NDArray[np.int32]) -> Keys:
    """Scores are 0 or more."""
    turned = _SCORE_MASK - score.view(np.uint32).astype(np.uint64)
    keys: Keys = standing.astype(np.uint64) << _STANDING_SHIFT
    keys |= turned << RANK_BITS
    keys |= rank.astype(np.uint64)
    return keys


def with_standing(keys: Keys, standing: NDArray[np.uint8]) -> Keys:
    """The same keys with another standing."""
    return standing.astype(np.uint64) << _STANDING_SHIFT | keys & BELOW_STANDING


def standings(keys: Keys) -> NDArray[np.uint8]:
    return (keys >> _STANDING_SHIFT).astype(np.uint8)


def scores(keys: Keys) -> NDArray[np.float32]:
    turned = keys >> RANK_BITS & _SCORE_MASK
    return (_SCORE_MASK - turned).astype(np.uint32).view(np.float32)


def smallest(keys: Keys, number: int) -> NDArray[np.intp]:
    """Places of the `number` smallest keys, or of all when there are fewer, in order."""
    if number >= len(keys):
        return np.argsort(keys)
    if not number:
        return np.empty(0, np.intp)
    sample = keys[:: max(len(keys) // 2048, 1)]
    if number < len(sample):
        # No more than `number` of the sample lie below its number-th value, so that many of all do at least.
        bound = np.partition(sample, number)[number]
        places = np.flatnonzero(keys <= bound)
    else:
        places = np.arange(len(keys))
    if len(places) > 4 * number:
        places = places[np.argpartition(keys[places], number - 1)[:number]]
    return places[np.argsort(keys[places])][:number]
