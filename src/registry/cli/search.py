"""registry search."""

import click

from registry import wording
from registry.cli.output import Place, command, rows_table, say, show
from registry.search.backend import SearchRequest, Sort
from registry.search.plan import Plan
from registry.search.service import as_json as search_record
from registry.search.service import find


def add_to(main: click.Group) -> None:
    @command(main, "search", takes_dashes=True)
    @click.argument("query")
    @click.option("--kind", "kinds", multiple=True, type=click.Choice(["item", "publication"]), help="Only this kind.")
    @click.option("--area", "areas", multiple=True, help="Only this area (code).")
    @click.option("--unit", "units", multiple=True, help="Only this unit (code).")
    @click.option("--state", "states", multiple=True, help="Only this state (code).")
    @click.option("--year", "years", multiple=True, type=int, help="Only this year.")
    @click.option(
        "--sort",
        type=click.Choice(["relevance", "newest", "deadline"]),
        default="relevance",
        show_default=True,
        help="Order.",
    )
    @click.option("--page", type=click.IntRange(1, 500), default=1, show_default=True, help="Page.")
    @click.option("--size", type=click.IntRange(1, 200), default=20, show_default=True, help="Hits a page.")
    def search(
        place: Place,
        query: str,
        kinds: tuple[str, ...],
        areas: tuple[str, ...],
        units: tuple[str, ...],
        states: tuple[str, ...],
        years: tuple[int, ...],
        sort: str,
        page: int,
        size: int,
        as_json: bool,
    ) -> None:
        """Search items and publications, as the public would."""
        registry = place.registry
        registry.sync.drain()
        request = SearchRequest(
            plan=Plan(),
            kinds=frozenset(kinds),
            areas=frozenset(areas),
            units=frozenset(units),
            states=frozenset(states),
            years=frozenset(years),
            sort=Sort(sort),
            page=page,
            size=size,
            dates=registry.state_dates(),
        )
        with registry.database.read() as session:
            found = find(session, registry.finder(session), query, request)
        if found.did_you_mean and not as_json:
            say(wording.label("cli", "did_you_mean").format(query=found.did_you_mean))
        show(
            search_record(found, place.address_of),
            as_json=as_json,
            table=lambda: rows_table(
                ("code", "title", "area", "unit", "state", "date"),
                ((hit.code, hit.title, hit.area, hit.unit, hit.state, hit.date) for hit in found.hits),
            ),
        )
