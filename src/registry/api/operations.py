"""A noun's blueprint: what all its operations have in common, and how each is described in the OpenAPI document."""

import inspect
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from apispec import APISpec
from flask import Response, g
from flask_smorest import Blueprint
from marshmallow import RAISE
from werkzeug.exceptions import default_exceptions

from registry import wording
from registry.api.arguments import StrictParser, require_media_type
from registry.api.auth import identify
from registry.api.problems import MEDIA_TYPE, ProblemSchema, answer_failure, answer_http_error, answer_refusal
from registry.errors import RegistryError

PREFIX = "/api/v1"

ALWAYS_POSSIBLE = (400, 401, 422, 429, 500, 503)
CHANGES_ALSO = (403, 404, 413, 415)
ALSO = (409, 412, 428)

View = Callable[..., Any]


class Noun(Blueprint):
    """The operations on one noun. Its name is prefixed so that it does not meet a page's blueprint of the same noun.

    `media_type` is what bodies of requests have.
    """

    # A mistyped filter is refused rather than answered with everything.
    ARGUMENTS_PARSER = StrictParser(unknown=RAISE)

    def __init__(self, noun: str, *, media_type: str = "application/json") -> None:
        super().__init__(f"api_{noun}", __name__, url_prefix=PREFIX, description=wording.label("api_group", noun))
        self.noun = noun
        self.before_request(identify)
        self.before_request(partial(require_media_type, media_type))
        self.after_request(keep_apart)
        self.register_error_handler(RegistryError, answer_refusal)
        self.register_error_handler(Exception, answer_failure)
        for status in default_exceptions:
            self.register_error_handler(status, answer_http_error)

    def operation(self, *refusals: int, changes: bool = False) -> Callable[[View], View]:
        """Describe a view: its summary from the wording, its docstring, who may call it, and how it may be refused."""

        def describe(view: View) -> View:
            statuses = {*ALWAYS_POSSIBLE, *refusals, *(CHANGES_ALSO if changes else ())}
            return self.doc(
                responses={
                    str(status): {"$ref": f"#/components/responses/{problem_name(status)}"}
                    for status in sorted(statuses)
                },
                operationId=view.__name__,
                summary=wording.label("operation", view.__name__),
                description=inspect.getdoc(view) or "",
                tags=[self.noun],
                security=[{"token": []}] if changes else [{}, {"token": []}],
            )(view)

        return describe


def problem_name(status: int) -> str:
    """The name under which the OpenAPI document describes refusals of that status, once for all operations."""
    return f"Problem{status}"


def describe_problems(spec: APISpec) -> None:
    """A shared description of each refusal; naming it costs less at every start than copying it into each operation."""
    for status in sorted({*ALWAYS_POSSIBLE, *CHANGES_ALSO, *ALSO}):
        content = {MEDIA_TYPE: {"schema": ProblemSchema}}
        spec.components.response(problem_name(status), {"description": HTTPStatus(status).phrase, "content": content})


def keep_apart(response: Response) -> Response:
    """The same address says more to staff than to the public: caches must not mix them, nor keep what staff got."""
    response.vary.add("Authorization")
    actor = g.get("api_actor")
    if actor is not None and actor.user_id is not None:
        response.cache_control.no_store = True
    return response
