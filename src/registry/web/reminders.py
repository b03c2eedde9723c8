"""/my/reminders: what one was reminded of, and whether it comes by e-mail as well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from wtforms import BooleanField, StringField

from registry import wording
from registry.accounts.tables import User
from registry.errors import Forbidden, Invalid
from registry.reminders.mailing import LONGEST_MAIL
from registry.reminders.records import entry_from
from registry.reminders.service import choose_mail, list_own, mark_read
from registry.reminders.tables import Digest
from registry.reminders.telling import Told, tell
from registry.units.queries import unit_names
from registry.web.forms import PlainForm, filled
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("reminders", __name__, url_prefix="/my/reminders")


class MailForm(PlainForm):
    email = StringField(render_kw={"type": "email", "autocomplete": "email", "maxlength": 254})
    mail_wanted = BooleanField()


@dataclass(frozen=True)
class ShownDigest:
    """`more` counts the entries beyond those shown."""

    digest: Digest
    told: Sequence[Told]
    more: int


@dataclass(frozen=True)
class RemindersPage:
    """Newest first; those of today and unread ones are opened."""

    digests: Sequence[ShownDigest]
    user: User
    mail_is_set_up: bool


@dataclass(frozen=True)
class SettingsPage:
    form: MailForm
    mail_is_set_up: bool


@blueprint.get("")
@login_required
def reminders() -> str:
    registry = the_registry()
    with registry.database.read() as session:
        names = unit_names(session)
        user_id = _own_id()
        page = RemindersPage(
            [_shown(digest, names) for digest in list_own(session, user_id)],
            session.get_one(User, user_id),
            registry.settings.smtp_url is not None,
        )
    return render_template("staff/reminders.html", page=page)


@blueprint.post("/<uuid:digest_id>/read")
@login_required
def read(digest_id: UUID) -> ResponseReturnValue:
    with the_registry().database.work(current_actor(), audited=False) as work:
        mark_read(work, digest_id)
    return redirect(url_for("reminders.reminders"))


@blueprint.route("/settings", methods=["GET", "POST"])
@login_required
def settings() -> ResponseReturnValue:
    registry, status = the_registry(), 200
    with registry.database.read() as session:
        form = MailForm(obj=session.get_one(User, _own_id()))
    if request.method == "POST":
        try:
            with registry.database.work(current_actor()) as work:
                choose_mail(work, email=filled(form.email), wanted=bool(form.mail_wanted.data))
            flash(wording.label("notice", "mail_chosen"))
            return redirect(url_for("reminders.reminders"))
        except Invalid as error:
            form.show(error.issues)
            status = 422
    page = SettingsPage(form, registry.settings.smtp_url is not None)
    return render_template("staff/reminder_settings.html", page=page), status


def _shown(digest: Digest, names: Mapping[str, str]) -> ShownDigest:
    entries = [entry_from(record) for record in digest.entries]
    return ShownDigest(digest, [tell(entry, names) for entry in entries[:LONGEST_MAIL]], len(entries[LONGEST_MAIL:]))


def _own_id() -> UUID:
    user_id = current_actor().user_id
    if user_id is None:
        raise Forbidden
    return user_id
