"""The words people may mean, with what leads to them: letters they spell, words that sound alike, and slips of one
character.

Only what stands in public documents, in the catalogs or in the synonyms is here, so nothing is ever suggested that
is not there to be found.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from heapq import nlargest
from itertools import chain

from registry.search.meaning.readings import abbreviations, initials, sound_alike, sounds
from registry.search.meaning.text import CJK_TEXT

LONGEST = 16
LONGEST_SLIP = 10
SHORTEST_SLIP = 3
MOST_SOUNDING = 12
MOST_LONGER = 6
MOST_SHARING = 8
KEPT_ANSWERS = 4096


class Lexicon:
    """Squeezed Chinese terms, each with a weight (how often it was learned). A `word` is one that a typing slip may
    have been meant for; other terms, sequences of words, are found by their sound only.
    """

    def __init__(self) -> None:
        self._weights: dict[str, int] = {}
        self._words: set[str] = set()
        self._by_initial: defaultdict[str, list[str]] = defaultdict(list)
        self._by_sound: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        self._by_slip: defaultdict[str, list[str]] = defaultdict(list)
        self._by_character: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
        self._by_words: defaultdict[str, dict[tuple[str, ...], None]] = defaultdict(dict)
        self.sounding = lru_cache(maxsize=KEPT_ANSWERS)(self._sounding)
        self.shortened_to = lru_cache(maxsize=KEPT_ANSWERS)(self._shortened_to)

    def __contains__(self, term: str) -> bool:
        """Whether the term is known as a word."""
        return term in self._words

    def weight(self, term: str) -> int:
        return self._weights.get(term, 0)

    def learn(self, term: str, *, is_word: bool = True) -> None:
        """Remember a term; what is not Chinese throughout, too short or too long, is passed over."""
        if not 2 <= len(term) <= LONGEST or not CJK_TEXT.fullmatch(term):
            return
        if term not in self._weights:
            self._learn_sound(term)
        self._weights[term] = self._weights.get(term, 0) + 1
        if is_word and term not in self._words:
            self._words.add(term)
            self._learn_slips(term)

    def _learn_sound(self, term: str) -> None:
        for letter in initials(term[0]):
            self._by_initial[letter].append(term)
        self.sounding.cache_clear()

    def _learn_slips(self, term: str) -> None:
        for sound in sounds(term[0]):
            self._by_sound[(sound, len(term))].append(term)
        if len(term) == 2:
            for place in enumerate(term):
                self._by_character[place].append(term)
        if SHORTEST_SLIP <= len(term) <= LONGEST_SLIP:
            for shorter in chain((term,), shortened(term)):
                self._by_slip[shorter].append(term)

    def _sounding(self, typed: str) -> tuple[str, ...]:
        """Terms that letters spell, those written out in full if there are any, the most frequent first."""
        found: list[tuple[int, int, str]] = []
        for term in self._by_initial.get(typed[:1], ()):
            if len(term) <= len(typed) <= 6 * len(term):
                count = abbreviations(term, typed)
                if count is not None:
                    found.append((count, -self._weights[term], term))
        found.sort()
        return tuple(term for count, _, term in found if count == found[0][0])[:MOST_SOUNDING]

    def is_spelled(self, typed: str) -> bool:
        """Whether letters write out a term in full."""
        return any(abbreviations(term, typed) == 0 for term in self.sounding(typed)[:1])

    def learn_words_of(self, words: tuple[str, ...]) -> None:
        """Remember that a term is made of these words, so that it is found by what it may be shortened to."""
        self._by_words[words[0][0]][words] = None
        self.shortened_to.cache_clear()

    def _shortened_to(self, text: str) -> tuple[str, ...]:
        """Terms that may be shortened to `text` by leaving out all but one character of a word (公厕, 公共厕所)."""
        known = list(self._by_words.get(text[:1], ()))  # a copy, as another thread may be learning
        found = {"".join(words) for words in known if is_short_for(text, words)}
        return tuple(sorted(found, key=lambda term: (-self.weight(term), len(term), term)))[:MOST_LONGER]

    def near(self, text: str) -> Iterator[str]:
        """Words that sound like `text` or differ by one wrong, missing, swapped or extra character; of two characters
        the most frequent that share one.
        """
        for sound in sounds(text[0]):
            yield from (one for one in self._by_sound.get((sound, len(text)), ()) if sound_alike(one, text))
        if len(text) == 2:
            for place in enumerate(text):
                yield from nlargest(MOST_SHARING, self._by_character.get(place, ()), key=self.weight)
        if SHORTEST_SLIP - 1 <= len(text) <= LONGEST_SLIP + 1:
            candidates = {one for key in chain((text,), shortened(text)) for one in self._by_slip.get(key, ())}
            yield from sorted(one for one in candidates if is_one_slip(one, text))


def is_short_for(text: str, words: tuple[str, ...]) -> bool:
    """Whether `text` takes some of the words in order, whole or one character of them: the first of the first, any of
    the last (控规, 律师证).
    """
    if text == "".join(words) or not text or len(words) < 2:
        return False
    starts = {size for size in (1, len(words[0])) if text.startswith(words[0][:size])}
    for word in words[1:-1]:
        starts |= {end for start in starts for end in _taken(text, start, word)}
    return any(len(text) in _taken(text, start, words[-1]) for start in starts)


def _taken(text: str, start: int, word: str) -> set[int]:
    """Where `text` may go on after taking the word, or one character of it, at `start`."""
    ends = {start + len(word)} if text.startswith(word, start) else set()
    return ends | ({start + 1} if text[start : start + 1] and text[start] in word else set())


def shortened(text: str) -> set[str]:
    """The text without one of its characters."""
    return {text[:at] + text[at + 1 :] for at in range(len(text))}


def is_one_slip(one: str, other: str) -> bool:
    """Whether one wrong, missing, extra, or two swapped neighbouring characters tell the texts apart."""
    if len(one) != len(other):
        longer, shorter = (one, other) if len(one) > len(other) else (other, one)
        return len(longer) - len(shorter) == 1 and shorter in shortened(longer)
    wrong = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
        first, second = wrong
        return one[first] == other[second] and one[second] == other[first]
    return len(wrong) == 1
