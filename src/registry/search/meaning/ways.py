"""How the parts of a query may be said: as typed, as another word for the same, or as what letters spell."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from registry.search.meaning.segments import Part
from registry.search.meaning.spelling import Spelled, spelled_words
from registry.search.meaning.text import CJK_TEXT, squeezed
from registry.search.meaning.vocabulary import Vocabulary
from registry.search.meaning.words import fine_cut, standing_term
from registry.search.plan import Alternative, Closeness, Wanted


@dataclass(frozen=True)
class Ways:
    """With this vocabulary, and `synonyms` or only what was typed; `typed` is the free text, squeezed."""

    vocabulary: Vocabulary
    synonyms: bool
    typed: str

    def wanted(self, parts: Sequence[Part], *, loosely: bool = False) -> Iterator[Wanted]:
        """What must be found for the parts; `loosely` also what they may be short for, and their words apart."""
        spelled = {at: one for one in self._spelled(parts) for at in one.places}
        for at, part in enumerate(parts):
            if at not in spelled:
                yield Wanted((*self._said(part), *(self._loosely(part) if loosely else ())))
            elif at == spelled[at].places[0]:
                yield Wanted(tuple(self._spellings(parts, spelled[at], loosely=loosely)))

    def others(self, parts: Sequence[Part]) -> Iterator[str]:
        """Everything the parts may be called besides what was typed, as people write it."""
        for part in parts:
            yield from (*self._same(part), *self._longer(part))
        for one in self._spelled(parts):
            yield from one.words

    def _spelled(self, parts: Sequence[Part]) -> Iterator[Spelled]:
        return spelled_words([part.letters for part in parts], self.vocabulary.lexicon)

    def _said(self, part: Part) -> Iterator[Alternative]:
        yield Alternative(part.text, word=standing_term(part.text))
        yield from self._as_spaced(part)
        yield from self._alike(self._same(part), Closeness.SYNONYM)

    def _loosely(self, part: Part) -> Iterator[Alternative]:
        yield from self._alike(self._longer(part), Closeness.SYNONYM)
        yield from _apart(part.text)

    def _spellings(self, parts: Sequence[Part], spelled: Spelled, *, loosely: bool) -> Iterator[Alternative]:
        """Letters as they were typed, and what they spell, also by its other names."""
        yield Alternative(" ".join(parts[at].text for at in spelled.places))
        for word in spelled.words:
            yield Alternative(word, Closeness.SOUND, word=standing_term(word))
            yield from self._alike(self._same(Part(word)), Closeness.SOUND)
            yield from _apart(word) if loosely else ()

    def _alike(self, names: Iterable[str], closeness: Closeness) -> Iterator[Alternative]:
        for needle in map(squeezed, names) if self.synonyms else ():
            yield Alternative(needle, closeness, word=standing_term(needle))

    def _as_spaced(self, part: Part) -> Iterator[Alternative]:
        """The part with the blanks it was typed with, as a title may have them too."""
        typed = re.search(" ?".join(map(re.escape, part.text)), self.typed)
        if typed and " " in typed.group() != part.text:
            yield Alternative(typed.group())

    def _longer(self, part: Part) -> tuple[str, ...]:
        """What the part may be short for, when it has no other name."""
        return () if self.vocabulary.is_name(part.text) else self.vocabulary.lexicon.shortened_to(part.text)

    def _same(self, part: Part) -> Iterator[str]:
        """What else the part is called; a longer word that holds it is found by it anyway."""
        return (other for other in self.vocabulary.same.get(part.text, ()) if part.text not in squeezed(other))


def _apart(text: str) -> Iterator[Alternative]:
    """The words of a name, which may stand apart from each other."""
    words = fine_cut(text) if CJK_TEXT.fullmatch(text) else []
    if len(words) > 1 and min(map(len, words)) > 1:
        yield Alternative(" ".join(words), Closeness.SYNONYM, scattered=True)
