"""registry rectification list, show, export and import."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlmodel import Session

from registry import wording
from registry.cli.output import Place, command, rows_table, say, show
from registry.cli.people import actor_named
from registry.database import SYSTEM
from registry.errors import NotFound
from registry.exchange.rectification_sheets import (
    about_lines,
    apply_sheet,
    comparison_record,
    how_to_fill_in,
    issue_sentence,
    list_xlsx,
    read_sheet,
    state_words,
)
from registry.rectification.queries import (
    ListRow,
    TaskFilter,
    TaskRow,
    find_list,
    get_list,
    last_answers,
    list_lists,
    list_tasks,
)
from registry.rectification.records import list_record, task_record
from registry.reports.rectification_list import list_docx
from registry.units.queries import unit_names

MEASURES = ("tasks", "open", "returned", "answered", "closed", "late", "rate")


def add_to(main: click.Group) -> None:
    @main.group()
    def rectification() -> None:
        """What units have to put right: lists, tasks, and the sheets they fill in."""

    @command(rectification, "list")
    def list_all(place: Place, as_json: bool) -> None:
        """Every list with how far its tasks are closed, the newest first."""
        today = place.registry.database.today()
        with place.registry.database.read() as session:
            records = [list_record(row) for row in list_lists(session, SYSTEM, today)]
        heads = ("list", "title", *MEASURES)
        rows = ([one[head] for head in heads] for one in records)
        show({"as_of": today, "lists": records}, as_json=as_json, table=lambda: rows_table(heads, rows))

    @command(rectification, "show")
    @click.argument("number", metavar="LIST")
    @click.option("--unit", help="Only this unit (code).")
    def show_one(place: Place, number: str, unit: str | None, as_json: bool) -> None:
        """The tasks of a list (2026-3) with their answers, and what the registry saw before and after."""
        with _opened(place, number) as (session, row):
            tasks = _tasks(place, session, row, unit)
            answers = last_answers(session, [one.task.id for one in tasks])
            records = [task_record(one, answers.get(one.task.id)) for one in tasks]
            cells = [
                [one.task.place, one.task.code, one.task.task, one.task.unit_code, one.task.due_on, state_words(one)]
                for one in tasks
            ]
            record = {**list_record(row), "rows": records}
        heads = ("place", "code", "task", "unit", "due_on", "state")
        show(record, as_json=as_json, table=lambda: rows_table(heads, cells))

    @command(rectification, "export")
    @click.argument("number", metavar="LIST")
    @click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
    @click.option("--unit", help="Only this unit (code).")
    @click.option(
        "--format",
        "kind",
        type=click.Choice(["xlsx", "docx"]),
        help="The sheet to be filled in, or the official document; default by the ending of FILE.",
    )
    def export(place: Place, number: str, file: Path, unit: str | None, kind: str | None, as_json: bool) -> None:
        """A list as a sheet to be filled in (XLSX) or as an official document (DOCX)."""
        kind = kind or file.suffix.lower().removeprefix(".")
        if kind not in ("xlsx", "docx"):
            raise click.BadParameter(file.name, param_hint="FILE")
        with _opened(place, number) as (session, row):
            tasks, names = _tasks(place, session, row, unit), unit_names(session)
            if not tasks:
                raise NotFound(subject="rectification_task")
            settings = place.registry.settings
            base = (settings.public_url or settings.prefix or "").rstrip("/")
            about = about_lines(tasks[0], [names[unit]] if unit else [], f"{base}/rectifications/{row.list.id}")
            answers = last_answers(session, [one.task.id for one in tasks])
            sheet = [*about, how_to_fill_in()]
            body = list_docx(tasks, names, about) if kind == "docx" else list_xlsx(tasks, answers, names, sheet)
        file.write_bytes(body)
        if as_json:
            show({"file": str(file), "tasks": len(tasks)}, as_json=True)
        else:
            say(wording.label("cli", "written").format(file=file, number=len(tasks)))

    @command(rectification, "import")
    @click.argument("number", metavar="LIST")
    @click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
    @click.option("--as", "username", required=True, help="Who enters the answers (sign-in name).")
    @click.option("--dry-run", is_flag=True, help="Check everything, change nothing.")
    def take(place: Place, number: str, file: Path, username: str, dry_run: bool, as_json: bool) -> None:
        """The answers of a filled-in sheet; every cell that cannot be taken is named with what would be accepted."""
        sheet = read_sheet(file.name, file.read_bytes())
        with _opened(place, number) as (session, row):
            actor, list_id = actor_named(session, username), row.list.id
        with place.registry.database.work(actor, keep=not dry_run) as work:
            found = apply_sheet(work, list_id, sheet)
            record = comparison_record(found)
        for issue in found.issues:
            say(issue_sentence(issue))
        say(wording.label("rectification_cli", "taken").format(file=file.name, **record["counts"]))
        if dry_run:
            say(wording.label("cli", "dry_run"))
        if as_json:
            show(record, as_json=True)


@contextmanager
def _opened(place: Place, number: str) -> Iterator[tuple[Session, ListRow]]:
    """The list people call by that number. NotFound when there is none."""
    with place.registry.database.read() as session:
        found = find_list(session, number)
        if found is None:
            raise NotFound("rectification_list_unknown", found=number)
        yield session, get_list(session, found.id, SYSTEM, place.registry.database.today())


def _tasks(place: Place, session: Session, row: ListRow, unit: str | None) -> list[TaskRow]:
    wanted = TaskFilter(list_id=row.list.id, unit_code=unit)
    return list_tasks(session, SYSTEM, place.registry.database.today(), wanted)
