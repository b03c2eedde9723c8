"""What can go wrong, in words of the subject; the doors (web, api, cli) translate these once each."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Issue:
    """One thing wrong.

    `field` names where (empty: the whole), `code` is stable and has its Chinese sentence under `issues` in `wording/zh.toml`,
    `context` fills that sentence's placeholders: what was found, what is accepted.
    """

    field: str
    code: str
    context: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class RegistryError(Exception):
    """Something the registry refuses; every subclass has its status in the doors."""

    code = "refused"

    def __init__(self, code: str | None = None, **context: Any) -> None:
        self.code = code or self.code
        self.context = context
        super().__init__(f"{self.code} {context}" if context else self.code)


class NotFound(RegistryError):
    """There is no such thing, or the actor may not know of it."""

    code = "not_found"


class Forbidden(RegistryError):
    """The actor may know of the thing, but not do this with it."""

    code = "forbidden"


class Conflict(RegistryError):
    """The thing is not in the state or version the change was meant for."""

    code = "conflict"


class Unavailable(RegistryError):
    """A part the request needs cannot answer now; trying again later is right."""

    code = "unavailable"


class Invalid(RegistryError):
    """Values that cannot be accepted, with all issues at once."""

    code = "invalid"

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__()
        self.issues = list(issues)

    def __str__(self) -> str:
        return "; ".join(f"{issue.field}: {issue.code} {dict(issue.context)}" for issue in self.issues)
