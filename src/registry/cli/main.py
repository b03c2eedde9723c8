"""The `registry` command: one group, one file per noun."""

from pathlib import Path

import click
from pydantic import ValidationError

from registry.cli import (
    assessment,
    audit,
    coverage,
    deadline,
    duties,
    evidence,
    items,
    loading,
    maintenance,
    periods,
    publications,
    rectification,
    reminders,
    reports,
    search,
    search_index,
    serve,
    standards,
    units,
    users,
)
from registry.cli.output import Place, say
from registry.settings import Settings


@click.group()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Data folder (REGISTRY_DATA; default var/).",
)
@click.version_option(package_name="disclosure-registry", prog_name="registry")
@click.pass_context
def main(context: click.Context, data: Path | None) -> None:
    """政务公开标准目录：查询、登记、到期与覆盖情况。 Registry of standardized government-disclosure catalogs."""
    try:
        settings = Settings(data=data) if data is not None else Settings()
    except ValidationError as error:
        for fault in error.errors():
            say(f"REGISTRY_{'_'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}")
        context.exit(2)
    place = Place(settings.model_copy(update={"index_in_background": False}))
    context.obj = place
    context.call_on_close(place.close)


for noun in (
    serve,
    loading,
    search,
    items,
    publications,
    duties,
    periods,
    evidence,
    coverage,
    assessment,
    deadline,
    audit,
    maintenance,
    search_index,
    users,
    units,
    reminders,
    standards,
    rectification,
    reports,
):
    noun.add_to(main)
