"""Who is behind a request on the pages: the session of the cookie, and the actor services are given."""

from urllib.parse import urlsplit

from flask import Flask, current_app, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response

from registry.accounts import sessions
from registry.accounts.rules import is_staff_address
from registry.accounts.sessions import SignedIn
from registry.bootstrap import Registry
from registry.database import PUBLIC, Actor
from registry.settings import Settings

# What a person who must choose a new password first can still reach.
OPEN_BEFORE_CHANGE = frozenset({"own_account.change_password", "signing_in.sign_out", "static", "bootstrap.static"})


class Visitor(UserMixin):
    """What flask-login carries: the secret from the cookie and whose it is."""

    def __init__(self, token: str, signed_in: SignedIn) -> None:
        self.token, self.signed_in = token, signed_in

    def get_id(self) -> str:
        return self.token


def init_visitors(app: Flask, registry: Registry) -> None:
    """The cookie, flask-login, and the hook before each request."""
    app.config.update(cookie_settings(registry.settings))
    manager = LoginManager(app)
    # An address changes under people's feet behind proxies and mobile lines; the session row is the protection.
    manager.session_protection = None
    manager.user_loader(load_visitor)
    manager.unauthorized_handler(to_sign_in)
    app.before_request(keep_to_password_change)


def cookie_settings(settings: Settings) -> dict[str, object]:
    """`__Host-` binds the cookie to this host and needs the whole host: not possible under a portal's prefix."""
    name = "__Host-registry" if settings.https and not settings.prefix else "registry"
    return {
        "SESSION_COOKIE_NAME": name,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_PATH": settings.prefix or "/",
        "SESSION_COOKIE_DOMAIN": None,
    }


def the_registry() -> Registry:
    found: Registry = current_app.extensions["registry"]
    return found


def load_visitor(token: str) -> Visitor | None:
    """None for ended and expired sessions, and for staff sessions used from outside the staff's networks."""
    if not is_from_staff_network():
        return None
    signed_in = sessions.find_session(the_registry().database, token)
    return Visitor(token, signed_in) if signed_in is not None else None


def current_signed_in() -> SignedIn | None:
    """Who is signed in; None for the public."""
    return current_user.signed_in if current_user.is_authenticated else None


def current_actor() -> Actor:
    """Who acts, for services: the signed-in person, or the public."""
    signed_in = current_signed_in()
    return sessions.actor_of(signed_in, "web") if signed_in is not None else PUBLIC


def is_from_staff_network() -> bool:
    return is_staff_address(request.remote_addr or "", the_registry().settings.staff_networks)


def keep_to_password_change() -> Response | None:
    """Somebody whose password is a one-time secret or too old sees nothing before choosing a new one.

    The session is looked up here, before any view opens a transaction of its own.
    """
    if not session or request.endpoint in OPEN_BEFORE_CHANGE or request.path.startswith("/api/"):
        return None
    signed_in, registry = current_signed_in(), the_registry()
    if signed_in is None:
        return None
    now = registry.database.clock()
    if not sessions.must_change_password(signed_in.user, registry.settings.password_rules, now):
        return None
    return redirect(url_for("own_account.change_password", next=path_asked_for()))


def to_sign_in() -> Response:
    """Where a page that needs an account sends the public: to the sign-in, and from there back."""
    return redirect(url_for("signing_in.sign_in", next=path_asked_for()))


def path_asked_for() -> str:
    """The address of this request inside this host; of a form that was sent, the page it was sent from."""
    if request.method in {"GET", "HEAD"}:
        return request.script_root + request.full_path.rstrip("?")
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc == request.host:
        return safe_path(referrer.path + (f"?{referrer.query}" if referrer.query else "")) or request.script_root + "/"
    return request.script_root + "/"


def safe_path(target: str | None) -> str | None:
    """`target` when it is a path on this host, None for everything a browser could take for another one."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    parts = urlsplit(target) if target.isprintable() else None
    return target if parts is not None and not parts.scheme and not parts.netloc else None
