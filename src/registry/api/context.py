"""What a request is about: the registry it is asked of, and who asks."""

from typing import cast

from flask import current_app, g

from registry.bootstrap import Registry
from registry.database import Actor


def current_registry() -> Registry:
    return cast(Registry, current_app.extensions["registry"])


def current_actor() -> Actor:
    """Whoever `auth.identify` found for this request."""
    return cast(Actor, g.api_actor)
