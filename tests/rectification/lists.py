"""Lists of what is to be put right, made by the same services as the real ones. On the day the clock begins 财政局 is late with ITEMS."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import select

from registry.bootstrap import Registry
from registry.database import Actor
from registry.rectification.service import answer_task, issue_list, token_of
from registry.rectification.tables import RectificationTask
from tests.factories import UNIT

ITEMS = ("BUD-01-08", "BUD-07-01", "BUD-07-02", "BUD-08-01", "BUD-08-02")
ANSWER = {"progress": "done", "text": "已公开", "done_on": None, "proof": None}


def issue(
    registry: Registry,
    office: Actor,
    *,
    items: Sequence[str] | None = ITEMS,
    units: Sequence[str] = (UNIT,),
    workdays: int = 10,
    own: dict[str, int] | None = None,
) -> UUID:
    """A list of what those units are late with for those items; `own` are working days of single items, None all items."""
    with registry.database.work(office) as work:
        observer = registry.observer(work.session)
        found = [
            one
            for one in observer.findings.values()
            if one.subject == "occasion" and one.unit_code in units and (items is None or one.item_code in items)
        ]
        days = {token_of(one): own[one.item_code] for one in found if own and one.item_code in own}
        values = {"title": "一季度整改清单", "workdays": workdays}
        return issue_list(work, observer, registry.counting, values, {token_of(one) for one in found}, days).id


def tasks_in(registry: Registry, list_id: UUID) -> dict[str, RectificationTask]:
    """Item → task; for lists of one unit."""
    with registry.database.read() as session:
        query = select(RectificationTask).where(RectificationTask.list_id == list_id)
        found = {task.item_code: task for task in session.exec(query.order_by(RectificationTask.place))}  # type: ignore[arg-type]
        session.expunge_all()
        return found


def answer(registry: Registry, actor: Actor, task: RectificationTask, **changes: object) -> RectificationTask:
    """已整改 today, unless `changes` say otherwise."""
    values = ANSWER | {"done_on": registry.database.today()} | changes
    with registry.database.work(actor) as work:
        answered = answer_task(work, task.id, values, version=task.version)
        work.session.flush()
        work.session.expunge(answered)
        return answered
