"""The OpenAPI document, and that the API keeps to it."""

import json

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.schemas import APIOperation

from registry.bootstrap import Registry
from tests import factories

EXAMPLES = 10


def test_the_document_is_valid_openapi(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_every_operation_says_what_it_does_and_how_it_refuses(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                assert operation["summary"], (method, path)
                assert operation["description"], (method, path)
                refusals = {status for status in operation["responses"] if status >= "400"}
                assert {"401", "422", "429", "503"} <= refusals
                for status in refusals:
                    name = operation["responses"][status]["$ref"].rpartition("/")[2]
                    assert "application/problem+json" in document["components"]["responses"][name]["content"]


def test_the_page_lists_every_operation(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    answer = client.get("/api/")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    for methods in document["paths"].values():
        for method, operation in methods.items():
            if method != "parameters":
                assert f'id="operation-{operation["operationId"]}"' in text


@pytest.mark.slow
@pytest.mark.parametrize("who", ["public", "editor"])
def test_no_made_up_request_breaks_the_api(app: Flask, registry: Registry, who: str) -> None:
    headers = factories.create_token(registry, factories.create_user(registry)) if who == "editor" else {}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) >= 27
    for operation in operations:
        _try(operation, headers)


def _try(operation: APIOperation, headers: dict[str, str]) -> None:
    """Call it with made-up values, good and bad: never a failure of ours, always the shape the document says."""

    @given(case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)))
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    def call(case: Case) -> None:
        answer = case.call(headers=headers)
        assert answer.status_code < 500, (case.as_curl_command(), answer.text)
        case.validate_response(answer, checks=[CHECKS.get_one("response_schema_conformance")])
        if answer.status_code >= 400:
            assert set(json.loads(answer.content)) == {"type", "title", "status", "detail", "errors"}

    call()
