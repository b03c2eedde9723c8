"""Whoosh read through arrays against the plain oracle, on made-up documents, changes and plans.

REGISTRY_EXAMPLES asks for more of them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.coverage.rules import OccasionState, Openness, StateDates
from registry.search.backend import FACETS, SearchBackend, SearchRequest, Sort
from registry.search.documents import SearchDocument
from registry.search.indexed import indexed
from registry.search.meaning.text import squeezed
from registry.search.memory_backend import MemoryBackend
from registry.search.plan import Alternative, Closeness, Plan, Wanted
from registry.search.standing import LARGEST, exact_standing, name_of, standing_of
from registry.search.whoosh_index.whoosh_backend import WhooshBackend
from tests.search.made_up import MONDAY, item, publication

# Few characters, so that texts and questions meet; words and numbers that begin alike; signs and blanks.
texts = st.text(alphabet="预算公开法 a1年，“", max_size=12)
days = st.none() | st.integers(-40, 40).map(lambda number: MONDAY.as_of + timedelta(days=number))
some = st.sets(st.sampled_from("XYZ"), max_size=2).map(lambda found: tuple(sorted(found)))


@st.composite
def documents(draw: st.DrawFn) -> list[SearchDocument]:
    made = []
    for number in range(draw(st.integers(0, 14))):
        shared = {
            "content": (draw(texts),),
            "notes": draw(texts),
            "area": draw(st.sampled_from("AB")),
            "units": draw(some),
            "channels": draw(some),
            "levels": draw(some),
            "public_to": draw(days),
        }
        code = f"C-{draw(st.integers(0, 3))}"
        if draw(st.booleans()):
            due, settled = draw(days), draw(st.sampled_from(OccasionState))
            openness = draw(st.sampled_from([None, Openness(due, settled)]))
            made.append(item(code, draw(texts), **shared, id=f"i{number}", openness=openness))
        else:
            day = draw(days) or date(2025, 5, 5)
            given_day = {"published_on": day, "public_from": draw(days)}
            made.append(replace(publication(number, draw(texts), **shared, **given_day), code=code))
    return made


needles = texts.map(squeezed) | st.sampled_from(
    ["预算", "公开", "\x01a1\x01", "\x011\x01年", "预 算", "\n", "\x01预\x01"]
)
alternatives = st.builds(
    Alternative, needles, st.sampled_from(Closeness), st.booleans(), st.sampled_from(["", "", "预", "公开", "none"])
)
plans = st.builds(
    Plan,
    wanted=st.lists(st.lists(alternatives, max_size=3).map(tuple).map(Wanted), max_size=3).map(tuple),
    least=st.none() | st.integers(0, 3),
    excluded=st.lists(needles, max_size=1).map(tuple),
    exact=texts,
    year=st.none() | st.sampled_from([2025, 2026]),
    everything=st.sampled_from([False, False, False, True]),
)
offsets = st.integers(-45, 45).map(lambda number: MONDAY.as_of + timedelta(days=number))
moments = offsets.map(lambda day: StateDates(day, day + timedelta(days=7), day - timedelta(days=30)))
requests = st.builds(
    SearchRequest,
    plans,
    moments,
    kinds=st.frozensets(st.sampled_from(["item", "publication"]), max_size=1),
    units=st.frozensets(st.sampled_from("XYZ"), max_size=2),
    states=st.frozensets(st.sampled_from(["met", "overdue", "published", "upcoming", "scheduled"]), max_size=2),
    years=st.frozensets(st.sampled_from([2025, 2026]), max_size=1),
    sort=st.sampled_from(Sort),
    size=st.just(100),
    public_only=st.booleans(),
)
EXAMPLES = settings(
    max_examples=int(os.environ.get("REGISTRY_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@contextmanager
def engines(
    made: list[SearchDocument], changed: list[SearchDocument], merged: int = 0
) -> Iterator[tuple[SearchBackend, SearchBackend]]:
    """The oracle and Whoosh, holding the same: a first build, a change with removals, then `merged` small changes of
    which one segment is made in the end.
    """
    with TemporaryDirectory() as folder:
        ours, oracle = WhooshBackend(Path(folder) / "index"), MemoryBackend()
        for engine in (ours, oracle):
            engine.rebuild(made, 1)
            engine.apply(changed, [one.key for one in made[::3]], 2)
            for number, one in enumerate(changed[:merged]):
                engine.apply([one], [], 3 + number)
            engine.merge()
        yield ours, oracle


@given(documents(), documents(), st.sampled_from([0, 1, 14]), st.lists(requests, min_size=1, max_size=8))
@EXAMPLES
def test_agrees_with_the_oracle(
    made: list[SearchDocument], changed: list[SearchDocument], merged: int, asked: list[SearchRequest]
) -> None:
    with engines(made, changed, merged) as (ours, oracle):
        held = {one.key: one for one in [*[one for at, one in enumerate(made) if at % 3], *changed]}
        for request in asked:
            found, wanted = ours.search(request), oracle.search(request)
            assert (found.total, found.facets) == (wanted.total, wanted.facets)
            if request.sort is Sort.RELEVANCE:
                assert groups(request, found.hits, held) == groups(request, wanted.hits, held)
            else:
                assert [one.id for one in found.hits] == [one.id for one in wanted.hits]


def groups(request: SearchRequest, hits: Any, held: dict[Any, SearchDocument]) -> list[set[str]]:
    """Engines score differently; what stands equally well may come in any order."""

    def standing(document: SearchDocument) -> tuple[int, bool]:
        found = indexed(document)
        number = standing_of(request.plan, found.texts, lambda place, term: term in found.terms[place])
        exact = name_of(request.plan.exact)
        if exact and exact in (name_of(document.title), name_of(document.code)):
            number = exact_standing(document.kind)
        return LARGEST if number is None else number, request.plan.year not in (None, document.year)

    listed = [(standing(held[(hit.kind, hit.id)]), hit.id) for hit in hits]
    return [{one for _, one in group} for _, group in groupby(listed, key=lambda pair: pair[0])]


@given(documents(), requests)
@EXAMPLES
def test_every_count_is_the_number_of_hits_behind_it(made: list[SearchDocument], asked: SearchRequest) -> None:
    names = dict(zip(FACETS, ("kinds", "areas", "units", "states", "years", "channels", "levels"), strict=True))
    with engines(made, []) as (ours, _):
        for facet, counts in ours.search(asked).facets.items():
            for value, count in counts:
                chosen = frozenset([int(value) if facet == "year" else value])
                page = ours.search(replace(asked, **{names[facet]: chosen}, facets=False))
                assert (page.total, len(page.hits), page.facets) == (count, count, {})


@given(documents(), requests, st.integers(1, 4))
@EXAMPLES
def test_pages_are_the_whole_result_cut_up(made: list[SearchDocument], asked: SearchRequest, size: int) -> None:
    with engines(made, []) as (ours, _):
        whole = ours.search(asked)
        pages = [ours.search(replace(asked, page=page, size=size)).hits for page in range(1, 17)]
        assert [hit for page in pages for hit in page] == list(whole.hits)
