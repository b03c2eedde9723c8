"""Forms of sign-in and accounts. They carry values only: what is accepted is decided, and worded, by the services' issues."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from flask import render_template
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField

from registry.errors import Invalid, Issue, RegistryError
from registry.wording import label, message, refusal

CURRENT_PASSWORD = {"autocomplete": "current-password", "maxlength": 200}
NEW_PASSWORD = {"autocomplete": "new-password", "maxlength": 200}
USERNAME = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "maxlength": 40}


class WordedForm(FlaskForm):
    """Labels come from the wording: by the field's name, or by the code `words` gives for it.

    `optional` fields are marked so on the page; what is missing is found by the services.
    """

    words: ClassVar[Mapping[str, str]] = {}
    optional: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            if field.name != "csrf_token":
                field.label.text = label("field", self.words.get(field.name, field.name))
                field.flags.required = field.name not in self.optional

    def tell(self, error: RegistryError, field: str) -> None:
        """Put an error at its fields; what belongs to none of them stands at `field`."""
        if not isinstance(error, Invalid):
            self._add(field, refusal(error.code, error.context))
            return
        for issue in _worded(error.issues):
            self._add(issue.field if issue.field in self else field, message(issue))

    def _add(self, name: str, sentence: str) -> None:
        field = self[name]
        field.errors = [*field.errors, sentence]


class SignInForm(WordedForm):
    username = StringField(render_kw=USERNAME)
    password = PasswordField(render_kw=CURRENT_PASSWORD)


class SetupForm(WordedForm):
    words: ClassVar[Mapping[str, str]] = {"code": "setup_code", "password": "new_password"}
    code = StringField(render_kw={"autocomplete": "off", "spellcheck": "false", "maxlength": 40})
    username = StringField(render_kw=USERNAME)
    display_name = StringField(render_kw={"autocomplete": "name", "maxlength": 40})
    password = PasswordField(render_kw=NEW_PASSWORD)


class PasswordForm(WordedForm):
    words: ClassVar[Mapping[str, str]] = {"password": "new_password"}
    current_password = PasswordField(render_kw=CURRENT_PASSWORD)
    password = PasswordField(render_kw=NEW_PASSWORD)


class TokenForm(WordedForm):
    words: ClassVar[Mapping[str, str]] = {"name": "token_name"}
    name = StringField(render_kw={"autocomplete": "off", "maxlength": 80})
    current_password = PasswordField(render_kw=CURRENT_PASSWORD)


class AccountForm(WordedForm):
    optional: ClassVar[frozenset[str]] = frozenset({"unit_code", "telephone"})
    username = StringField(render_kw={**USERNAME, "autocomplete": "off"})
    display_name = StringField(render_kw={"autocomplete": "off", "maxlength": 40})
    unit_code = SelectField(validate_choice=False)
    telephone = StringField(render_kw={"autocomplete": "off", "type": "tel", "maxlength": 40})


class RoleForm(WordedForm):
    role = SelectField(validate_choice=False)


def form_page(template: str, form: WordedForm, *, status: int = 422, **context: Any) -> tuple[str, int]:
    """The page with its form; 200 when fresh, `status` when there is something to correct."""
    return render_template(template, form=form, **context), status if form.errors else 200


def _worded(issues: Iterable[Issue]) -> list[Issue]:
    """Issues whose context holds codes of roles, with the words people know them by."""
    return [Issue(issue.field, issue.code, {**issue.context, **_role_words(issue)}) for issue in issues]


def _role_words(issue: Issue) -> dict[str, str]:
    if issue.field != "role" or issue.code == "role_unknown":
        return {}
    return {
        name: label("search", "unit_separator").join(label("role", code) for code in str(codes).split(", ") if code)
        for name, codes in issue.context.items()
    }
