"""What the engines are asked: words chosen by how many of the first records hold them, in the classes of the target."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from made_up_records import records

from registry.coverage.rules import StateDates
from registry.search.indexed import indexed
from registry.search.meaning.text import CJK_TEXT

SAMPLE = 20_000
TODAY = StateDates(date(2026, 3, 2), date(2026, 3, 2) + timedelta(days=7), date(2026, 1, 30))


@dataclass(frozen=True)
class Question:
    """All of `words` literally; the ten best, or the newest, and with `facets` every value of all seven with its count."""

    words: tuple[str, ...]
    unit: str = ""
    newest: bool = False
    facets: bool = False


def questions(each: int = 20) -> dict[str, list[Question]]:
    """Class → questions, all different words."""
    held: Counter[str] = Counter()
    phrases: Counter[str] = Counter()
    units: Counter[str] = Counter()
    for document in islice(records(SAMPLE), SAMPLE):
        held.update(
            {term for terms in indexed(document).terms for term in terms if len(term) == 2 and CJK_TEXT.fullmatch(term)}
        )
        phrases.update(phrase for phrase in document.content if len(phrase) > 4)
        units.update(document.units)
    common = _nearest(held, SAMPLE * 3 // 10, each)
    middling = _nearest(held, SAMPLE // 20, each)
    long = [phrase for phrase, number in phrases.most_common() if 20 < number < 2000][:each]
    (unit,) = (code for code, _ in units.most_common(1))
    return {
        "rare word": [Question((word,)) for word in _nearest(held, 20, each)],
        "common word (30 %)": [Question((word,)) for word in common],
        "two words": [Question((first, second)) for first, second in zip(common, middling, strict=True)],
        "phrase": [Question((phrase,)) for phrase in long],
        "common word, facets": [Question((word,), facets=True) for word in common],
        "common word, one unit": [Question((word,), unit=unit) for word in common],
        "common word, newest": [Question((word,), newest=True) for word in common],
    }


def _nearest(held: Counter[str], wanted: int, number: int) -> list[str]:
    return sorted(held, key=lambda word: (abs(held[word] - wanted), word))[:number]
