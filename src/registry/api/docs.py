"""The page at /api/: every operation of the OpenAPI document and every code a refusal can have, drawn on the server."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apispec import APISpec
from flask import Blueprint, render_template

from registry import wording
from registry.api import codes


@dataclass(frozen=True)
class Parameter:
    """`place` is path, query, header or body."""

    name: str
    place: str
    required: bool
    type: str


@dataclass(frozen=True)
class Operation:
    """One method of one address; `refusals` are the statuses it may be refused with."""

    code: str
    method: str
    path: str
    summary: str
    description: str
    needs_token: bool
    parameters: Sequence[Parameter]
    refusals: Sequence[str]


@dataclass(frozen=True)
class Group:
    """The operations of one noun."""

    noun: str
    title: str
    operations: Sequence[Operation]


@dataclass(frozen=True)
class ApiPage:
    """Groups in the order of the document; the codes of refusals and of faults in values, each with its sentence."""

    groups: Sequence[Group]
    refusals: Mapping[str, str]
    issues: Mapping[str, str]


def blueprint_for(spec: APISpec) -> Blueprint:
    """The page over a document that is complete once the nouns are mounted."""
    blueprint = Blueprint("api_docs", __name__)

    @blueprint.get("/api/")
    def show() -> str:
        return render_template("api/docs.html", page=_page(spec.to_dict()))

    return blueprint


def _page(document: Mapping[str, Any]) -> ApiPage:
    operations = list(_operations(document))
    groups = [
        Group(tag["name"], tag["description"], [one for noun, one in operations if noun == tag["name"]])
        for tag in document["tags"]
    ]
    refusals = {code: wording.label("errors", code) for code in codes.REFUSALS}
    return ApiPage(groups, refusals, {code: wording.label("issues", code) for code in codes.FAULTS})


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, methods in document["paths"].items():
        shared = methods.get("parameters", [])
        for method, described in methods.items():
            if method != "parameters":
                yield described["tags"][0], _operation(path, method, described, shared)


def _operation(path: str, method: str, described: Mapping[str, Any], shared: Sequence[Mapping[str, Any]]) -> Operation:
    body = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    parameters = [_parameter(one) for one in [*shared, *described.get("parameters", [])]]
    if body:
        parameters.append(Parameter(_type(body), "body", required=True, type="application/json"))
    return Operation(
        code=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described["summary"],
        description=described["description"],
        needs_token={} not in described["security"],
        parameters=parameters,
        refusals=[status for status in sorted(described["responses"]) if status >= "400"],
    )


def _parameter(described: Mapping[str, Any]) -> Parameter:
    required = bool(described.get("required"))
    return Parameter(described["name"], described["in"], required, _type(described.get("schema", {})))


def _type(schema: Mapping[str, Any]) -> str:
    """A short word for a schema: its component's name, or its type and format."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    types = schema.get("type", "")
    names = [one for one in (types if isinstance(types, list) else [types]) if one != "null"]
    if names == ["array"]:
        return f"{_type(schema['items'])}…"
    return str(schema.get("format") or " | ".join(names))
