"""Errors → pages in Chinese. Addresses under /api/ belong to the API, which answers in its own form."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from registry import wording
from registry.errors import Conflict, Forbidden, Invalid, NotFound, RegistryError, Unavailable

log = logging.getLogger(__name__)

STATUS: tuple[tuple[type[RegistryError], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (Invalid, 422),
    (Unavailable, 503),
)


@dataclass(frozen=True)
class ErrorPage:
    """`title` says what happened, `messages` what is wrong and what to do."""

    status: int
    title: str
    messages: list[str]


def init_errors(app: Flask) -> None:
    """Answer every error with a page."""
    app.register_error_handler(RegistryError, show_refusal)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(Exception, show_failure)


def status_of(error: RegistryError) -> int:
    """The status of the nearest known class; 400 for a refusal without one."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)


def show_refusal(error: RegistryError) -> ResponseReturnValue:
    """What a service refused, in its own words."""
    return _page(status_of(error), _messages(error))


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    """What Flask and its extensions refuse: unknown address, method, size, token, too many requests."""
    if error.code is None or error.code < 400:
        return error.get_response()
    body, status, _ = _page(error.code, [])
    kept = [(name, value) for name, value in error.get_headers() if name.lower() in ("allow", "retry-after")]
    return body, status, dict(kept)


def show_failure(error: Exception) -> ResponseReturnValue:
    """A fault of ours: told once to the log, to the visitor without details and without touching the database again."""
    if isinstance(error, HTTPException):
        return show_http_error(error)
    log.exception("page failed", extra={"endpoint": request.endpoint})
    return render_template("errors/failure.html"), 500


def _page(status: int, messages: list[str]) -> tuple[str, int, dict[str, str]]:
    key = str(status) if str(status) in wording.labels("http_error_title") else "other"
    page = ErrorPage(
        status, wording.label("http_error_title", key), messages or [wording.label("http_error_message", key)]
    )
    if status >= 500 and status != 503:
        return render_template("errors/failure.html"), status, {}
    return render_template("errors/error.html", page=page), status, {}


def _messages(error: RegistryError) -> list[str]:
    if isinstance(error, Invalid):
        return [_told(partial(wording.message, issue)) for issue in error.issues]
    return [_told(partial(wording.refusal, error.code, error.context))]


def _told(sentence: Callable[[], str]) -> str:
    """The sentence, or a general one for a code nobody has put into words: an error page must not fail."""
    try:
        return sentence()
    except KeyError:
        return wording.refusal("refused", {})
