"""What people were typing and have not handed over: kept while they type and across a new sign-in, thrown away once handed over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.accounts.permissions import require_person
from registry.accounts.tables import KeptForm, User
from registry.database import Work

LONGEST_PATH = 200
KEPT_FOR = timedelta(days=30)
AT_WORK = timedelta(minutes=30)


def keep_form(work: Work, path: str, body: Sequence[Sequence[str]]) -> KeptForm:
    """Keep `body`, pairs of name and value, for the actor at `path`, in the place of what was kept there."""
    user_id = require_person(work.actor)
    kept = KeptForm(user_id=user_id, path=path[:LONGEST_PATH], body=[list(pair) for pair in body], kept_at=work.now)
    return work.session.merge(kept)


def find_kept_form(session: Session, user_id: UUID | None, path: str) -> KeptForm | None:
    """What the person was typing at `path`."""
    return session.get(KeptForm, (user_id, path)) if user_id is not None else None


def others_at_form(session: Session, user_id: UUID | None, path: str, now: datetime) -> list[tuple[str, datetime]]:
    """Who else has been typing at `path` lately: display name and when last, newest first."""
    query = (
        select(User.display_name, KeptForm.kept_at)
        .where(User.id == KeptForm.user_id, KeptForm.path == path, KeptForm.user_id != user_id)
        .where(col(KeptForm.kept_at) > now - AT_WORK)
    )
    return list(session.exec(query.order_by(col(KeptForm.kept_at).desc())))


def drop_kept_form(work: Work, path: str) -> None:
    """The form was handed over, or its writer does not want it any more."""
    kept: Any = work.session.get(KeptForm, (work.actor.user_id, path))
    if kept is not None:
        work.session.delete(kept)


def drop_old_forms(work: Work) -> None:
    """What nobody came back for in thirty days."""
    work.session.execute(sa.delete(KeptForm).where(col(KeptForm.kept_at) < work.now - KEPT_FOR))
