"""Forms hold what was typed and show what is wrong with it; what is wrong is decided by schemas and services."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, Form, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from registry import wording
from registry.errors import Conflict, Invalid, Issue
from registry.validation import CODES
from registry.web.kept_forms import kept_fields

ANYWHERE = CODES | {"not_web_address", "repeated", "address_missing", "channel_not_ticked"}


class PlainForm(FlaskForm):
    """Labels come from the wording by the field's name, unless the field brought its own.

    What the person was typing here before comes back instead of what is stored.
    """

    form_errors: list[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if request.method == "GET":
            kwargs.setdefault("formdata", kept_fields())
        super().__init__(*args, **kwargs)
        words = wording.labels("field")
        for field in self:
            field.label.text = words.get(field.name, field.label.text)

    def show(self, issues: Iterable[Issue], *, place: Callable[[str], str] | None = None) -> None:
        """Put each issue's sentence at its field; `place` says which field that is where names differ.

        What belongs to no field of the form is shown for the form as a whole.
        """
        for issue in issues:
            name = place(issue.field) if place else issue.field
            if name in self:
                self[name].errors = _with(self[name].errors, _sentence(issue, self[name]))
            else:
                self.tell(wording.message(issue))

    def tell(self, sentence: str) -> None:
        """Say something about the form as a whole."""
        self.form_errors = _with(self.form_errors, sentence)


DONE = 303


def attempt(form: PlainForm, act: Callable[[], object], *, place: Callable[[str], str] | None = None) -> int:
    """Do `act`; DONE when it went through, else the status of the page on which the form says why not."""
    try:
        act()
    except Invalid as error:
        form.show(error.issues, place=place)
        return 422
    except Conflict as error:
        form.tell(wording.refusal(error.code, error.context))
        return 409
    return DONE


class Must:
    """Marks a field that may not stay empty, for the label; that it is not empty is checked by its schema."""

    field_flags: Mapping[str, Any] = {"required": True}

    def __call__(self, form: Form, field: Field) -> None:
        """Nothing: see above."""


MUST = Must()


class DayInput(TextInput):
    """A date picker; but a text box around what a picker would silently empty, so that nothing typed is cleared."""

    def __call__(self, field: Field, **attributes: Any) -> Any:
        attributes.setdefault("type", "date" if is_day(field.data) else "text")
        return super().__call__(field, **attributes)


class DayField(StringField):
    """A day, kept as it was typed."""

    widget = DayInput()


class CheckBoxes(SelectMultipleField):
    """Several of a list. A stranger among the choices is found by the schema or the service, not here."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Form) -> None:
        """Nothing: see above."""


def is_day(text: str | None) -> bool:
    """Whether a date picker can show `text`; an empty one it can."""
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def filled(field: Field) -> str | None:
    """What was typed, None for a blank, which is then `required` and not a strange value."""
    return (field.data or "").strip() or None


def _sentence(issue: Issue, field: Field) -> str:
    """Sentences that fit any field are told with the field's name, or a summary of them says nothing."""
    sentence = wording.message(issue)
    if issue.code not in ANYWHERE:
        return sentence
    return wording.label("format", "named_issue").format(name=field.label.text, sentence=sentence)


def _with(errors: Iterable[str], sentence: str) -> list[str]:
    return [*errors, sentence] if sentence not in errors else list(errors)
