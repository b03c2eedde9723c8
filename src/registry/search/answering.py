"""A query answered by an engine: the strictest plan that finds something, then corrections, then part of the words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from registry.search.backend import SearchBackend, SearchPage, SearchRequest
from registry.search.meaning.corrections import corrections, is_doubtful
from registry.search.meaning.planning import Meant
from registry.search.meaning.syntax import Filter, take_apart
from registry.search.meaning.vocabulary import Vocabulary
from registry.search.narrowing import narrowed
from registry.search.plan import Plan

FEW = 20


@dataclass(frozen=True)
class Answer:
    """What was found, and for which request. `did_you_mean` is a query with results to offer; when `corrected`, it is
    the one that was answered. `unknown` are typed filters nobody knows.
    """

    page: SearchPage
    request: SearchRequest
    meant: Meant
    did_you_mean: str | None = None
    corrected: bool = False
    unknown: tuple[Filter, ...] = ()

    @property
    def also_searched(self) -> tuple[str, ...]:
        return self.meant.also_searched(self.request.plan)


def answer(
    backend: SearchBackend, vocabulary: Vocabulary, text: str, request: SearchRequest, *, synonyms: bool = True
) -> Answer:
    """Answer `text` under the filters of `request`, whose plan is made here. Raises Unavailable without an index."""
    typed = take_apart(text)
    found = narrowed(request, typed, vocabulary)
    given = _Asked(backend, found.request, Meant(found.typed, vocabulary, synonyms)).answer()
    offered = typed.with_text(given.did_you_mean) if given.did_you_mean else None
    return replace(given, did_you_mean=offered, unknown=found.unknown)


@dataclass(frozen=True)
class _Asked:
    backend: SearchBackend
    request: SearchRequest
    meant: Meant

    def answer(self) -> Answer:
        if self._is_shaky():
            found = self._corrected()
            if found:
                return found
        strict, *looser = self.meant.plans
        return (
            self._first_found([strict], doubting=True)
            or self._corrected(by_sound=True)
            or self._first_found(looser, doubting=True)
            or self._corrected()
            or self._first_found(self.meant.most)
            or self._either()
            or self._first_found(self.meant.named)
            or self._ask(self.meant.plans[0])
        )

    def _is_shaky(self) -> bool:
        """Whether a stray character makes it likelier that a word was mistyped than that all parts stand together."""
        return self.meant.literal is not None and self._total(self.meant.literal) == 0

    def _corrected(self, *, by_sound: bool = False) -> Answer | None:
        """The first correction that finds something."""
        for text in corrections(self.meant, by_sound=by_sound):
            reading = self._reading(text)
            found = reading._first_found(reading.meant.plans[:1])
            if found:
                return replace(found, did_you_mean=text, corrected=True)
        return None

    def _either(self) -> Answer | None:
        plan = self.meant.either
        return self._ask(plan) if plan and 0 < self._total(plan) <= FEW else None

    def _first_found(self, plans: Sequence[Plan], *, doubting: bool = False) -> Answer | None:
        """The answer of the first plan that finds something; when `doubting`, with a correction that finds more."""
        found = next((one for one in map(self._ask, plans) if one.page.total or self._is_there(one)), None)
        return replace(found, did_you_mean=self._better_than(found.page.total)) if found and doubting else found

    def _is_there(self, found: Answer) -> bool:
        """Whether only the filters keep the plan from finding something: then a looser one would mislead."""
        if not any(self.request.filters.values()):
            return False
        return self._total(found.request.plan) > 0

    def _ask(self, plan: Plan) -> Answer:
        request = replace(self.request, plan=plan)
        return Answer(self.backend.search(request), request, self.meant)

    def _total(self, plan: Plan) -> int:
        return self.backend.search(unfiltered(replace(self.request, plan=plan, page=1, size=1, facets=False))).total

    def _better_than(self, total: int) -> str | None:
        """A correction worth offering although something was found: what was typed is no word, and it finds more."""
        if not is_doubtful(self.meant):
            return None
        return next((text for text in corrections(self.meant) if self._reading_total(text) > total), None)

    def _reading_total(self, text: str) -> int:
        reading = self._reading(text)
        return self.backend.search(
            replace(self.request, plan=reading.meant.plans[0], page=1, size=1, facets=False)
        ).total

    def _reading(self, text: str) -> "_Asked":
        typed = replace(self.meant.typed, text=text)
        return replace(self, meant=replace(self.meant, typed=typed))


def unfiltered(request: SearchRequest) -> SearchRequest:
    """The same question to everything the person asking may see."""
    return SearchRequest(
        request.plan,
        request.dates,
        page=request.page,
        size=request.size,
        public_only=request.public_only,
        facets=request.facets,
    )
