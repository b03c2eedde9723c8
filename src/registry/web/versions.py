"""The version a form was shown for, against lost updates."""

from typing import Protocol

from wtforms import Field


class Versioned(Protocol):
    """A form with the hidden field."""

    version: Field


def version_of(form: Versioned) -> int:
    """The version the form was shown for; one that cannot be read is as good as passed by."""
    text = form.version.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
