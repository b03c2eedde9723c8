"""Files and findings through the API: the body is the file, versions are held, nobody else learns anything."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.bootstrap import Registry
from registry.database import Actor
from tests import factories
from tests.api.problems import assert_problem
from tests.factories import REVIEW_CHECKS

Headers = dict[str, str]
LEAKING = "公开说明\n联系13812345678\n".encode()


@pytest.fixture
def draft(registry: Registry, editor: Actor) -> UUID:
    return factories.create_publication(registry, editor)


def put_up(
    client: FlaskClient, headers: Headers, draft: UUID, content: bytes, *, name: str = "名单.txt", version: int = 1
) -> TestResponse:
    return client.post(
        f"/api/v1/publications/{draft}/files",
        query_string={"name": name},
        data=content,
        content_type="application/octet-stream",
        headers={**headers, "If-Match": f'"{version}"'},
    )


def test_a_file_comes_lists_and_goes(client: FlaskClient, as_editor: Headers, draft: UUID) -> None:
    added = put_up(client, as_editor, draft, b"hello", name="a/说明.txt")
    assert (added.status_code, added.headers["ETag"]) == (201, '"2"')
    (file,) = added.get_json()["files"]
    assert {name: file[name] for name in ("name", "kind", "size_bytes", "media_type")} == {
        "name": "说明.txt",
        "kind": "txt",
        "size_bytes": 5,
        "media_type": "text/plain",
    }
    path = f"/api/v1/publications/{draft}/files"
    assert client.get(path, headers=as_editor).get_json() == added.get_json()
    assert client.get(f"{path}/{file['id']}", headers=as_editor).data == b"hello"
    assert_problem(client.get(f"{path}/{file['id']}"), 404, "not_found")
    gone = client.delete(f"{path}/{file['id']}", headers={**as_editor, "If-Match": '"2"'})
    assert (gone.status_code, gone.get_json()) == (200, {"total": 0, "files": []})


def test_a_refused_file_says_why(client: FlaskClient, as_editor: Headers, draft: UUID) -> None:
    assert_problem(put_up(client, as_editor, draft, b"MZ\x90\x00", name="a.exe"), 422, "file_kind_unknown")
    assert_problem(put_up(client, as_editor, draft, b"hello", version=3), 412, "version_passed")
    path = f"/api/v1/publications/{draft}/files?name=a.txt"
    assert_problem(client.post(path, json={}, headers={**as_editor, "If-Match": '"1"'}), 415, "media_type_wrong")


def test_nobody_else_brings_or_sees_files(
    client: FlaskClient, as_reviewer: Headers, as_stranger: Headers, draft: UUID
) -> None:
    assert_problem(put_up(client, as_reviewer, draft, b"hello"), 403, "forbidden")
    assert_problem(put_up(client, as_stranger, draft, b"hello"), 404, "not_found")
    for path in ("files", "personal-data"):
        assert_problem(client.get(f"/api/v1/publications/{draft}/{path}", headers=as_stranger), 404, "not_found")


def test_submitting_is_refused_with_masks_until_there_is_a_reason(
    client: FlaskClient, as_editor: Headers, as_reviewer: Headers, draft: UUID
) -> None:
    put_up(client, as_editor, draft, LEAKING)
    path, at = f"/api/v1/publications/{draft}", {**as_editor, "If-Match": '"2"'}
    refused = client.post(f"{path}/submit", headers=at)
    assert_problem(refused, 422, "personal_data_found", "personal_data_reason_missing")
    assert "138****5678" in refused.get_json()["errors"][0]["detail"]
    assert "13812345678" not in refused.text
    found = client.get(f"{path}/personal-data", headers=as_reviewer).get_json()
    assert found == {
        "total": 1,
        "found": [
            {"field": "files", "where": "附件“名单.txt”第 2 行", "kind": "mobile_number", "masked": "138****5678"}
        ],
        "not_read": [],
    }
    submitted = client.post(f"{path}/submit", json={"personal_data_reason": "值班电话"}, headers=at)
    assert (submitted.status_code, submitted.get_json()["personal_data_reason"]) == (200, "值班电话")
    approved = client.post(
        f"{path}/approve", json={"checks": list(REVIEW_CHECKS)}, headers={**as_reviewer, "If-Match": '"3"'}
    )
    assert approved.status_code == 200
    public = client.get(path).get_json()
    assert "personal_data_reason" not in public
    assert [one["name"] for one in client.get(f"{path}/files").get_json()["files"]] == ["名单.txt"]


def test_findings_are_never_public(
    client: FlaskClient, registry: Registry, as_stranger: Headers, editor: Actor, reviewer: Actor
) -> None:
    public = factories.publish(registry, editor, reviewer)
    path = f"/api/v1/publications/{public}/personal-data"
    assert_problem(client.get(path), 401, "unauthenticated")
    assert_problem(client.get(path, headers=as_stranger), 404, "not_found")
