"""Lost updates are refused: a change names the version it was made from, as `If-Match` with the ETag that reading gave."""

import re
from collections.abc import Mapping

from flask import request

from registry.errors import RegistryError

TAG = re.compile(r'"([0-9]{1,9})"')


class PreconditionRequired(RegistryError):
    """The change does not say which version it was made from."""

    code = "precondition_required"


class VersionUnreadable(RegistryError):
    """`If-Match` is no ETag of ours; `*` and lists are not accepted, because they would let any version be overwritten."""

    code = "version_unreadable"


def expected_version() -> int:
    """The version in `If-Match`."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise PreconditionRequired
    found = TAG.fullmatch(given)
    if found is None:
        raise VersionUnreadable
    return int(found.group(1))


def version_header(version: int) -> Mapping[str, str]:
    return {"ETag": f'"{version}"'}
