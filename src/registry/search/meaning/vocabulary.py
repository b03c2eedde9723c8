"""What a query is understood with: names, synonyms, the way people ask, and a lexicon of everything that can be
found. Built from the rulebook and the database, and kept current as texts become public.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from registry.rulebook.searching import QueryWords, SynonymGroup
from registry.search.meaning.lexicon import Lexicon
from registry.search.meaning.suggestions import Offer
from registry.search.meaning.text import CJK_TEXT, WORD, squeezed
from registry.search.meaning.words import all_words, cut, fine_cut, is_word

LONGEST_SEQUENCE = 8
WORDS_IN_SEQUENCE = 4
LONGEST_WORD = 4
MOST_WORDS_SHORTENED = 6


@dataclass
class Vocabulary:
    """`same` leads from a squeezed term to the other spellings that are searched with it; `units` and `areas` from a
    squeezed name to codes; `offers` are what is suggested while somebody types.
    """

    lexicon: Lexicon = field(default_factory=Lexicon)
    same: dict[str, tuple[str, ...]] = field(default_factory=dict)
    units: dict[str, frozenset[str]] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)
    asking: frozenset[str] = frozenset()
    filling: frozenset[str] = frozenset()
    offers: tuple[Offer, ...] = ()

    def knows(self, text: str) -> bool:
        """Whether the squeezed text is one thing: a name, a synonym, a way of asking, or a short word."""
        if text in self.same or text in self.units or text in self.asking or text in self.filling:
            return True
        return len(text) <= LONGEST_WORD and (text in self.lexicon or is_word(text))

    def is_name(self, text: str) -> bool:
        return text in self.same or text in self.units

    def learn_group(self, group: SynonymGroup) -> None:
        """Each term finds the others and what the group leads to."""
        self.learn_names(group.terms)
        for term in group.terms:
            self._lead(squeezed(term), group.finds)

    def learn_names(self, names: Iterable[str]) -> None:
        """Names of one thing, each of which stands for itself in a query and finds the others."""
        names = list(names)
        self.learn_texts(names)
        for name in names:
            self._lead(squeezed(name), [one for one in names if one != name])
            self.lexicon.learn(squeezed(name))
            self._learn_short_forms(squeezed(name))

    def learn_unit(self, code: str, names: Iterable[str], aliases: Iterable[str] = ()) -> None:
        """A unit is found under every name it has had and is called by; its names are searched for each of them."""
        names = list(names)
        self.learn_texts(names)
        for name in (*names, *aliases):
            key = squeezed(name)
            self.units[key] = self.units.get(key, frozenset()) | {code}
            self._lead(key, [one for one in names if one != name])
            self.lexicon.learn(key)

    def learn_area(self, code: str, names: Iterable[str]) -> None:
        for name in names:
            self.areas[squeezed(name)] = code
            self.lexicon.learn(squeezed(name))

    def learn_query_words(self, words: QueryWords) -> None:
        self.asking = frozenset(map(squeezed, words.asking))
        self.filling = frozenset(map(squeezed, words.filling))
        self.learn_texts(words.common)

    def learn_texts(self, texts: Iterable[str]) -> None:
        """Learn the words of texts, and the short sequences of words in them."""
        for text in texts:
            for run in _runs(text):
                words = cut(run)
                for word in words:
                    self.lexicon.learn(word)
                for term in (*all_words(run), *map("".join, _sequences(words))):
                    self.lexicon.learn(term, is_word=False)
                for sequence in _sequences(fine_cut(run)):
                    self.lexicon.learn_words_of(sequence)

    def learn_words(self, words: Iterable[str]) -> None:
        words = list(words)
        self.learn_texts(words)
        for word in words:
            self.lexicon.learn(squeezed(word))

    def _learn_short_forms(self, name: str) -> None:
        words = tuple(fine_cut(name)) if CJK_TEXT.fullmatch(name) else ()
        if 1 < len(words) <= MOST_WORDS_SHORTENED:
            self.lexicon.learn_words_of(words)

    def _lead(self, key: str, others: Iterable[str]) -> None:
        known = self.same.get(key, ())
        self.same[key] = tuple(dict.fromkeys((*known, *others)))


def _runs(text: str) -> Iterator[str]:
    """The stretches of Chinese in a text; words and numbers end them."""
    for part in squeezed(text).replace(WORD, " ").split(" "):
        yield from CJK_TEXT.findall(part)


def _sequences(words: list[str]) -> Iterator[tuple[str, ...]]:
    """Two to four words that follow each other and are not too long together."""
    for start in range(len(words)):
        for end in range(start + 2, min(start + WORDS_IN_SEQUENCE, len(words)) + 1):
            if sum(map(len, words[start:end])) > LONGEST_SEQUENCE:
                break
            yield tuple(words[start:end])
