"""/account: what people see and change of their own account: sessions, password, API tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from registry.accounts import queries, service, sessions
from registry.accounts.passwords import SHORTEST
from registry.accounts.queries import OpenSession
from registry.accounts.sessions import SignedIn
from registry.accounts.tables import ApiToken, User
from registry.errors import RegistryError
from registry.web.account_forms import PasswordForm, TokenForm, form_page
from registry.web.visitors import current_actor, current_signed_in, safe_path, the_registry

blueprint = Blueprint("own_account", __name__, url_prefix="/account")


@dataclass(frozen=True)
class AccountPage:
    """One's own account: codes of roles, living sessions, tokens that still work."""

    user: User
    unit_name: str | None
    roles: Sequence[str]
    sessions: Sequence[OpenSession]
    tokens: Sequence[ApiToken]


@dataclass(frozen=True)
class PasswordPage:
    """`must_change`: nothing else is open before; `shortest` and `preset` word the rules beside the field."""

    must_change: bool
    next_path: str
    preset: str
    shortest: int


@blueprint.get("")
@login_required
def show() -> tuple[str, int]:
    return form_page("accounts/account.html", TokenForm(formdata=None), page=_page())


@blueprint.route("/password", methods=["GET", "POST"])
@login_required
def change_password() -> Response | tuple[str, int]:
    registry, form, signed_in = the_registry(), PasswordForm(), _myself()
    preset = registry.settings.password_rules
    next_path = safe_path(request.values.get("next")) or ""
    if form.validate_on_submit():
        try:
            current, new = form.current_password.data or "", form.password.data or ""
            sessions.change_password(registry.database, signed_in, current=current, new=new, preset=preset)
            return redirect(next_path or url_for("own_account.show"))
        except RegistryError as error:
            form.tell(error, "current_password")
    must_change = sessions.must_change_password(signed_in.user, preset, registry.database.clock())
    page = PasswordPage(must_change, next_path, preset, SHORTEST[preset])
    return form_page("accounts/password.html", form, page=page)


@blueprint.post("/sessions/<short_id>/end")
@login_required
def end_session(short_id: str) -> Response:
    with the_registry().database.work(current_actor()) as work:
        sessions.end_session(work, _myself().user.id, short_id)
    return redirect(url_for("own_account.show"))


@blueprint.post("/sessions/end-others")
@login_required
def end_other_sessions() -> Response:
    signed_in = _myself()
    kept = signed_in.session.token_hash if signed_in.session else None
    with the_registry().database.work(current_actor()) as work:
        sessions.end_sessions(work, signed_in.user.id, keep=kept)
    return redirect(url_for("own_account.show"))


@blueprint.post("/tokens")
@login_required
def create_token() -> str | tuple[str, int]:
    """The answer to the form is the only page that ever shows the token, so it is not redirected."""
    registry, form, signed_in = the_registry(), TokenForm(), _myself()
    try:
        sessions.require_password(registry.database, signed_in, form.current_password.data or "")
        with registry.database.work(current_actor()) as work:
            token, secret = service.create_token(work, signed_in.user.id, name=form.name.data or "")
            name = token.name
        return render_template("accounts/token.html", name=name, secret=secret)
    except RegistryError as error:
        form.tell(error, "name")
    return form_page("accounts/account.html", form, page=_page())


@blueprint.post("/tokens/<uuid:token_id>/end")
@login_required
def end_token(token_id: UUID) -> Response:
    with the_registry().database.work(current_actor()) as work:
        service.end_token(work, token_id)
    return redirect(url_for("own_account.show"))


def _myself() -> SignedIn:
    """Who is signed in, in a view that only signed-in people reach."""
    signed_in = current_signed_in()
    assert signed_in is not None  # noqa: S101 - login_required stands before it
    return signed_in


def _page() -> AccountPage:
    registry, signed_in = the_registry(), _myself()
    user, current = signed_in.user, signed_in.session.token_hash if signed_in.session else None
    with registry.database.read() as session:
        return AccountPage(
            user=user,
            unit_name=queries.find_unit_name(session, user.unit_code),
            roles=sorted(signed_in.roles),
            sessions=queries.list_sessions(session, user.id, now=registry.database.clock(), current=current),
            tokens=queries.list_tokens(session, user.id),
        )
