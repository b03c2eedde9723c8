from typing import TYPE_CHECKING

import pytest

from tests import factories

if TYPE_CHECKING:
    from registry.bootstrap import Registry
    from registry.database import Actor

Headers = dict[str, str]


@pytest.fixture
def editor(registry: "Registry") -> "Actor":
    return factories.create_user(registry, "editor")


@pytest.fixture
def reviewer(registry: "Registry") -> "Actor":
    return factories.create_user(registry, "reviewer", roles=["reviewer"])


@pytest.fixture
def as_editor(registry: "Registry", editor: "Actor") -> Headers:
    return factories.create_token(registry, editor)


@pytest.fixture
def as_reviewer(registry: "Registry", reviewer: "Actor") -> Headers:
    return factories.create_token(registry, reviewer)


@pytest.fixture
def as_stranger(registry: "Registry") -> Headers:
    """An editor of another unit."""
    return factories.create_token(registry, factories.create_user(registry, "stranger", unit="CX-103"))
