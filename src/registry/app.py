"""create_app(registry): the Flask application – web pages, API, error pages, response headers – mounted under the settings' prefix."""

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from registry import wording
from registry.api import api
from registry.bootstrap import Registry
from registry.settings import Settings
from registry.web import pages

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_REQUEST_BYTES = 32 * 1024 * 1024


def create_app(registry: Registry) -> Flask:
    """The whole application over one registry."""
    settings = registry.settings
    app = Flask("registry.web")
    app.extensions["registry"] = registry
    app.config.update(
        SECRET_KEY=secret_key(settings),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        APPLICATION_ROOT=settings.prefix or "/",
        BOOTSTRAP_SERVE_LOCAL=True,
        RATELIMIT_HEADERS_ENABLED=True,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    Bootstrap5(app)
    csrf = CSRFProtect(app)
    Limiter(get_remote_address, app=app, default_limits=[settings.request_limit], storage_uri="memory://")
    pages.init_app(app, registry)
    api.init_app(app, registry, csrf)
    app.wsgi_app = _mounted(app.wsgi_app, settings)  # type: ignore[method-assign]
    return app


def secret_key(settings: Settings) -> str:
    """The configured key, or one made at the first start and kept, readable by the owner only, in the data folder."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.data / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return path.read_text(encoding="utf-8")


class Prefixed:
    """Serves the application under a path of the portal; addresses outside it are not ours."""

    def __init__(self, application: "WSGIApplication", prefix: str) -> None:
        self.application, self.prefix = application, prefix

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path != self.prefix and not path.startswith(f"{self.prefix}/"):
            start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
            return [wording.label("site", "outside_prefix").encode()]
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self.prefix
        environ["PATH_INFO"] = path[len(self.prefix) :] or "/"
        return self.application(environ, start_response)


def _mounted(application: Any, settings: Settings) -> Any:
    if settings.prefix:
        application = Prefixed(application, settings.prefix)
    if settings.trusted_proxies:
        number = settings.trusted_proxies
        application = ProxyFix(application, x_for=number, x_proto=number, x_host=number)
    return application
