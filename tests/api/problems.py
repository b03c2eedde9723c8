"""The one shape of every refusal."""

from typing import Any

from werkzeug.test import TestResponse

KEYS = {"type", "title", "status", "detail", "errors"}


def assert_problem(answer: TestResponse, status: int, *codes: str) -> Any:
    """`answer` is a problem of that status whose errors have exactly these codes, in this order."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    body = answer.get_json(force=True)
    assert set(body) == KEYS
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert "#" in body["type"]
    assert body["errors"]
    for error in body["errors"]:
        assert set(error) == {"field", "code", "detail"}
        assert error["detail"]
        assert any("\u4e00" <= sign <= "\u9fff" for sign in error["detail"])
    if codes:
        assert [error["code"] for error in body["errors"]] == list(codes)
    return body
