"""Closing a period: from then on its due dates stand, and its numbers are kept as they were, signed by hash."""

from registry.accounts.permissions import Permission, require
from registry.audit.service import Action, hold_log, record
from registry.closing.freezing import Freezer, freeze
from registry.closing.queries import frozen_chain
from registry.closing.rules import GENESIS, seal
from registry.closing.tables import FrozenPeriod
from registry.database import Work
from registry.duties.rules import Period, period_from
from registry.duties.tables import ClosedPeriod
from registry.errors import Conflict, Invalid, Issue


def close_period(work: Work, code: str, freezer: Freezer, *, expected: str = "") -> FrozenPeriod:
    """Close a period that is over, with its numbers; closing it again is a Conflict.

    `expected` are the numbers somebody looked at (`Frozen.numbers`); Conflict when they are others by now. Raises Invalid for what is no
    period, or one that still runs. The file is on disk before the row that names it is committed.
    """
    require(work.actor, Permission.CLOSE_PERIOD)
    period = require_over(work, code)
    hold_log(work)
    frozen = freeze(work.session, period, freezer, known_at=work.now)
    if expected and frozen.numbers != expected:
        raise Conflict("period_changed_meanwhile", period=code)
    chain = frozen_chain(work.session)
    number, previous = (chain[-1].number + 1, chain[-1].hash) if chain else (1, GENESIS)
    row = FrozenPeriod(
        code=code,
        number=number,
        closed_at=work.now,
        content_hash=frozen.content_hash,
        object_digest=freezer.objects.put(frozen.packed),
        size_bytes=frozen.size_bytes,
        occasions=frozen.occasions,
        previous_hash=previous,
        hash=seal(
            number=number,
            code=code,
            content_hash=frozen.content_hash,
            closed_at=work.now,
            previous_hash=previous,
        ),
        basis=frozen.basis.as_record(),
        board=frozen.board,
        flow=frozen.flow,
    )
    work.session.add(
        ClosedPeriod(
            code=code, first_on=period.first, last_on=period.last, closed_at=work.now, closed_by=work.actor.user_id
        )
    )
    work.session.flush()
    work.session.add(row)
    work.session.flush()
    changes = {"last_on": (None, period.last), "content_hash": (None, row.content_hash), "hash": (None, row.hash)}
    record(work, Action.PERIOD_CLOSE, "period", code, changes)
    return row


def require_over(work: Work, code: str) -> Period:
    """The period, when it can be closed now."""
    period = period_from(code)
    if period is None:
        raise Invalid([Issue("period", "period_form", {"found": code})])
    if period.last >= work.today:
        raise Invalid([Issue("period", "period_not_over", {"found": code, "last": period.last.isoformat()})])
    if work.session.get(ClosedPeriod, code) is not None:
        raise Conflict("period_closed", period=code)
    return period
