"""Nothing typed is lost: forms of staff work are kept while they are filled in, and across a session that ended meanwhile.

A script sends what was typed from time to time; without it, a form sent after the session has ended is carried through the sign-in. Either
way the form is shown again as it was typed, until it is handed over or thrown away.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from registry.accounts.kept_forms import LONGEST_PATH, drop_kept_form, find_kept_form, keep_form, others_at_form
from registry.accounts.tables import KeptForm
from registry.errors import NotFound
from registry.web.account_forms import SignInForm
from registry.web.errors import show_http_error
from registry.web.filters import zh_time
from registry.web.visitors import current_actor, safe_path, the_registry, to_sign_in

blueprint = Blueprint("kept_forms", __name__, url_prefix="/kept-forms")

KEEPING = frozenset(
    {
        "publishing",
        "checking",
        "reviewing",
        "ending",
        "events",
        "rulings",
        "self_assessments",
        "rectification_tasks",
        "briefings",
        "annual_figures",
        "annual_compiling",
    }
)
"""Blueprints whose forms are kept. Forms with passwords are not among them."""

PASSING = frozenset({"csrf_token", "version", "decision", "step", "kept", "next"})
"""Fields that a person did not type."""

MOST_FIELDS, LONGEST_BODY = 1000, 200_000


def init_kept_forms(app: Flask) -> None:
    """Needs the visitors to be there: who is turned away from a form takes along what was typed."""
    app.register_blueprint(blueprint)
    app.login_manager.unauthorized_handler(lambda: carried_sign_in() or to_sign_in())  # type: ignore[attr-defined]
    app.before_request(find_kept)
    app.after_request(drop_handed_over)
    app.register_error_handler(CSRFError, keep_what_was_sent)
    app.context_processor(lambda: {"kept": g.get("kept"), "others_here": g.get("others_here", ())})


@blueprint.post("")
@login_required
def keep() -> ResponseReturnValue:
    """Keep the fields sent for the form at `path`; answers with the time, in words."""
    path = _path_named()
    with the_registry().database.work(current_actor(), audited=False) as work:
        kept_at = keep_form(work, path, typed_fields()).kept_at
    return {"kept_at": zh_time(kept_at)}


@blueprint.post("/discard")
@login_required
def discard() -> ResponseReturnValue:
    """Throw away what was kept, and begin again with what is stored."""
    path = _path_named()
    with the_registry().database.work(current_actor(), audited=False) as work:
        drop_kept_form(work, path)
    return redirect(request.script_root + path)


def find_kept() -> None:
    """Before a form is shown: what this person was typing into it, and who else is at it."""
    if request.method != "GET" or request.blueprint not in KEEPING or not current_user.is_authenticated:
        return
    database, user_id = the_registry().database, current_actor().user_id
    with database.read() as session:
        g.kept = find_kept_form(session, user_id, request.path)
        g.others_here = others_at_form(session, user_id, request.path, database.clock())


def kept_fields() -> MultiDict[str, str] | None:
    """The fields a form starts with instead of what is stored, if it was being filled in before."""
    kept: KeptForm | None = g.get("kept")
    return MultiDict([(name, value) for name, value in kept.body]) if kept is not None else None


def drop_handed_over(response: Response) -> Response:
    """A form that was accepted answers with a redirection; then there is nothing to keep any more."""
    accepted = request.method == "POST" and response.status_code in (302, 303) and not g.get("came_back")
    if accepted and request.blueprint in KEEPING and current_user.is_authenticated:
        database, actor = the_registry().database, current_actor()
        with database.read() as session:
            kept = find_kept_form(session, actor.user_id, request.path)
        if kept is not None:
            with database.work(actor, audited=False) as work:
                drop_kept_form(work, request.path)
    return response


def carried_sign_in() -> ResponseReturnValue | None:
    """The sign-in with the form inside that was sent without a session; None when nothing was typed into one."""
    if request.method != "POST" or request.blueprint not in KEEPING:
        return None
    typed = typed_fields()
    if not any(value.strip() and name not in PASSING for name, value in typed):
        return None
    form = SignInForm(formdata=None)
    kept = json.dumps(typed, ensure_ascii=False)
    page = render_template(
        "accounts/sign_in.html", form=form, next_path=request.script_root + request.path, needs_setup=False, kept=kept
    )
    return page, 401


def keep_carried() -> None:
    """After the sign-in: what was carried through it waits at the form it was sent to."""
    target = safe_path(request.form.get("next"))
    body = _pairs(request.form.get("kept"))
    if target is None or not body:
        return
    path = urlsplit(target).path.removeprefix(request.script_root)
    with the_registry().database.work(current_actor(), audited=False) as work:
        keep_form(work, path, body)


def keep_what_was_sent(error: CSRFError) -> ResponseReturnValue:
    """A form from before another sign-in carries a token that no longer holds: it is shown again, filled in, to be sent once more."""
    if request.blueprint not in KEEPING or not _is_from_here():
        return show_http_error(error)
    if not current_user.is_authenticated:
        return carried_sign_in() or show_http_error(error)
    with the_registry().database.work(current_actor(), audited=False) as work:
        keep_form(work, request.path, typed_fields())
    g.came_back = True
    return redirect(request.script_root + request.path)


def typed_fields() -> list[tuple[str, str]]:
    """The fields of this request as pairs, without its token."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", "kept")]
    return typed[:MOST_FIELDS]


def _pairs(text: str | None) -> list[tuple[str, str]]:
    """What `carried_sign_in` wrote; anything else is nothing."""
    try:
        found: Any = json.loads(text) if text and len(text) <= LONGEST_BODY else []
        return [(str(name), str(value)) for name, value in found][:MOST_FIELDS]
    except (ValueError, TypeError):
        return []


def _path_named() -> str:
    path = safe_path(request.args.get("path"))
    if path is None or len(path) > LONGEST_PATH:
        raise NotFound
    return urlsplit(path).path


def _is_from_here() -> bool:
    """Whether the form was sent from a page of this host, which a forged one was not."""
    return urlsplit(request.origin or request.referrer or "").netloc == request.host
