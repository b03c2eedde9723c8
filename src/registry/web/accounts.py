"""/accounts: the administrator makes, resets and disables accounts; the security officer gives and takes roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from registry.accounts import queries, service
from registry.accounts.permissions import Permission, Role, may, require
from registry.accounts.queries import Account
from registry.errors import Invalid
from registry.web.account_forms import AccountForm, RoleForm, form_page
from registry.web.visitors import current_actor, the_registry
from registry.wording import label

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")


@dataclass(frozen=True)
class AccountsPage:
    """All accounts, those in use first."""

    accounts: Sequence[Account]
    may_manage: bool


@dataclass(frozen=True)
class OneAccountPage:
    """One account, and what the person who looks may do with it."""

    account: Account
    may_manage: bool
    may_grant: bool
    may_grant_security: bool


@blueprint.get("")
@login_required
def list_accounts() -> str:
    actor = current_actor()
    with the_registry().database.read() as session:
        accounts = queries.list_users(session, actor)
    page = AccountsPage(accounts, may(actor, Permission.MANAGE_ACCOUNTS))
    return render_template("accounts/accounts.html", page=page)


@blueprint.route("/new", methods=["GET", "POST"])
@login_required
def create_account() -> str | tuple[str, int]:
    """The answer is the only page that shows the one-time secret, so it is not redirected."""
    database, actor = the_registry().database, current_actor()
    require(actor, Permission.MANAGE_ACCOUNTS)
    form = AccountForm()
    with database.read() as session:
        form.unit_code.choices = [
            ("", label("choice", "no_unit")),
            *queries.list_unit_choices(session, database.today()),
        ]
    if form.validate_on_submit():
        try:
            with database.work(actor) as work:
                user, secret = service.create_user(
                    work,
                    username=form.username.data or "",
                    display_name=form.display_name.data or "",
                    unit_code=form.unit_code.data,
                    telephone=form.telephone.data,
                )
                user_id, username = user.id, user.username
            return render_template("accounts/secret.html", user_id=user_id, username=username, secret=secret)
        except Invalid as error:
            form.tell(error, "username")
    return form_page("accounts/new.html", form)


@blueprint.get("/<uuid:user_id>")
@login_required
def show(user_id: UUID) -> tuple[str, int]:
    return _show(user_id, RoleForm(formdata=None))


@blueprint.post("/<uuid:user_id>/reset")
@login_required
def reset(user_id: UUID) -> str:
    """As with a new account, the secret is shown once and here."""
    with the_registry().database.work(current_actor()) as work:
        secret = service.reset_password(work, user_id)
        username = queries.get_user(work.session, work.actor, user_id).username
    return render_template("accounts/secret.html", user_id=user_id, username=username, secret=secret)


@blueprint.post("/<uuid:user_id>/disable")
@login_required
def disable(user_id: UUID) -> Response:
    with the_registry().database.work(current_actor()) as work:
        service.disable_user(work, user_id)
    return redirect(url_for("accounts.show", user_id=user_id))


@blueprint.post("/<uuid:user_id>/roles")
@login_required
def grant_role(user_id: UUID) -> Response | tuple[str, int]:
    form = RoleForm()
    try:
        with the_registry().database.work(current_actor()) as work:
            service.grant_role(work, user_id, form.role.data or "")
        return redirect(url_for("accounts.show", user_id=user_id))
    except Invalid as error:
        form.tell(error, "role")
    return _show(user_id, form)


@blueprint.post("/<uuid:user_id>/roles/<role>/revoke")
@login_required
def revoke_role(user_id: UUID, role: str) -> Response:
    with the_registry().database.work(current_actor()) as work:
        service.revoke_role(work, user_id, role)
    return redirect(url_for("accounts.show", user_id=user_id))


def _show(user_id: UUID, form: RoleForm) -> tuple[str, int]:
    actor = current_actor()
    with the_registry().database.read() as session:
        account = queries.get_user(session, actor, user_id)
        is_first = queries.count_active(session, Role.SECURITY) == 0
    page = OneAccountPage(
        account=account,
        may_manage=may(actor, Permission.MANAGE_ACCOUNTS),
        may_grant=may(actor, Permission.GRANT_ROLES),
        may_grant_security=is_first and may(actor, Permission.MANAGE_ACCOUNTS),
    )
    offered = list(Role) if page.may_grant else [Role.SECURITY] if page.may_grant_security else []
    form.role.choices = [(role.value, label("role", role)) for role in offered if role not in account.roles]
    return form_page("accounts/show.html", form, page=page)
