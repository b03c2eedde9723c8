"""The API as a whole: its nouns, its OpenAPI document, and the answer to addresses under /api/ that do not exist."""

from flask import Flask, Response, request
from flask_smorest import Api
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import BaseConverter

from registry import wording
from registry.api import (
    areas,
    assessment,
    coverage,
    deadlines,
    docs,
    duties,
    files,
    items,
    publications,
    requirements,
    rulings,
    search,
    standards,
    units,
)
from registry.api.operations import Noun, describe_problems
from registry.api.problems import ProblemSchema, answer_http_error
from registry.bootstrap import Registry

NOUNS = (
    areas,
    items,
    units,
    duties,
    deadlines,
    rulings,
    publications,
    files,
    coverage,
    assessment,
    search,
    standards,
    requirements,
)

CODE = "[A-Za-z0-9_-]{1,40}"


class CodeConverter(BaseConverter):
    """Codes in addresses; anything else is an unknown address before any query runs."""

    regex = CODE


class RegistryApi(Api):
    """flask-smorest for the OpenAPI document only: errors are answered by the nouns' blueprints, and pages keep theirs."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Nothing for the whole application: see `Noun`."""

    def add(self, blueprint: Noun) -> None:
        """`register_blueprint`, with the noun as the tag instead of the blueprint's name."""
        self._app.register_blueprint(blueprint)
        blueprint.register_views_in_doc(self, self._app, self.spec, name=blueprint.name, parameters=None)
        self.spec.tag({"name": blueprint.noun, "description": blueprint.description})


def init_app(app: Flask, registry: Registry, csrf: CSRFProtect) -> None:
    """Mount the API. It needs no CSRF token because it never looks at cookies."""
    app.url_map.converters["api_code"] = CodeConverter
    app.config.update(
        API_TITLE=wording.label("site", "name"),
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={"servers": [{"url": registry.settings.prefix or "/"}]},
    )
    api = RegistryApi(app)
    api.register_converter(CodeConverter, lambda _: {"type": "string", "pattern": f"^{CODE}$"})
    describe_problems(api.spec)
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for noun in NOUNS:
        csrf.exempt(noun.blueprint)
        api.add(noun.blueprint)
    app.register_blueprint(docs.blueprint_for(api.spec))
    app.before_request(answer_unknown_address)


def answer_unknown_address() -> Response | None:
    """No such address or method under /api/: no blueprint is reached, so this is where it gets its problem+json."""
    error = request.routing_exception
    if not request.path.startswith("/api/") or error is None or (error.code or 0) < 400:
        return None
    return answer_http_error(error)
