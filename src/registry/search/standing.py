"""How well a document answers a plan, as one small number: 0 is best, and engines score only among equals.

EXACT             its name or code is the query; items before publications
LITERAL  + 0…11   all that is wanted stands literally: as words of their own before mere substrings, then by
                  the class of the worst placed part (title, content, rest), typed before synonyms
SOUND    + 0…5    some part only sounds alike; again words first, then by class
SCATTERED         the terms of some part stand anywhere
PARTIAL  × n + …  n parts are missing; the others decide as above
"""

from collections.abc import Callable, Iterator, Sequence

from registry.search.indexed import CLASSES
from registry.search.meaning.text import bare, needle_terms
from registry.search.meaning.words import stands_apart
from registry.search.plan import Alternative, Closeness, Plan, Wanted

EXACT = 0
LITERAL = 2
SOUND = LITERAL + 4 * len(CLASSES)
SCATTERED = SOUND + 2 * len(CLASSES)
PARTIAL = SCATTERED + 1
LARGEST = 255

Holds = Callable[[int, str], bool]


def literal_standing(closeness: Closeness, place: int, *, is_word: bool) -> int:
    """Of a needle that stands in the class numbered `place`."""
    miss = 0 if is_word else 1
    if closeness is Closeness.SOUND:
        return SOUND + miss * len(CLASSES) + place
    return LITERAL + miss * 2 * len(CLASSES) + 2 * place + closeness


def exact_standing(kind: str) -> int:
    """Of a document whose name or code is the query."""
    return EXACT if kind == "item" else EXACT + 1


def missing_standing(missing: int, standing: int) -> int:
    """Of a document that lacks `missing` parts of what is wanted and has the `standing` by the others."""
    return min(PARTIAL * missing + standing, LARGEST)


def standing_of(plan: Plan, texts: Sequence[str], holds: Holds) -> int | None:
    """The definition, by looking at one document; needles without terms find nothing.

    `texts` are squeezed, by class, and `holds(place, term)` says whether a class is indexed under a term. None
    when the document is no answer.
    """
    if any(stands_apart(needle, text) for needle in filter(needle_terms, plan.excluded) for text in texts):
        return None
    if plan.everything:
        return SCATTERED
    found = [one for one in (_of_wanted(wanted, texts, holds) for wanted in plan.wanted) if one is not None]
    missing = len(plan.wanted) - len(found)
    if not found or missing > _may_miss(plan):
        return None
    return missing_standing(missing, max(found))


def name_of(text: str) -> str:
    """A title or code as compared with a whole query: blanks, quotes and signs make no other name."""
    return bare(text)


def _may_miss(plan: Plan) -> int:
    return 0 if plan.least is None else len(plan.wanted) - plan.least


def _of_wanted(wanted: Wanted, texts: Sequence[str], holds: Holds) -> int | None:
    standings = (one for alternative in wanted.alternatives for one in _of_alternative(alternative, texts, holds))
    return min(standings, default=None)


def _of_alternative(alternative: Alternative, texts: Sequence[str], holds: Holds) -> Iterator[int]:
    terms = needle_terms(alternative.needle)
    if not terms:
        return
    for place, text in enumerate(texts):
        if alternative.needle in text:
            is_word = not alternative.word or holds(place, alternative.word)
            yield literal_standing(alternative.closeness, place, is_word=is_word)
    if alternative.scattered and all(any(holds(at, term) for at in range(len(texts))) for term in terms):
        yield SCATTERED
