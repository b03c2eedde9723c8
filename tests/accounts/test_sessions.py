from collections.abc import Iterable
from threading import Thread

import pytest
from sqlmodel import col, select

from registry.accounts import passwords, queries, service, sessions
from registry.accounts.tables import FailedSignIn, SignIn, User
from registry.audit.queries import verify
from registry.audit.tables import AuditEntry
from registry.database import SYSTEM, Database
from registry.errors import Conflict, Forbidden, Invalid, NotFound
from tests.accounts.conftest import Clock
from tests.accounts.people import ADDRESS, PASSWORD, actor_for, create_person, logged, signed_in

ELSEWHERE = "10.9.9.9"
WRONG = "wrong"


def refusal(database: Database, username: str, password: str = WRONG, address: str = ADDRESS) -> str:
    with pytest.raises(Forbidden) as caught:
        sessions.sign_in(database, username, password, address=address)
    return str(caught.value)


def refusals(database: Database, username: str, number: int, address: str = ADDRESS) -> Iterable[str]:
    return [refusal(database, username, address=address) for _ in range(number)]


def test_right_password_gives_a_secret_of_which_only_the_hash_is_kept(database: Database) -> None:
    user = create_person(database, "clerk")
    token, found = sessions.sign_in(database, " Ｃlerk ", PASSWORD, address=ADDRESS, agent="Firefox\n")
    assert found.id == user.id
    assert len(token) == 43
    with database.read() as session:
        row = session.exec(select(SignIn)).one()
    assert row.token_hash == sessions.hash_secret(token) != token
    assert (row.address, row.agent) == (ADDRESS, "Firefox")


def test_each_sign_in_has_a_secret_of_its_own(database: Database) -> None:
    create_person(database, "clerk")
    tokens = {sessions.sign_in(database, "clerk", PASSWORD, address=ADDRESS)[0] for _ in range(3)}
    assert len(tokens) == 3


def test_unknown_wrong_disabled_and_empty_are_refused_in_the_same_words(database: Database) -> None:
    create_person(database, "clerk")
    gone = create_person(database, "gone")
    with database.work(SYSTEM) as work:
        service.disable_user(work, gone.id)
    told = {
        refusal(database, "clerk"),
        refusal(database, "nobody"),
        refusal(database, "gone", PASSWORD),
        refusal(database, "", ""),
        refusal(database, "clerk\0", "\0"),
        refusal(database, "\udcff", "\udcff", ELSEWHERE),
        refusal(database, "clerk", "x" * 5000),
    }
    assert told == {"sign_in_refused"}


def test_unknown_names_cost_an_argon2_as_known_ones_do(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    create_person(database, "clerk")
    compared: list[bool] = []
    real = passwords.is_right

    def counting(password: str, stored: str | None) -> bool:
        compared.append(stored is None)
        return real(password, stored)

    monkeypatch.setattr(passwords, "is_right", counting)
    refusal(database, "clerk")
    refusal(database, "nobody")
    assert compared == [False, True]


@pytest.mark.parametrize("username", ["clerk", "nobody"])
def test_five_failures_lock_for_fifteen_minutes_known_or_not(database: Database, clock: Clock, username: str) -> None:
    create_person(database, "clerk")
    told = refusals(database, username, 6)
    assert list(told) == ["sign_in_refused"] * 4 + ["too_many_sign_ins {'minutes': 15}"] * 2
    clock.forward(minutes=14, seconds=59)
    assert refusal(database, username, PASSWORD) == "too_many_sign_ins {'minutes': 1}"


def test_right_password_is_refused_while_locked_and_accepted_after(database: Database, clock: Clock) -> None:
    create_person(database, "clerk")
    refusals(database, "clerk", 5)
    assert refusal(database, "clerk", PASSWORD).startswith("too_many_sign_ins")
    clock.forward(minutes=15)
    assert signed_in(database, "clerk").user.username == "clerk"


def test_next_round_locks_twice_as_long(database: Database, clock: Clock) -> None:
    create_person(database, "clerk")
    for minutes in (15, 30, 60, 120, 240, 480, 480):
        assert list(refusals(database, "clerk", 5))[-1] == f"too_many_sign_ins {{'minutes': {minutes}}}"
        clock.forward(minutes=minutes)


def test_knocking_while_locked_does_not_prolong_the_lock(database: Database, clock: Clock) -> None:
    create_person(database, "clerk")
    refusals(database, "clerk", 5)
    for _ in range(14):
        clock.forward(minutes=1)
        refusal(database, "clerk")
    clock.forward(minutes=1)
    assert signed_in(database, "clerk").user.username == "clerk"


def test_owner_still_gets_in_from_elsewhere_while_another_address_is_locked(database: Database) -> None:
    create_person(database, "clerk")
    refusals(database, "clerk", 20)
    assert signed_in(database, "clerk", address=ELSEWHERE).user.username == "clerk"


def test_addresses_of_one_ipv6_network_count_as_one(database: Database) -> None:
    create_person(database, "clerk")
    told = [refusal(database, "clerk", address=f"2001:db8:1:2::{host}") for host in range(5)]
    assert told[-1].startswith("too_many_sign_ins")


def test_success_forgets_the_slips_before_it(database: Database) -> None:
    create_person(database, "clerk")
    refusals(database, "clerk", 4)
    signed_in(database, "clerk")
    assert set(refusals(database, "clerk", 4)) == {"sign_in_refused"}


def test_four_slips_every_sixteen_minutes_never_lock(database: Database, clock: Clock) -> None:
    create_person(database, "clerk")
    for _ in range(4):
        assert set(refusals(database, "clerk", 4)) == {"sign_in_refused"}
        clock.forward(minutes=16)


def test_guesses_on_many_accounts_lock_the_address_at_fifty(database: Database) -> None:
    for number in range(13):
        create_person(database, f"user{number:02}")
    told = [refusal(database, f"user{number % 13:02}") for number in range(50)]
    assert told[48] == "sign_in_refused"
    assert told[49] == "too_many_sign_ins {'minutes': 15}"
    assert refusal(database, "user01", PASSWORD).startswith("too_many_sign_ins")
    assert signed_in(database, "user01", address=ELSEWHERE).user.username == "user01"


def test_five_hundred_guesses_on_fifty_accounts_leave_owners_their_way_in(database: Database, clock: Clock) -> None:
    names = [f"user{number:02}" for number in range(50)]
    for name in names:
        create_person(database, name)
    tried = 0
    for number in range(500):
        clock.forward(seconds=1)
        tried += refusal(database, names[number % 50]) == "sign_in_refused"
    assert tried == 49
    assert signed_in(database, "user07", address=ELSEWHERE).user.username == "user07"


def test_parallel_guesses_are_counted_one_by_one(database: Database) -> None:
    create_person(database, "clerk")
    guesses = [Thread(target=refusal, args=(database, "clerk")) for _ in range(12)]
    for guess in guesses:
        guess.start()
    for guess in guesses:
        guess.join()
    with database.read() as session:
        assert len(session.exec(select(FailedSignIn)).all()) == 5


def test_right_guess_that_arrives_after_the_limit_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_person(database, "clerk")
    real = passwords.is_right

    def overtaken(password: str, stored: str | None) -> bool:
        monkeypatch.setattr(passwords, "is_right", real)
        refusals(database, "clerk", 5)
        return real(password, stored)

    monkeypatch.setattr(passwords, "is_right", overtaken)
    assert refusal(database, "clerk", PASSWORD).startswith("too_many_sign_ins")


def test_every_attempt_is_in_the_log_with_address_and_reason(database: Database) -> None:
    user = create_person(database, "clerk")
    refusals(database, "clerk", 6)
    refusal(database, "nobody", address=ELSEWHERE)
    with database.read() as session:
        query = select(AuditEntry).where(col(AuditEntry.action) == "session.refuse")
        entries = session.exec(query.order_by(col(AuditEntry.number))).all()
        assert verify(session).faults == []
    assert [entry.subject_id for entry in entries] == [str(user.id)] * 6 + ["unknown"]
    assert [entry.changes["reason"][1] for entry in entries] == ["wrong"] * 5 + ["locked", "wrong"]
    assert entries[-1].changes["address"] == [None, ELSEWHERE]


def test_what_was_typed_is_kept_nowhere(database: Database) -> None:
    """People type their password into the field of the name."""
    refusal(database, "my-secret-typed-here", "guess-of-a-password")
    with database.read() as session:
        entries = [str(entry.model_dump()) for entry in session.exec(select(AuditEntry))]
        failures = [str(failure.model_dump()) for failure in session.exec(select(FailedSignIn))]
    assert not [kept for kept in entries + failures if "my-secret" in kept or "guess-of" in kept]


@pytest.mark.parametrize(
    ("steps", "minutes", "alive"), [(1, 29, True), (1, 30, False), (24, 29, True), (25, 29, False)]
)
def test_session_ends_after_30_idle_minutes_or_12_hours(
    database: Database, clock: Clock, steps: int, minutes: int, alive: bool
) -> None:
    create_person(database, "clerk")
    token, _ = sessions.sign_in(database, "clerk", PASSWORD, address=ADDRESS)
    found = None
    for _ in range(steps):
        clock.forward(minutes=minutes)
        found = sessions.find_session(database, token)
    assert (found is not None) is alive


def test_use_is_noted_at_most_once_a_minute_and_not_in_the_log(database: Database, clock: Clock) -> None:
    create_person(database, "clerk")
    token, _ = sessions.sign_in(database, "clerk", PASSWORD, address=ADDRESS)
    begun, entries = clock.now, len(logged(database))
    noted = []
    for seconds in (30, 29, 1, 59):
        clock.forward(seconds=seconds)
        sessions.find_session(database, token)
        with database.read() as session:
            noted.append(int((session.exec(select(SignIn.last_used_at)).one() - begun).total_seconds()))
    assert noted == [0, 0, 60, 60]
    assert len(logged(database)) == entries


@pytest.mark.parametrize("token", ["", "x", "0" * 43, "\udcff"])
def test_invented_secrets_find_nobody(database: Database, token: str) -> None:
    create_person(database, "clerk")
    assert sessions.find_session(database, token) is None


def test_signing_out_ends_the_session_for_good(database: Database) -> None:
    create_person(database, "clerk")
    token, _ = sessions.sign_in(database, "clerk", PASSWORD, address=ADDRESS)
    sessions.sign_out(database, token)
    sessions.sign_out(database, token)
    assert sessions.find_session(database, token) is None
    assert logged(database)[-1] == "session.end"


def test_person_lists_and_ends_own_sessions(database: Database) -> None:
    user = create_person(database, "clerk")
    here, there = signed_in(database, "clerk"), signed_in(database, "clerk", address=ELSEWHERE)
    assert here.session is not None
    assert there.session is not None
    with database.read() as session:
        listed = queries.list_sessions(session, user.id, now=database.clock(), current=here.session.token_hash)
    assert {(one.address, one.is_current) for one in listed} == {(ADDRESS, True), (ELSEWHERE, False)}
    with database.work(sessions.actor_of(here, "web")) as work:
        sessions.end_session(work, user.id, there.session.token_hash[:16])
    with database.read() as session:
        left = queries.list_sessions(session, user.id, now=database.clock())
    assert [one.address for one in left] == [ADDRESS]


@pytest.mark.parametrize("short_id", ["", "a", "%", "0" * 16])
def test_session_must_be_named_exactly(database: Database, short_id: str) -> None:
    user = create_person(database, "clerk")
    signed_in(database, "clerk")
    with pytest.raises(NotFound), database.work(actor_for(database, user)) as work:
        sessions.end_session(work, user.id, short_id)


def test_nobody_ends_sessions_of_others(database: Database) -> None:
    create_person(database, "clerk")
    other = create_person(database, "fourth")
    mine = signed_in(database, "clerk")
    theirs = signed_in(database, "fourth")
    assert theirs.session is not None
    with pytest.raises(Forbidden), database.work(sessions.actor_of(mine, "web")) as work:
        sessions.end_session(work, other.id, theirs.session.token_hash[:16])
    with pytest.raises(Forbidden), database.work(sessions.actor_of(mine, "web")) as work:
        sessions.end_sessions(work, other.id)


def test_disabling_ends_sessions_at_once(database: Database) -> None:
    user = create_person(database, "clerk")
    token, _ = sessions.sign_in(database, "clerk", PASSWORD, address=ADDRESS)
    with database.work(SYSTEM) as work:
        service.disable_user(work, user.id)
    assert sessions.find_session(database, token) is None


def test_roles_are_read_anew_with_each_request(database: Database) -> None:
    user = create_person(database, "clerk", roles=["leader"])
    token, _ = sessions.sign_in(database, "clerk", PASSWORD, address=ADDRESS)
    with database.work(SYSTEM) as work:
        service.revoke_role(work, user.id, "leader")
    found = sessions.find_session(database, token)
    assert found is not None
    assert found.roles == frozenset()


# ---------------------------------------------------------------- changing the password


def change(database: Database, new: str, *, current: str = PASSWORD, preset: passwords.Preset = "djbh") -> None:
    who = signed_in(database, "clerk", current)
    sessions.change_password(database, who, current=current, new=new, preset=preset)


def test_new_password_counts_and_the_other_sessions_end(database: Database) -> None:
    create_person(database, "clerk")
    kept, _ = sessions.sign_in(database, "clerk", PASSWORD, address=ADDRESS)
    ended, _ = sessions.sign_in(database, "clerk", PASSWORD, address=ELSEWHERE)
    who = sessions.find_session(database, kept)
    assert who is not None
    sessions.change_password(database, who, current=PASSWORD, new="Mu-Fu3stone", preset="djbh")
    assert sessions.find_session(database, kept) is not None
    assert sessions.find_session(database, ended) is None
    assert refusal(database, "clerk", PASSWORD) == "sign_in_refused"
    assert signed_in(database, "clerk", "Mu-Fu3stone").user.username == "clerk"
    assert "account.password" in logged(database)


def test_wrong_current_password_is_an_issue_and_counts_towards_the_lock(database: Database) -> None:
    create_person(database, "clerk")
    who = signed_in(database, "clerk")
    for _ in range(4):
        with pytest.raises(Invalid) as caught:
            sessions.change_password(database, who, current="wrong", new="Mu-Fu3stone", preset="djbh")
        assert [(issue.field, issue.code) for issue in caught.value.issues] == [("current_password", "password_wrong")]
    with pytest.raises(Forbidden, match="too_many_sign_ins"):
        sessions.change_password(database, who, current="wrong", new="Mu-Fu3stone", preset="djbh")
    with pytest.raises(Forbidden, match="too_many_sign_ins"):
        sessions.change_password(database, who, current=PASSWORD, new="Mu-Fu3stone", preset="djbh")


@pytest.mark.parametrize(("preset", "refused"), [("djbh", True), ("asvs", False)])
def test_last_five_passwords_come_back_only_without_djbh(
    database: Database, preset: passwords.Preset, refused: bool
) -> None:
    create_person(database, "clerk")
    present = PASSWORD
    for number in range(4):
        change(database, f"Mu-Fu{number}stone-ab", current=present)
        present = f"Mu-Fu{number}stone-ab"
    if not refused:
        return change(database, PASSWORD, current=present, preset=preset)
    with pytest.raises(Invalid, match="password_used_before"):
        change(database, PASSWORD, current=present, preset=preset)
    change(database, "Mu-Fu7stone-ab", current=present)
    return change(database, PASSWORD, current="Mu-Fu7stone-ab")


@pytest.mark.parametrize("preset", ["djbh", "asvs"])
def test_present_password_is_not_a_new_one(database: Database, preset: passwords.Preset) -> None:
    create_person(database, "clerk")
    with pytest.raises(Invalid, match="password_unchanged"):
        change(database, PASSWORD, preset=preset)


def test_password_changed_meanwhile_is_not_overwritten(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    create_person(database, "clerk")
    who = signed_in(database, "clerk")
    sessions.change_password(database, who, current=PASSWORD, new="Mu-Fu3stone", preset="djbh")
    with pytest.raises(Conflict, match="password_changed_meanwhile"):
        sessions.change_password(database, who, current=PASSWORD, new="Mu-Fu4stone", preset="djbh")


@pytest.mark.parametrize(("preset", "days", "due"), [("djbh", 90, False), ("djbh", 91, True), ("asvs", 400, False)])
def test_password_is_to_be_changed_after_90_days_under_djbh(
    database: Database, clock: Clock, preset: passwords.Preset, days: int, due: bool
) -> None:
    user = create_person(database, "clerk")
    clock.forward(days=days)
    assert sessions.must_change_password(user, preset, clock.now) is due


def test_one_time_secret_signs_in_only_to_be_changed_and_for_seven_days(database: Database, clock: Clock) -> None:
    with database.work(SYSTEM) as work:
        _, secret = service.create_user(work, username="clerk", display_name="岗")
    assert len(secret) == 23
    clock.forward(days=7)
    who = signed_in(database, "clerk", secret)
    assert sessions.must_change_password(who.user, "asvs", clock.now)
    clock.forward(seconds=1)
    assert refusal(database, "clerk", secret, ELSEWHERE) == "sign_in_refused"


def test_one_time_secret_is_void_once_a_password_is_chosen(database: Database, clock: Clock) -> None:
    with database.work(SYSTEM) as work:
        _, secret = service.create_user(work, username="clerk", display_name="岗")
    change(database, "Mu-Fu3stone", current=secret)
    assert refusal(database, "clerk", secret) == "sign_in_refused"
    assert not sessions.must_change_password(signed_in(database, "clerk", "Mu-Fu3stone").user, "djbh", clock.now)


def test_hash_is_renewed_at_sign_in_when_parameters_grew(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    user = create_person(database, "clerk")
    monkeypatch.setattr(passwords, "hasher", passwords.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    signed_in(database, "clerk")
    with database.read() as session:
        kept = session.get_one(User, user.id).password_hash
    assert kept is not None
    assert "m=16,t=2" in kept
    assert signed_in(database, "clerk").user.username == "clerk"
