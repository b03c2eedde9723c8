"""How well a search answers: what was found for a query, against what people expect to find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

COUNTED_HITS = 20


@dataclass(frozen=True)
class Judged:
    """A query and what is expected of it; a document that is in neither list does no harm."""

    id: str
    query: str
    must_ids: tuple[str, ...] = ()
    ok_ids: tuple[str, ...] = ()
    must_not_ids: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    expect_zero: bool = False
    filters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What one query found, judged. `intruding` are unwanted documents that stand before an expected one, or all of
    them when none is expected.
    """

    judged: Judged
    hits: tuple[str, ...]

    @property
    def missing(self) -> list[str]:
        return [one for one in self.judged.must_ids if one not in self.hits]

    @property
    def intruding(self) -> list[str]:
        if self.judged.expect_zero:
            return list(self.hits)
        expected = {*self.judged.must_ids, *self.judged.ok_ids}
        places = [place for place, one in enumerate(self.hits) if one in expected]
        last = len(self.hits) if self.missing or not places else places[-1]
        return [one for one in self.hits[:last] if one in self.judged.must_not_ids]

    @property
    def recall(self) -> float:
        wanted = min(len(self.judged.must_ids), COUNTED_HITS)
        return min(1.0, (len(self.judged.must_ids) - len(self.missing)) / wanted) if wanted else 1.0

    @property
    def precision(self) -> float:
        good = {*self.judged.must_ids, *self.judged.ok_ids}
        return sum(one in good for one in self.hits) / len(self.hits) if self.hits else 1.0

    @property
    def failed(self) -> bool:
        first = self.judged.first
        wrong_first = bool(first) and (not self.hits or self.hits[0] not in first)
        return self.recall < 1 or bool(self.intruding) or wrong_first


def report(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The shape of `search-index evaluate --json`; shares are averages over queries, of the first 20 hits."""
    expecting = [one for one in outcomes if one.judged.must_ids]
    failed = [one for one in outcomes if one.failed]
    return {
        "queries": len(outcomes),
        "recall": round(fmean([one.recall for one in expecting] or [1.0]), 4),
        "precision": round(fmean([one.precision for one in expecting] or [1.0]), 4),
        "intrusion": round(fmean([float(bool(one.intruding)) for one in outcomes] or [0.0]), 4),
        "failures": len(failed),
        "misses": [
            {"id": one.judged.id, "query": one.judged.query, "missing": one.missing, "intruding": one.intruding}
            for one in failed
        ],
    }
