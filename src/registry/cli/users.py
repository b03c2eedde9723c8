"""registry users add, disable, token: for the operator at the server."""

import click

from registry import wording
from registry.accounts import service
from registry.accounts.permissions import Role
from registry.cli.output import Place, command, say, show
from registry.cli.people import user_named
from registry.database import SYSTEM


def add_to(main: click.Group) -> None:
    @main.group()
    def users() -> None:
        """Accounts."""

    @command(users, "add")
    @click.argument("username")
    @click.option("--name", "display_name", required=True, help="Display name, such as a post.")
    @click.option("--unit", help="Unit (code).")
    @click.option(
        "--role",
        "roles",
        multiple=True,
        type=click.Choice([role.value for role in Role]),
        help="May be repeated.",
    )
    def add(
        place: Place,
        username: str,
        display_name: str,
        unit: str | None,
        roles: tuple[str, ...],
        as_json: bool,
    ) -> None:
        """Make an account; prints its one-time secret, to be changed at the first sign-in."""
        with place.registry.database.work(SYSTEM) as work:
            user, secret = service.create_user(
                work,
                username=username,
                display_name=display_name,
                unit_code=unit,
                roles=[Role(role) for role in roles],
            )
            record = {"id": str(user.id), "username": user.username, "secret": secret}
        if as_json:
            show(record, as_json=True)
        else:
            say(wording.label("cli", "user_added").format(**record))

    @command(users, "disable")
    @click.argument("username")
    def disable(place: Place, username: str, as_json: bool) -> None:
        """Disable an account and end its sessions and tokens."""
        with place.registry.database.work(SYSTEM) as work:
            service.disable_user(work, user_named(work.session, username).id)
        if as_json:
            show({"username": username, "disabled": True}, as_json=True)
        else:
            say(wording.label("cli", "user_disabled").format(username=username))

    @command(users, "token")
    @click.argument("username")
    @click.option("--name", required=True, help="What the token is for.")
    def token(place: Place, username: str, name: str, as_json: bool) -> None:
        """Make an API token for an account; it is shown once."""
        with place.registry.database.work(SYSTEM) as work:
            _, secret = service.create_token(work, user_named(work.session, username).id, name=name)
        if as_json:
            show({"username": username, "token": secret}, as_json=True)
        else:
            say(wording.label("cli", "token_made").format(token=secret))
