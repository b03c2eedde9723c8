"""The whole role table. A role may do what stands behind it and nothing else.

`own_unit` permissions hold only for things of the actor's unit; everyone, also without an account, has the permissions of `public`.
"""

from enum import StrEnum
from uuid import UUID

from registry.database import Actor
from registry.errors import Forbidden


class Role(StrEnum):
    """People of the registry; 三员分立: nobody holds two of admin, security and auditor."""

    EDITOR = "editor"
    REVIEWER = "reviewer"
    OFFICE = "office"
    LEADER = "leader"
    AUDITOR = "auditor"
    SECURITY = "security"
    ADMIN = "admin"


class Permission(StrEnum):
    """What can be allowed."""

    SEE_TASKS = "tasks.see"
    WRITE_PUBLICATION = "publication.write"
    REVIEW_PUBLICATION = "publication.review"
    OVERRIDE_REVIEW = "publication.override_review"
    WITHDRAW_PUBLICATION = "publication.withdraw"
    SEE_UNPUBLISHED = "publication.see_unpublished"
    RECORD_EVENT = "occasion.record"
    CHECK_EVIDENCE = "evidence.check"
    ADD_EVIDENCE = "evidence.add"
    CLEAR_EVIDENCE = "evidence.clear"
    ASK_FOR_RULING = "ruling.ask"
    DECIDE_RULING = "ruling.decide"
    SEE_ALL_UNITS = "units.see_all"
    LOAD_DATA = "data.load"
    CHANGE_UNIT = "unit.change"
    ASSIGN_DUTY = "duty.assign"
    CLOSE_PERIOD = "period.close"
    RECOMPUTE = "occasion.recompute"
    READ_AUDIT = "audit.read"
    WRITE_NOTE = "note.write"
    ASSESS_STANDARD = "standard.assess"
    ANSWER_ASSESSMENT = "standard.answer"
    MANAGE_RECTIFICATION = "rectification.manage"
    ANSWER_RECTIFICATION = "rectification.answer"
    ISSUE_BRIEFING = "briefing.issue"
    FILL_FIGURES = "figures.fill"
    CONFIRM_FIGURES = "figures.confirm"
    COMPILE_REPORT = "report.compile"
    MANAGE_ACCOUNTS = "accounts.manage"
    GRANT_ROLES = "roles.grant"


ROLES: dict[str, frozenset[Permission]] = {
    Role.EDITOR: frozenset(
        {
            Permission.SEE_TASKS,
            Permission.WRITE_PUBLICATION,
            Permission.WITHDRAW_PUBLICATION,
            Permission.SEE_UNPUBLISHED,
            Permission.RECORD_EVENT,
            Permission.ASK_FOR_RULING,
            Permission.CHECK_EVIDENCE,
            Permission.ADD_EVIDENCE,
            Permission.ASSESS_STANDARD,
            Permission.ANSWER_RECTIFICATION,
            Permission.FILL_FIGURES,
        }
    ),
    Role.REVIEWER: frozenset(
        {
            Permission.SEE_TASKS,
            Permission.REVIEW_PUBLICATION,
            Permission.SEE_UNPUBLISHED,
            Permission.ASSIGN_DUTY,
            Permission.CHECK_EVIDENCE,
            Permission.CLEAR_EVIDENCE,
            Permission.ANSWER_RECTIFICATION,
            Permission.CONFIRM_FIGURES,
        }
    ),
    Role.OFFICE: frozenset(
        {
            Permission.SEE_TASKS,
            Permission.SEE_UNPUBLISHED,
            Permission.SEE_ALL_UNITS,
            Permission.RECORD_EVENT,
            Permission.LOAD_DATA,
            Permission.CHANGE_UNIT,
            Permission.ASSIGN_DUTY,
            Permission.CLOSE_PERIOD,
            Permission.DECIDE_RULING,
            Permission.RECOMPUTE,
            Permission.OVERRIDE_REVIEW,
            Permission.WITHDRAW_PUBLICATION,
            Permission.CHECK_EVIDENCE,
            Permission.CLEAR_EVIDENCE,
            Permission.WRITE_NOTE,
            Permission.ASSESS_STANDARD,
            Permission.ANSWER_ASSESSMENT,
            Permission.MANAGE_RECTIFICATION,
            Permission.ISSUE_BRIEFING,
            Permission.COMPILE_REPORT,
        }
    ),
    Role.LEADER: frozenset({Permission.SEE_ALL_UNITS, Permission.WRITE_NOTE}),
    Role.AUDITOR: frozenset({Permission.READ_AUDIT}),
    Role.SECURITY: frozenset({Permission.GRANT_ROLES}),
    Role.ADMIN: frozenset({Permission.MANAGE_ACCOUNTS}),
    "system": frozenset(Permission)
    - {
        Permission.REVIEW_PUBLICATION,
        Permission.OVERRIDE_REVIEW,
        Permission.DECIDE_RULING,
        Permission.CLEAR_EVIDENCE,
    },
}

THREE_APART = frozenset({Role.ADMIN, Role.SECURITY, Role.AUDITOR})

WITHOUT_UNIT = frozenset({Role.OFFICE, Role.LEADER, Role.AUDITOR, Role.SECURITY, Role.ADMIN, "system"})


def may(actor: Actor, permission: Permission, unit_code: str | None = None) -> bool:
    """Whether `actor` has `permission`, for a thing of `unit_code` when one is given.

    Roles of a unit (editor, reviewer) reach only that unit's things; the others reach all.
    """
    for role in actor.roles:
        if permission in ROLES.get(role, frozenset()) and (
            unit_code is None or role in WITHOUT_UNIT or actor.unit_code == unit_code
        ):
            return True
    return False


def require(actor: Actor, permission: Permission, unit_code: str | None = None) -> None:
    """Raise Forbidden unless `may`."""
    if not may(actor, permission, unit_code):
        raise Forbidden(permission=permission.value)


def require_person(actor: Actor) -> UUID:
    """The account that acts; Forbidden for the public, the operator's command line and the registry itself."""
    if actor.user_id is None:
        raise Forbidden("needs_person")
    return actor.user_id


def conflicting_roles(roles: frozenset[str]) -> frozenset[str]:
    """The roles among `roles` that one person may not hold together (等保: 三员分立; none of the three may publish)."""
    apart = roles & THREE_APART
    if len(apart) > 1:
        return frozenset(apart)
    if apart and len(roles) > 1:
        return frozenset(roles)
    return frozenset()
