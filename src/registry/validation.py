"""The fields all schemas share, and what a schema refuses as issues with the registry's own codes: one translation for every door.

The schemas keep marshmallow's messages; here each is recognised by marshmallow's own constants and becomes a
code of `issues` in the wording, so that an English sentence never reaches a page. A validator of ours says its
code as its message.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from marshmallow import Schema, ValidationError, fields, validate

from registry.errors import Invalid, Issue

LONGEST_QUOTE = 60

WHOLE = "_schema"

CODE = re.compile(r"[a-z][a-z_]+")

Path = tuple[str | int, ...]


EMAIL = re.compile(
    r"(?=.{3,254}\Z)[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
"""Addresses mail servers of today take; nothing in them can end a header or begin another recipient."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean(text: str) -> str:
    """Without control characters (PostgreSQL, XLSX and Atom refuse them) and surrounding white space."""
    return CONTROL.sub("", text).strip()


class Text(fields.String):
    """A text whose control characters are dropped; blank becomes None when None is allowed."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = clean(super()._deserialize(value, attr, data, **kwargs) or "")
        if not text and not self.allow_none:
            raise self.make_error("required")
        return text or None

    def _validate(self, value: Any) -> None:
        if value is not None:
            super()._validate(value)


def web_address(value: str) -> None:
    """Only http and https; anything else could run where it is clicked."""
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise ValidationError("not_web_address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValidationError("not_web_address")


def load(schema: Schema, values: Mapping[str, Any]) -> dict[str, Any]:
    """The clean values of a record; Invalid with all issues, each at its field (`channels.0.address`)."""
    try:
        loaded: dict[str, Any] = schema.load(values)
    except ValidationError as error:
        raise Invalid(issues_of(error, values)) from error
    return loaded


def issues_of(error: ValidationError, values: Any = None) -> list[Issue]:
    """The issues behind a ValidationError. `values` is what was to be loaded, to say what was found."""
    return [_issue(path, message, values) for path, message in _messages(error.messages)]


def _messages(messages: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _messages(inner, path if key == WHOLE else (*path, key))
    elif isinstance(messages, list):
        for inner in messages:
            yield from _messages(inner, path)
    else:
        yield path, str(messages)


def _issue(path: Path, message: str, values: Any) -> Issue:
    found = _found(values, path)
    code, context = _code(message)
    if code == "too_long" and isinstance(found, list):
        code = "too_many"
    if code == "unknown_field":
        context["field"] = _quoted(path[-1])
    elif found is not None:
        context["found"] = _quoted(found)
    return Issue(".".join(str(step) for step in path), code, context)


def _code(message: str) -> tuple[str, dict[str, Any]]:
    if message in EXACT:
        return EXACT[message], {}
    for pattern, code in PATTERNS:
        match = pattern.fullmatch(message)
        if match:
            return code, dict(match.groupdict())
    return (message, {}) if CODE.fullmatch(message) else ("not_accepted", {})


def _found(values: Any, path: Path) -> Any:
    for step in path:
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            return None
    return values


def _quoted(value: Any) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def _pattern(template: str) -> re.Pattern[str]:
    """A message of marshmallow with its placeholders open: `Longer than maximum length {max}.`"""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*)", re.escape(template)), re.DOTALL)


EXACT: Mapping[Any, str] = {
    fields.Field.default_error_messages["required"]: "required",
    fields.Field.default_error_messages["null"]: "required",
    fields.Field.default_error_messages["validator_failed"]: "not_accepted",
    fields.String.default_error_messages["invalid"]: "not_text",
    fields.String.default_error_messages["invalid_utf8"]: "not_text",
    fields.Date.default_error_messages["invalid"]: "not_date",
    fields.UUID.default_error_messages["invalid_uuid"]: "not_a_choice",
    fields.Integer.default_error_messages["invalid"]: "not_number",
    fields.Number.default_error_messages["invalid"]: "not_number",
    fields.Number.default_error_messages["too_large"]: "not_number",
    fields.Boolean.default_error_messages["invalid"]: "not_yes_or_no",
    fields.List.default_error_messages["invalid"]: "not_list",
    fields.Nested.default_error_messages["type"]: "not_record",
    Schema._default_error_messages["type"]: "not_record",
    Schema._default_error_messages["unknown"]: "unknown_field",
}

PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (_pattern(validate.Length.message_max), "too_long"),
    (_pattern(validate.Length.message_all), "too_long"),
    (_pattern(validate.Length.message_min), "too_short"),
    (_pattern(validate.OneOf.default_message), "not_a_choice"),
)

CODES = frozenset(EXACT.values()) | {code for _, code in PATTERNS}
"""Every code that stands for a sentence of marshmallow; they fit any field."""
