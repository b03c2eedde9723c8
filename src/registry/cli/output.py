"""How the command line speaks: results on stdout as a table or JSON, messages on stderr, exit 0 done, 1 refused, 2 wrong use."""

import functools
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from registry import wording
from registry.bootstrap import Registry, open_registry
from registry.datafiles import BadData
from registry.errors import Invalid, RegistryError
from registry.settings import Settings


class Place:
    """Where a command works: settings now, the registry when first asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._registry: Registry | None = None

    @property
    def registry(self) -> Registry:
        if self._registry is None:
            self._registry = open_registry(self.settings)
        return self._registry

    def address_of(self, kind: str, url_id: str) -> str:
        """Where people open a found thing: complete when REGISTRY_PUBLIC_URL is known, else a path."""
        base = self.settings.public_url or self.settings.prefix
        return f"{base.rstrip('/')}/{kind}s/{url_id}"

    def close(self) -> None:
        if self._registry is not None:
            self._registry.stop()


def command(
    group: click.Group, name: str, *, takes_dashes: bool = False
) -> Callable[[Callable[..., Any]], click.Command]:
    """Register a command that gets a `Place` first, takes `--json`, and turns refusals into messages and exit codes.

    With `takes_dashes` an argument may begin with a dash that is no option (-3日内).
    """

    def register(function: Callable[..., Any]) -> click.Command:
        @group.command(name, context_settings={"ignore_unknown_options": takes_dashes})
        @click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
        @click.pass_obj
        @functools.wraps(function)
        def run(place: Place, **values: Any) -> None:
            with refusals():
                function(place, **values)

        return run

    return register


@contextmanager
def refusals() -> Any:
    """Known errors become one Chinese sentence per issue and exit code 1; nothing is hidden, nothing is a traceback."""
    try:
        yield
    except BadData as error:
        for fault in error.faults:
            say(str(fault))
        sys.exit(1)
    except Invalid as error:
        for issue in error.issues:
            say(f"{issue.field}：{wording.message(issue)}" if issue.field else wording.message(issue))
        sys.exit(1)
    except RegistryError as error:
        say(wording.refusal(error.code, error.context))
        sys.exit(1)


def say(text: str) -> None:
    """A message for the person at the terminal."""
    click.echo(text, err=True)


def show(record: Any, *, as_json: bool, table: Callable[[], Table] | None = None) -> None:
    """Print `record` as JSON, or as the table when there is one and nobody asked for JSON."""
    if as_json or table is None:
        click.echo(json.dumps(record, ensure_ascii=False, indent=2, default=_text))
    else:
        Console().print(table())


def rows_table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """A table whose heads are codes of `cli_head` in the wording."""
    table = Table(*(wording.label("cli_head", head) for head in heads))
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    return table


def _text(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


class Day(click.ParamType):
    """A date as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(wording.label("cli", "bad_date").format(found=value), param, ctx)


DAY = Day()
