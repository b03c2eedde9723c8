"""registry publications add, submit, approve, return, withdraw, list, show."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from registry import wording
from registry.cli.output import Place, command, rows_table, show
from registry.cli.people import actor_named
from registry.database import PUBLIC, Actor, Work
from registry.publications import deciding, ending, queries, service
from registry.publications.records import publication_record
from registry.publications.rules import REASONS, Why
from registry.publications.schemas import PublicationSchema, require_known_channels
from registry.validation import load

acting = click.option("--as", "username", required=True, help="The account that acts.")


def add_to(main: click.Group) -> None:
    @main.group()
    def publications() -> None:
        """What units have disclosed."""

    _add_reading(publications)
    _add_steps(publications)
    _add_endings(publications)

    @command(publications, "add")
    @acting
    @click.option(
        "--occasion",
        required=True,
        type=click.UUID,
        help="The occasion it answers (duties list --json shows them).",
    )
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    def add(place: Place, username: str, occasion: UUID, file: Path, as_json: bool) -> None:
        """Register a draft from FILE, a JSON object with the fields of a publication."""
        values = load(PublicationSchema(), json.loads(file.read_text(encoding="utf-8")))
        require_known_channels(values, place.registry.rulebook.channels)
        with place.registry.database.work(_actor(place, username)) as work:
            publication_id = service.create_publication(work, occasion, values).id
        _show_one(place, publication_id, _actor(place, username))


def _add_reading(publications: click.Group) -> None:
    @command(publications, "list")
    @click.option("--unit", help="Only this unit (code).")
    @click.option("--area", help="Only this area (code).")
    @click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Page.")
    @click.option("--size", type=click.IntRange(1, 200), default=50, show_default=True, help="Rows a page.")
    def list_all(place: Place, unit: str | None, area: str | None, page: int, size: int, as_json: bool) -> None:
        """Public publications, newest first."""
        today = place.registry.database.today()
        with place.registry.database.read() as session:
            rows, total = queries.list_public(session, today, unit_code=unit, area_code=area, page=page, size=size)
        record = {"total": total, "publications": [publication_record(row) for row in rows]}
        cells = (
            (row.publication.id, row.revision.title, row.duty.unit_code, row.revision.published_on) for row in rows
        )
        show(record, as_json=as_json, table=lambda: rows_table(("id", "title", "unit", "date"), cells))

    @command(publications, "show")
    @click.argument("publication_id", type=click.UUID)
    @click.option("--as", "username", help="See it as this account does; default: as the public.")
    def show_one(place: Place, publication_id: UUID, username: str | None, as_json: bool) -> None:
        """One publication, whole."""
        _show_one(place, publication_id, _actor(place, username) if username else PUBLIC)


def _add_steps(publications: click.Group) -> None:
    @command(publications, "submit")
    @acting
    @click.argument("publication_id", type=click.UUID)
    def submit(place: Place, username: str, publication_id: UUID, as_json: bool) -> None:
        """Hand a draft to a reviewer."""
        _step(
            place,
            username,
            publication_id,
            lambda work, version: service.submit_publication(work, publication_id, version=version),
        )

    @command(publications, "approve")
    @acting
    @click.option(
        "--checked",
        "checks",
        multiple=True,
        help="A point of the review that holds (code in standards/management/m3.yaml).",
    )
    @click.option(
        "--override-reason", help="Why the office decides in the reviewer's place; a reviewer has to confirm it."
    )
    @click.argument("publication_id", type=click.UUID)
    def approve(
        place: Place,
        username: str,
        checks: tuple[str, ...],
        override_reason: str | None,
        publication_id: UUID,
        as_json: bool,
    ) -> None:
        """Make a submitted publication public; every point of the review must be checked."""
        asked = place.registry.rulebook.review_checks
        _step(
            place,
            username,
            publication_id,
            lambda work, version: deciding.approve_publication(
                work, publication_id, version=version, checks=checks, asked=asked, override_reason=override_reason
            ),
        )

    @command(publications, "confirm")
    @acting
    @click.argument("publication_id", type=click.UUID)
    def confirm(place: Place, username: str, publication_id: UUID, as_json: bool) -> None:
        """Agree, as a reviewer of the unit, to what the office approved in the reviewer's place."""
        _step(
            place,
            username,
            publication_id,
            lambda work, version: deciding.confirm_publication(work, publication_id, version=version),
        )

    @command(publications, "return")
    @acting
    @click.option("--reason", "reasons", multiple=True, required=True, help="FIELD:TEXT or TEXT; may be repeated.")
    @click.argument("publication_id", type=click.UUID)
    def send_back(place: Place, username: str, reasons: tuple[str, ...], publication_id: UUID, as_json: bool) -> None:
        """Send a submitted publication back with reasons."""
        told = [_reason(one) for one in reasons]
        _step(
            place,
            username,
            publication_id,
            lambda work, version: deciding.return_publication(work, publication_id, version=version, reasons=told),
        )


def _add_endings(publications: click.Group) -> None:
    @command(publications, "withdraw")
    @acting
    @_why("withdraw", Why.OTHER)
    @click.option("--reason", help="Why, in words; the public reads it.")
    @click.option("--successor", type=click.UUID, help="The publication that stands in its place.")
    @click.argument("publication_id", type=click.UUID)
    def withdraw(
        place: Place,
        username: str,
        why: str,
        reason: str | None,
        successor: UUID | None,
        publication_id: UUID,
        as_json: bool,
    ) -> None:
        """Take a public publication back; its address stays."""
        _step(
            place,
            username,
            publication_id,
            lambda work, version: ending.withdraw_publication(
                work, publication_id, version=version, why=Why(why), reason=reason, successor_id=successor
            ),
        )

    @command(publications, "supersede")
    @acting
    @_why("supersede", Why.REPLACED)
    @click.option("--reason", help="Why, in words; the public reads it.")
    @click.option("--successor", type=click.UUID, required=True, help="The publication that stands in its place.")
    @click.argument("publication_id", type=click.UUID)
    def supersede(
        place: Place,
        username: str,
        why: str,
        reason: str | None,
        successor: UUID,
        publication_id: UUID,
        as_json: bool,
    ) -> None:
        """Name the publication that stands in the place of this one, which stays to be read."""
        _step(
            place,
            username,
            publication_id,
            lambda work, version: ending.supersede_publication(
                work, publication_id, version=version, why=Why(why), reason=reason, successor_id=successor
            ),
        )


def _why(verb: str, default: Why) -> Callable[[Any], Any]:
    choice = click.Choice([why.value for why in REASONS[verb]])
    return click.option("--why", type=choice, default=default.value, show_default=True, help="A reason of the list.")


def _step(place: Place, username: str, publication_id: UUID, act: Callable[[Work, int], Any]) -> None:
    actor = _actor(place, username)
    with place.registry.database.read() as session:
        version = queries.get_for(session, publication_id, actor, place.registry.database.today()).publication.version
    with place.registry.database.work(actor) as work:
        act(work, version)
    _show_one(place, publication_id, actor)


def _show_one(place: Place, publication_id: UUID, actor: Actor) -> None:
    with place.registry.database.read() as session:
        row = queries.get_for(session, publication_id, actor, place.registry.database.today())
    show(publication_record(row), as_json=True)


def _actor(place: Place, username: str) -> Actor:
    with place.registry.database.read() as session:
        return actor_named(session, username)


def _reason(text: str) -> dict[str, str]:
    field, separator, rest = text.partition(":")
    known = wording.labels("field")
    return {"field": field, "text": rest.strip()} if separator and field in known else {"field": "", "text": text}
