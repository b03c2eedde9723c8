"""The one table from what can go wrong to HTTP, and the one shape every refusal has: problem+json (RFC 9457)."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response, json, request, url_for
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed

from registry import errors, wording
from registry.api.arguments import Unreadable
from registry.api.auth import Unauthenticated
from registry.api.versions import PreconditionRequired, VersionUnreadable
from registry.errors import Invalid, RegistryError

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[type[RegistryError], HTTPStatus] = {
    Unreadable: HTTPStatus.BAD_REQUEST,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    VersionUnreadable: HTTPStatus.PRECONDITION_FAILED,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    PreconditionRequired: HTTPStatus.PRECONDITION_REQUIRED,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    RegistryError: HTTPStatus.BAD_REQUEST,
}

STATUS_OF_CODE: Mapping[str, HTTPStatus] = {"version_passed": HTTPStatus.PRECONDITION_FAILED}
"""A conflict of versions is the failed precondition of the request's own `If-Match`."""

CODE_OF_STATUS: Mapping[int, str] = {
    404: "address_unknown",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "media_type_wrong",
    429: "too_many_requests",
    500: "internal_error",
    503: "unavailable",
}
"""For what Flask and Werkzeug refuse before any service is asked."""


class FaultSchema(Schema):
    """One thing wrong: where (empty: the whole request), its stable code, and a sentence for people."""

    field = fields.String(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    """A refusal. `type` leads to the explanation of its code; `errors` names at least one code."""

    type = fields.String(required=True, metadata={"format": "uri-reference"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.List(fields.Nested(FaultSchema), required=True)


def answer_refusal(error: RegistryError) -> Response:
    """What a service (or this door) refused."""
    detail = _sentence(error.code, error.context)
    if isinstance(error, Invalid):
        faults = [(issue.field, issue.code, wording.message(issue)) for issue in error.issues]
    else:
        faults = [("", error.code, detail)]
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, Unauthenticated) else {}
    return problem(status_of(error), error.code, detail, faults, headers)


def answer_http_error(error: HTTPException) -> Response:
    """What the framework refused: no such address, no such method, too large, too many, broken inside."""
    status = error.code or 500
    code = CODE_OF_STATUS.get(status, "internal_error" if status >= 500 else "bad_request")
    detail = _sentence(code, {})
    return problem(status, code, detail, [("", code, detail)], _headers_of(error))


def answer_failure(error: Exception) -> Response:
    """A fault of ours: told once to the log, to the client without details."""
    log.exception("request failed", extra={"endpoint": request.endpoint})
    return answer_http_error(InternalServerError(original_exception=error))


def status_of(error: RegistryError) -> int:
    """The status of the nearest class in the table."""
    by_class = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return STATUS_OF_CODE.get(error.code, by_class)


def problem(
    status: int,
    code: str,
    detail: str,
    faults: Sequence[tuple[str, str, str]],
    headers: Mapping[str, str],
) -> Response:
    body = {
        "type": url_for("api_docs.show", _anchor=code),
        "title": wording.labels("problem").get(str(int(status)), wording.label("problem", "other")),
        "status": int(status),
        "detail": detail,
        "errors": [dict(zip(("field", "code", "detail"), fault, strict=True)) for fault in faults],
    }
    return Response(json.dumps(body), status=int(status), headers=dict(headers), content_type=MEDIA_TYPE)


def _sentence(code: str, context: Mapping[str, Any]) -> str:
    """A code nobody has put into words must not make a refusal a failure."""
    if code not in wording.labels("errors"):
        code = "refused"
    return wording.refusal(code, context)


def _headers_of(error: HTTPException) -> Mapping[str, str]:
    """`Allow` would be lost otherwise, and so would the limiter's `Retry-After`."""
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return {"Allow": ", ".join(sorted(error.valid_methods))}
    kept = ("Retry-After", "WWW-Authenticate")
    return {name: value for name, value in error.get_headers(request.environ) if name in kept}
