"""The way in, the way out, and the first start."""

from flask import Blueprint, Flask, g, redirect, request, session, url_for
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from registry.accounts import service, sessions
from registry.accounts.permissions import Permission, may
from registry.accounts.queries import has_users
from registry.bootstrap import Registry
from registry.errors import Forbidden, NotFound, RegistryError
from registry.web import accounts, own_account
from registry.web.account_forms import SetupForm, SignInForm, form_page
from registry.web.kept_forms import keep_carried
from registry.web.visitors import (
    Visitor,
    current_actor,
    init_visitors,
    is_from_staff_network,
    safe_path,
    the_registry,
)

blueprint = Blueprint("signing_in", __name__)


def init_sign_in(app: Flask, registry: Registry) -> None:
    """Everything about accounts: who is signed in, and the pages of this file, of one's own account and of all accounts."""
    init_visitors(app, registry)
    for part in (blueprint, own_account.blueprint, accounts.blueprint):
        app.register_blueprint(part)


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | tuple[str, int]:
    if not is_from_staff_network():
        raise Forbidden("outside_staff_networks")
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(_after_sign_in())
    form = SignInForm()
    status = 422
    if form.validate_on_submit():
        try:
            _try_sign_in(form)
            keep_carried()
            return redirect(_after_sign_in())
        except Forbidden as error:
            form.tell(error, "username")
            status = 429 if error.code == "too_many_sign_ins" else 422
    target = safe_path(request.values.get("next")) or ""
    kept = request.form.get("kept", "")
    return form_page(
        "accounts/sign_in.html", form, status=status, next_path=target, needs_setup=_needs_setup(), kept=kept
    )


@blueprint.post("/sign-out")
def sign_out() -> Response:
    if current_user.is_authenticated:
        sessions.sign_out(the_registry().database, current_user.token)
    session.clear()
    g.pop("_login_user", None)
    return redirect(request.script_root + "/")


@blueprint.route("/setup", methods=["GET", "POST"])
def setup() -> Response | tuple[str, int]:
    if not _needs_setup():
        raise NotFound
    form = SetupForm()
    if form.validate_on_submit():
        try:
            _set_up(form)
            return redirect(url_for("signing_in.sign_in"))
        except NotFound:
            raise
        except RegistryError as error:
            form.tell(error, "code")
    return form_page("accounts/setup.html", form)


def _try_sign_in(form: SignInForm) -> None:
    """A new session in a new cookie; one this browser still had is ended."""
    database = the_registry().database
    old_token = current_user.token if current_user.is_authenticated else None
    token, _ = sessions.sign_in(
        database,
        form.username.data or "",
        form.password.data or "",
        address=request.remote_addr or "",
        agent=request.user_agent.string,
    )
    if old_token is not None:
        sessions.sign_out(database, old_token)
    session.clear()
    signed_in = sessions.find_session(database, token)
    if signed_in is not None:
        login_user(Visitor(token, signed_in))


def _after_sign_in() -> str:
    """Back to where the person was going, or to the page the person works on."""
    wanted, actor = safe_path(request.values.get("next")), current_actor()
    if wanted is not None:
        return wanted
    if may(actor, Permission.SEE_TASKS, actor.unit_code):
        return request.script_root + "/tasks"
    if may(actor, Permission.MANAGE_ACCOUNTS) or may(actor, Permission.GRANT_ROLES):
        return url_for("accounts.list_accounts")
    return request.script_root + "/"


def _needs_setup() -> bool:
    with the_registry().database.read() as reading:
        return not has_users(reading)


def _set_up(form: SetupForm) -> None:
    registry = the_registry()
    service.use_setup_code(
        registry.database,
        code=form.code.data or "",
        username=form.username.data or "",
        display_name=form.display_name.data or "",
        password=form.password.data or "",
        preset=registry.settings.password_rules,
    )
