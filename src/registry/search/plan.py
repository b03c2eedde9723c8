"""What was meant by a query: the seam between understanding text and finding documents.

Planning turns text into a `Plan`; engines know nothing else of the query. How documents that answer a plan are
ranked stands in `standing`.
"""

from dataclasses import dataclass
from enum import IntEnum


class Closeness(IntEnum):
    """As typed · another word for the same thing · only sounds alike."""

    TYPED = 0
    SYNONYM = 1
    SOUND = 2


@dataclass(frozen=True)
class Alternative:
    """One way to say what is wanted.

    `needle` is squeezed text that must stand literally in a document or, when `scattered`, whose terms may stand
    anywhere in it; without a term in it (`text.needle_terms`) it finds nothing. `word` is the indexed term that says
    "stands here as a word of its own": hits without it come below those with it, and "" makes no such difference.
    """

    needle: str
    closeness: Closeness = Closeness.TYPED
    scattered: bool = False
    word: str = ""


@dataclass(frozen=True)
class Wanted:
    """A document must hold one of the alternatives."""

    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True)
class Plan:
    """All of `wanted` must hold, or at least `least` of them when given; none of `excluded` (needles) may stand
    in the document, other than inside a longer word.

    A document whose name or code is `exact` comes first, documents of `year` come before others that answer as
    well. `everything` asks for all documents; without it a plan that wants nothing finds nothing.
    """

    wanted: tuple[Wanted, ...] = ()
    least: int | None = None
    excluded: tuple[str, ...] = ()
    exact: str = ""
    year: int | None = None
    everything: bool = False

    @property
    def needles(self) -> tuple[str, ...]:
        """Everything that is looked for, once each, in order."""
        return tuple(dict.fromkeys(one.needle for wanted in self.wanted for one in wanted.alternatives))

    @property
    def scattered(self) -> frozenset[str]:
        """The needles whose terms may also stand apart."""
        return frozenset(one.needle for wanted in self.wanted for one in wanted.alternatives if one.scattered)
