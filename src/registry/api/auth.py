"""Who asks: the owner of the API token in `Authorization: Bearer`, or the public.

Cookies are never looked at, so no page can make a browser ask in somebody's name.
"""

from flask import g, request

from registry.accounts.rules import is_staff_address
from registry.accounts.service import actor_of, find_token
from registry.api.context import current_actor, current_registry
from registry.database import Actor
from registry.errors import Forbidden, RegistryError

READING = ("GET", "HEAD", "OPTIONS")

ANYBODY = Actor("public", door="api")


class Unauthenticated(RegistryError):
    """The request needs a token and has none, or the one it has is not good."""

    code = "unauthenticated"


def identify() -> None:
    """Before each request. A token that is not good is refused even where none is needed: its owner should learn of it.

    Whoever asks for a change is asked for a token before anything of the request is read.
    """
    g.api_actor = ANYBODY
    if "Authorization" in request.headers:
        g.api_actor = _owner_of_token()
    if request.method not in READING:
        require_person()


def require_person() -> Actor:
    """The actor of a request only staff may make."""
    actor = current_actor()
    if actor.user_id is None:
        raise Unauthenticated
    return actor


def _owner_of_token() -> Actor:
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise Unauthenticated("token_wrong")
    registry = current_registry()
    if not is_staff_address(request.remote_addr or "", registry.settings.staff_networks):
        raise Forbidden("outside_staff_networks")
    signed_in = find_token(registry.database, given.token)
    if signed_in is None:
        raise Unauthenticated("token_wrong")
    return actor_of(signed_in, "api")
