from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from registry.accounts import queries, service, sessions
from registry.accounts.permissions import Role
from registry.accounts.tables import ApiToken, SetupCode, User
from registry.audit.tables import AuditEntry
from registry.database import PUBLIC, SYSTEM, Actor, Database, Work
from registry.errors import Conflict, Forbidden, Invalid, NotFound
from tests.accounts.conftest import Clock
from tests.accounts.people import PASSWORD, actor_for, create_person, create_unit, logged, signed_in


def issue_codes(database: Database, **values: str | None) -> list[tuple[str, str]]:
    asked: dict[str, str | None] = {"username": "clerk", "display_name": "预算岗", **values}
    with pytest.raises(Invalid) as caught, database.work(SYSTEM) as work:
        service.create_user(work, **asked)  # type: ignore[arg-type]
    return [(issue.field, issue.code) for issue in caught.value.issues]


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"username": ""}, "username", "username_form"),
        ({"username": "w"}, "username", "username_form"),
        ({"username": "预算岗"}, "username", "username_form"),
        ({"username": "clerk xiao"}, "username", "username_form"),
        ({"username": "w" * 41}, "username", "username_form"),
        ({"username": "clerk\0"}, "username", "username_form"),
        ({"username": "TAKEN"}, "username", "username_taken"),
        ({"display_name": " "}, "display_name", "name_missing"),
        ({"display_name": "岗" * 41}, "display_name", "name_too_long"),
        ({"display_name": "预\0算"}, "display_name", "name_not_printable"),
        ({"unit_code": "nowhere"}, "unit_code", "unit_unknown"),
        ({"telephone": "call me"}, "telephone", "telephone_form"),
    ],
)
def test_account_that_cannot_be_accepted_is_named_by_field(
    database: Database, values: dict[str, str], field: str, code: str
) -> None:
    create_person(database, "taken")
    assert issue_codes(database, **values) == [(field, code)]


def test_all_issues_are_told_at_once(database: Database) -> None:
    found = issue_codes(database, username="", display_name="", unit_code="nowhere", telephone="x")
    assert [field for field, _ in found] == ["username", "display_name", "unit_code", "telephone"]


def test_new_account_is_logged_without_its_secret(database: Database) -> None:
    with database.work(SYSTEM) as work:
        create_unit(work)
        user, secret = service.create_user(
            work, username=" Clerk.X ", display_name="预算岗", unit_code="zj", telephone="0878-3123456"
        )
        assert (user.username, user.must_change_password) == ("clerk.x", True)
    assert logged(database) == ["account.create"]
    with database.read() as session:
        assert secret not in str(session.exec(select(AuditEntry)).one().model_dump())


def test_there_is_no_account_from_the_start(database: Database) -> None:
    with database.read() as session:
        assert not queries.has_users(session)
        assert session.exec(select(User)).all() == []


NEED_AN_ADMINISTRATOR: dict[str, Callable[[Work, UUID], object]] = {
    "create": lambda work, _: service.create_user(work, username="new", display_name="新"),
    "reset": service.reset_password,
    "disable": service.disable_user,
}


@pytest.mark.parametrize("action", NEED_AN_ADMINISTRATOR)
@pytest.mark.parametrize("role", [None, *[role for role in Role if role is not Role.ADMIN]])
def test_only_administrators_manage_accounts(database: Database, action: str, role: Role | None) -> None:
    target = create_person(database, "target")
    actor = Actor("x", roles=frozenset({role.value} if role else ()), user_id=uuid4(), unit_code="zj", door="web")
    with pytest.raises(Forbidden), database.work(actor) as work:
        NEED_AN_ADMINISTRATOR[action](work, target.id)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SECURITY])
def test_only_the_security_officer_takes_roles_away(database: Database, role: Role) -> None:
    target = create_person(database, "target", roles=["leader"])
    actor = Actor("x", roles=frozenset({role.value}), user_id=uuid4(), door="web")
    with pytest.raises(Forbidden), database.work(actor) as work:
        service.revoke_role(work, target.id, "leader")


# ---------------------------------------------------------------- 三员分立

PAIRS = [
    ("admin", "security", False),
    ("admin", "auditor", False),
    ("security", "auditor", False),
    ("admin", "editor", False),
    ("admin", "reviewer", False),
    ("admin", "office", False),
    ("security", "reviewer", False),
    ("security", "leader", False),
    ("auditor", "editor", False),
    ("auditor", "leader", False),
    ("editor", "reviewer", True),
    ("office", "leader", True),
    ("editor", "office", True),
]


@pytest.mark.parametrize(("held", "wanted", "allowed"), [*PAIRS, *[(b, a, ok) for a, b, ok in PAIRS]])
def test_nobody_holds_two_of_the_three_nor_one_with_anything_else(
    database: Database, held: str, wanted: str, allowed: bool
) -> None:
    officer = create_person(database, "officer", roles=["security"])
    person = create_person(database, "clerk", roles=[held], unit_code="zj")
    if not allowed:
        with (
            pytest.raises(Invalid, match="roles_conflict"),
            database.work(actor_for(database, officer)) as work,
        ):
            service.grant_role(work, person.id, wanted)
        return
    with database.work(actor_for(database, officer)) as work:
        service.grant_role(work, person.id, wanted)
    assert signed_in(database, "clerk").roles == {held, wanted}


def test_conflicting_roles_at_creation_leave_no_account(database: Database) -> None:
    with pytest.raises(Invalid, match="roles_conflict"), database.work(SYSTEM) as work:
        service.create_user(work, username="clerk", display_name="岗", roles=["admin", "auditor"])
    with database.read() as session:
        assert queries.find_user(session, "clerk") is None


@pytest.mark.parametrize("role", ["editor", "reviewer"])
def test_role_of_a_unit_needs_a_unit(database: Database, role: str) -> None:
    with pytest.raises(Invalid, match="role_needs_unit"):
        create_person(database, "clerk", roles=[role])


@pytest.mark.parametrize("role", ["", "root", "system", "ADMIN"])
def test_unknown_roles_are_refused(database: Database, role: str) -> None:
    with pytest.raises(Invalid, match="role_unknown"):
        create_person(database, "clerk", roles=[role])


def test_granting_and_revoking_are_logged_once(database: Database) -> None:
    person = create_person(database, "clerk")
    with database.work(SYSTEM) as work:
        service.grant_role(work, person.id, "leader")
        service.grant_role(work, person.id, "leader")
        service.revoke_role(work, person.id, "leader")
    assert logged(database)[-2:] == ["role.grant", "role.revoke"]
    assert logged(database).count("role.grant") == 1
    with pytest.raises(NotFound), database.work(SYSTEM) as work:
        service.revoke_role(work, person.id, "leader")


def test_administrator_may_grant_the_first_security_role_and_only_that(database: Database) -> None:
    admin = actor_for(database, create_person(database, "admin", roles=["admin"]))
    clerk, li = create_person(database, "clerk"), create_person(database, "fourth")
    for role in ("auditor", "leader", "admin", "office"):
        with pytest.raises(Forbidden), database.work(admin) as work:
            service.grant_role(work, clerk.id, role)
    with database.work(admin) as work:
        service.grant_role(work, clerk.id, "security")
    with pytest.raises(Forbidden), database.work(admin) as work:
        service.grant_role(work, li.id, "security")


def test_administrator_cannot_take_the_security_role(database: Database) -> None:
    admin = create_person(database, "admin", roles=["admin"])
    with pytest.raises(Invalid, match="roles_conflict"), database.work(actor_for(database, admin)) as work:
        service.grant_role(work, admin.id, "security")


@pytest.mark.parametrize("role", ["security", "auditor"])
def test_administrator_cannot_become_the_watcher_by_reset_or_replacement(database: Database, role: str) -> None:
    admin = actor_for(database, create_person(database, "admin", roles=["admin"]))
    watcher = create_person(database, "watcher", roles=[role])
    with pytest.raises(Forbidden, match="reset_needs_operator"), database.work(admin) as work:
        service.reset_password(work, watcher.id)
    with pytest.raises(Conflict, match="last_of_role"), database.work(admin) as work:
        service.disable_user(work, watcher.id)
    create_person(database, "second", roles=[role])
    with database.work(admin) as work:
        service.disable_user(work, watcher.id)


def test_operator_can_reset_a_watcher(database: Database) -> None:
    watcher = create_person(database, "watcher", roles=["security"])
    with database.work(SYSTEM) as work:
        secret = service.reset_password(work, watcher.id)
    assert signed_in(database, "watcher", secret).user.must_change_password


def test_reset_ends_what_was_open_and_gives_a_secret_to_change(database: Database) -> None:
    admin = actor_for(database, create_person(database, "admin", roles=["admin"]))
    person = create_person(database, "clerk")
    token, _ = sessions.sign_in(database, "clerk", PASSWORD, address="10.1.1.1")
    with database.work(actor_for(database, person)) as work:
        _, api_secret = service.create_token(work, person.id, name="脚本")
    with database.work(admin) as work:
        secret = service.reset_password(work, person.id)
    assert sessions.find_session(database, token) is None
    assert service.find_token(database, api_secret) is None
    assert signed_in(database, "clerk", secret).user.must_change_password
    assert "account.reset" in logged(database)


def test_disabled_account_stays_listed_and_cannot_be_changed(database: Database) -> None:
    admin = actor_for(database, create_person(database, "admin", roles=["admin"]))
    person = create_person(database, "clerk")
    with database.work(admin) as work:
        service.disable_user(work, person.id)
    with database.read() as session:
        listed = queries.list_users(session, admin)
    assert [(one.username, one.disabled_at is not None) for one in listed] == [
        ("admin", False),
        ("clerk", True),
    ]
    for change in (service.disable_user, service.reset_password):
        with pytest.raises(Conflict, match="account_disabled"), database.work(admin) as work:
            change(work, person.id)


def test_administrator_does_not_disable_themself(database: Database) -> None:
    admin = create_person(database, "admin", roles=["admin"])
    with pytest.raises(Conflict, match="not_yourself"), database.work(actor_for(database, admin)) as work:
        service.disable_user(work, admin.id)


@pytest.mark.parametrize("actor", [PUBLIC, Actor("x", roles=frozenset({"office", "leader"}))])
def test_list_of_accounts_is_not_for_everybody(database: Database, actor: Actor) -> None:
    with database.read() as session, pytest.raises(Forbidden):
        queries.list_users(session, actor)


def test_list_of_accounts_shows_unit_roles_and_last_sign_in(database: Database, clock: Clock) -> None:
    person = create_person(database, "clerk", roles=["reviewer", "editor"], unit_code="zj")
    clock.forward(days=1)
    signed_in(database, "clerk")
    with database.read() as session:
        listed = queries.get_user(session, SYSTEM, person.id)
    assert (listed.unit_name, listed.roles, listed.last_signed_in_at) == (
        "住建局",
        ("editor", "reviewer"),
        clock.now,
    )


# ---------------------------------------------------------------- API tokens


def test_token_acts_as_its_person_until_ended_and_only_its_hash_is_kept(database: Database) -> None:
    person = create_person(database, "clerk", roles=["editor"], unit_code="zj")
    actor = actor_for(database, person)
    with database.work(actor) as work:
        token, secret = service.create_token(work, person.id, name=" 月报脚本 ")
        token_id = token.id
    found = service.find_token(database, secret)
    assert found is not None
    assert sessions.actor_of(found, "api") == Actor(
        "clerk", roles=frozenset({"editor"}), user_id=person.id, unit_code="zj", door="api"
    )
    with database.read() as session:
        row = session.exec(select(ApiToken)).one()
    assert row.name == "月报脚本"
    assert secret not in str(row.model_dump())
    with database.work(actor) as work:
        service.end_token(work, token_id)
    assert service.find_token(database, secret) is None
    assert logged(database)[-2:] == ["token.create", "token.end"]


def test_token_use_is_noted_once_a_minute(database: Database, clock: Clock) -> None:
    person = create_person(database, "clerk")
    with database.work(actor_for(database, person)) as work:
        _, secret = service.create_token(work, person.id, name="脚本")
    begun, noted = clock.now, []
    for seconds in (0, 59, 1):
        clock.forward(seconds=seconds)
        service.find_token(database, secret)
        with database.read() as session:
            used_at = session.exec(select(ApiToken.last_used_at)).one()
        assert used_at is not None
        noted.append((used_at - begun).total_seconds())
    assert noted == [0, 0, 60]


def test_tokens_of_disabled_accounts_are_dead(database: Database) -> None:
    person = create_person(database, "clerk")
    with database.work(SYSTEM) as work:
        _, secret = service.create_token(work, person.id, name="脚本")
        service.disable_user(work, person.id)
    assert service.find_token(database, secret) is None


@pytest.mark.parametrize(
    ("name", "code"), [(" ", "name_missing"), ("长" * 81, "name_too_long"), ("a\nb", "name_not_printable")]
)
def test_token_needs_a_name(database: Database, name: str, code: str) -> None:
    person = create_person(database, "clerk")
    with pytest.raises(Invalid, match=code), database.work(actor_for(database, person)) as work:
        service.create_token(work, person.id, name=name)


def test_not_even_an_administrator_makes_a_token_for_another(database: Database) -> None:
    admin = actor_for(database, create_person(database, "admin", roles=["admin"]))
    person = create_person(database, "clerk")
    with pytest.raises(Forbidden), database.work(admin) as work:
        service.create_token(work, person.id, name="脚本")


def test_tokens_of_others_cannot_be_ended(database: Database) -> None:
    person, other = create_person(database, "clerk"), create_person(database, "fourth")
    with database.work(SYSTEM) as work:
        token, _ = service.create_token(work, person.id, name="脚本")
        token_id = token.id
    with pytest.raises(Forbidden), database.work(actor_for(database, other)) as work:
        service.end_token(work, token_id)
    with pytest.raises(NotFound), database.work(SYSTEM) as work:
        service.end_token(work, uuid4())


# ---------------------------------------------------------------- the first start


def use_code(database: Database, code: str, password: str = PASSWORD) -> User:
    return service.use_setup_code(
        database, code=code, username="admin1", display_name="管理员", password=password, preset="djbh"
    )


def test_setup_code_makes_the_first_administrator_once(database: Database) -> None:
    code = service.ensure_setup_code(database)
    assert code is not None
    assert use_code(database, f" {code.upper()} ").username == "admin1"
    who = signed_in(database, "admin1")
    assert who.roles == {"admin"}
    assert not who.user.must_change_password
    assert service.ensure_setup_code(database) is None
    with pytest.raises(NotFound):
        use_code(database, code)
    assert logged(database)[:3] == ["setup.code", "account.create", "role.grant"]


def test_each_start_without_users_voids_the_code_before(database: Database) -> None:
    first, second = service.ensure_setup_code(database), service.ensure_setup_code(database)
    assert first is not None
    assert second is not None
    assert first != second
    with pytest.raises(Invalid, match="setup_code_wrong"):
        use_code(database, first)
    assert use_code(database, second).username == "admin1"


@pytest.mark.parametrize("code", ["", "aaaaa-aaaaa-aaaaa-aaaaa"])
def test_wrong_setup_code_is_refused_and_logged(database: Database, code: str) -> None:
    service.ensure_setup_code(database)
    with pytest.raises(Invalid, match="setup_code_wrong"):
        use_code(database, code)
    assert logged(database) == ["setup.code", "setup.refuse"]


def test_weak_first_password_is_refused_and_the_code_still_good(database: Database) -> None:
    code = service.ensure_setup_code(database)
    assert code is not None
    with pytest.raises(Invalid, match="password_weak"):
        use_code(database, code, "Password2026!")
    assert use_code(database, code).username == "admin1"


def test_only_the_hash_of_the_setup_code_is_kept(database: Database) -> None:
    code = service.ensure_setup_code(database)
    assert code is not None
    with database.read() as session:
        assert code not in str(session.exec(select(SetupCode)).one().model_dump())
        assert code not in str([entry.model_dump() for entry in session.exec(select(AuditEntry))])
