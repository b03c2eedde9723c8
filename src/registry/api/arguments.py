"""Reading a request's values: JSON bodies only, unknown names refused everywhere, faults as issues with the registry's codes."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from flask import Request, request
from marshmallow import Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from registry import validation
from registry.errors import Invalid, RegistryError


class Unreadable(RegistryError):
    """The body is not JSON that every database can keep."""

    code = "json_unreadable"


def require_media_type(media_type: str) -> None:
    """Before each request: a body of another media type would arrive empty, so it is refused by name."""
    if request.content_length and request.mimetype != media_type:
        raise UnsupportedMediaType


class StrictParser(FlaskParser):
    """Raises what the registry raises, so that a fault in a request is told like any other refusal."""

    def _raw_load_json(self, req: Request) -> Any:
        try:
            value = super()._raw_load_json(req)
            if isinstance(value, str | list | dict):
                _refuse_half_characters(value)
        except (ValueError, RecursionError) as error:
            raise Unreadable from error
        return value

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Both arguments after `schema` are webargs' and have no use here."""
        [(location, messages)] = error.normalized_messages().items()
        values = _query_values(req, schema) if location == "query" else req.get_json(silent=True)
        raise Invalid(validation.issues_of(ValidationError(messages), values)) from error


def _refuse_half_characters(value: Any) -> None:
    r"""Half of a surrogate pair (`"\ud800"`) cannot be stored; encoding it raises UnicodeEncodeError, a ValueError."""
    json.dumps(value, ensure_ascii=False).encode("utf-8")


def _query_values(req: Request, schema: Schema) -> Mapping[str, Any]:
    """What was given, for saying what was found: lists where the schema has lists."""
    return {
        name: req.args.getlist(name) if isinstance(schema.fields.get(name), fields.List) else req.args[name]
        for name in req.args
    }
