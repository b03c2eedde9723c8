"""What SQLite and PostgreSQL both can, each under a name of its own; and the type of a statement whose columns no type could say."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

AnySelect = sa.Select[*tuple[Any, ...]]


class json_objects(GenericFunction[Any]):  # noqa: N801 - a function of SQL
    """The members of a JSON list, one row each, in a column `value`: `json_objects(column).table_valued("value")`."""

    inherit_cache = True
    type = sa.JSON()


class json_texts(GenericFunction[Any]):  # noqa: N801 - a function of SQL
    """As `json_objects`, for a list of texts."""

    inherit_cache = True
    type = sa.Text()


class city_day(GenericFunction[Any]):  # noqa: N801 - a function of SQL
    """The day it was in the city at a moment (`CITY_TIME`); both databases keep moments in UTC."""

    inherit_cache = True
    type = sa.Date()


@compiles(json_objects)
@compiles(json_texts)
def _json_each(element: GenericFunction[Any], compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(json_objects, "postgresql")
def _jsonb_array_elements(element: GenericFunction[Any], compiler: Any, **options: Any) -> str:
    return f"jsonb_array_elements({compiler.process(element.clauses, **options)})"


@compiles(json_texts, "postgresql")
def _jsonb_array_elements_text(element: GenericFunction[Any], compiler: Any, **options: Any) -> str:
    return f"jsonb_array_elements_text({compiler.process(element.clauses, **options)})"


@compiles(city_day)
def _date_by_hours(element: GenericFunction[Any], compiler: Any, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, '+8 hours')"


@compiles(city_day, "postgresql")
def _date_by_zone(element: GenericFunction[Any], compiler: Any, **options: Any) -> str:
    return f"CAST(timezone('Asia/Shanghai', {compiler.process(element.clauses, **options)}) AS DATE)"


def member(value: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[str]:
    """The text under a name in a JSON object that is a row of `json_objects`."""
    return value.op("->>", return_type=sa.Text())(sa.literal_column(f"'{name}'"))
