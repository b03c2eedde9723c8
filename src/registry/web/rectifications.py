"""整改清单: all of them, one with its tasks, and its exports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask_login import login_required
from sqlmodel import Session

from registry import wording
from registry.accounts.permissions import Permission, may
from registry.bootstrap import Registry
from registry.database import Actor
from registry.documents.word import DOCX_TYPE
from registry.documents.workbook import XLSX_TYPE
from registry.errors import Forbidden, NotFound
from registry.exchange.rectification_sheets import about_lines, how_to_fill_in, list_xlsx
from registry.rectification.queries import (
    ListRow,
    TaskFilter,
    TaskRow,
    count_answered,
    get_list,
    last_answers,
    list_lists,
    list_tasks,
)
from registry.rectification.rules import Measure, TaskState
from registry.rectification.tables import RectificationStep
from registry.rectification.telling import list_name
from registry.reports.rectification_list import list_docx
from registry.units.queries import unit_names
from registry.web.downloads import download
from registry.web.parameters import here, read_choice, read_choices
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("rectifications", __name__, url_prefix="/rectifications")

LATE = "late"


@dataclass(frozen=True)
class ListsPage:
    """`waiting` counts answers that wait for the office."""

    rows: Sequence[ListRow]
    measure: Measure
    as_of: date
    may_manage: bool
    waiting: int

    @staticmethod
    def name(row: ListRow) -> str:
        return list_name(row.list.year, row.list.number)

    @staticmethod
    def address(row: ListRow, state: str = "") -> str:
        """The tasks of a list, or those behind one of its numbers."""
        wanted = {"state": state} if state else {}
        return url_for("rectifications.show", list_id=row.list.id, **wanted)  # type: ignore[arg-type]


@dataclass(frozen=True)
class ListPage:
    """A list with the tasks the filters leave. `measures` are those of its units, in catalog order."""

    row: ListRow
    name: str
    tasks: Sequence[TaskRow]
    answers: Mapping[UUID, RectificationStep]
    units: Mapping[str, str]
    unit: str
    states: frozenset[str]
    as_of: date
    may_manage: bool
    may_answer: bool

    @property
    def measures(self) -> Sequence[tuple[str, Measure]]:
        return [(code, self.row.units[code]) for code in self.units if code in self.row.units]

    @property
    def is_filtered(self) -> bool:
        return bool(self.unit or self.states)

    def address(self, *, unit: str = "", state: str = "") -> str:
        """The tasks behind a number of the table."""
        wanted = {"unit": unit or None, "state": state or None}
        return url_for("rectifications.show", list_id=self.row.list.id, _anchor="tasks", **wanted)  # type: ignore[arg-type]

    def export_address(self, kind: str) -> str:
        """The same tasks as a file."""
        wanted = {"unit": self.unit or None, "state": sorted(self.states) or None}
        return url_for(f"rectifications.{kind}", list_id=self.row.list.id, **wanted)  # type: ignore[arg-type]


def require_reader(actor: Actor) -> None:
    """Office and leadership, and staff of units; raises Forbidden for everybody else."""
    if not (may(actor, Permission.SEE_ALL_UNITS) or may(actor, Permission.ANSWER_RECTIFICATION, actor.unit_code)):
        raise Forbidden


@blueprint.get("")
@login_required
def lists() -> str:
    """Every list the reader may see, the newest first, with how far it is closed."""
    registry, actor = the_registry(), current_actor()
    require_reader(actor)
    today = registry.database.today()
    with registry.database.read() as session:
        rows = list_lists(session, actor, today)
        may_manage = may(actor, Permission.MANAGE_RECTIFICATION)
        waiting = count_answered(session) if may_manage else 0
        session.expunge_all()
    page = ListsPage(rows, _sum(rows), today, may_manage, waiting)
    return render_template("rectification/lists.html", page=page)


@blueprint.get("/<uuid:list_id>")
@login_required
def show(list_id: UUID) -> str:
    """The tasks of a list, narrowed by unit and state; every number of the page leads to its tasks."""
    registry, actor = the_registry(), current_actor()
    require_reader(actor)
    with registry.database.read() as session:
        page = _page(session, registry, actor, list_id)
        return render_template("rectification/list.html", page=page)


@blueprint.get("/<uuid:list_id>/list.xlsx")
@login_required
def xlsx(list_id: UUID) -> Response:
    """The sheet to be filled in, with what was last answered."""
    require_reader(current_actor())
    with the_registry().database.read() as session:
        page = _page(session, the_registry(), current_actor(), list_id)
        body = list_xlsx(_not_empty(page.tasks), page.answers, page.units, [*_about(page), how_to_fill_in()])
    return _file(body, XLSX_TYPE, page.name, "xlsx")


@blueprint.get("/<uuid:list_id>/list.docx")
@login_required
def docx(list_id: UUID) -> Response:
    """The list as an official document."""
    require_reader(current_actor())
    with the_registry().database.read() as session:
        page = _page(session, the_registry(), current_actor(), list_id)
        body = list_docx(_not_empty(page.tasks), page.units, _about(page))
    return _file(body, DOCX_TYPE, page.name, "docx")


def _page(session: Session, registry: Registry, actor: Actor, list_id: UUID) -> ListPage:
    today, names = registry.database.today(), unit_names(session)
    row = get_list(session, list_id, actor, today)
    states = read_choices("state", frozenset({LATE, *TaskState}))
    unit = read_choice("unit", names)
    wanted = TaskFilter(
        list_id=list_id,
        unit_code=unit or None,
        states=frozenset(TaskState(one) for one in states - {LATE}),
        late_only=LATE in states,
    )
    tasks = list_tasks(session, actor, today, wanted)
    return ListPage(
        row=row,
        name=list_name(row.list.year, row.list.number),
        tasks=tasks,
        answers=last_answers(session, [one.task.id for one in tasks]),
        units=names,
        unit=unit,
        states=states,
        as_of=today,
        may_manage=may(actor, Permission.MANAGE_RECTIFICATION),
        may_answer=may(actor, Permission.ANSWER_RECTIFICATION, actor.unit_code),
    )


def _sum(rows: Sequence[ListRow]) -> Measure:
    total = Measure()
    for row in rows:
        total.merge(row.measure)
    return total


def _about(page: ListPage) -> list[str]:
    """Date, filters and address, as every export carries them."""
    filters = [page.units[page.unit]] if page.unit else []
    filters += [state_word(one) for one in sorted(page.states)]
    base = the_registry().settings.public_url or request.host_url.rstrip("/") + request.script_root
    path = here().removeprefix(request.script_root).replace("/list.xlsx", "").replace("/list.docx", "")
    return about_lines(page.tasks[0], filters, f"{base.rstrip('/')}{path}")


def state_word(code: str) -> str:
    """The word of a state, or for those that are late."""
    return wording.label("rectification_sheet", LATE) if code == LATE else wording.label("rectification_state", code)


def _not_empty(tasks: Sequence[TaskRow]) -> Sequence[TaskRow]:
    if not tasks:
        raise NotFound(subject="rectification_task")
    return tasks


def _file(body: bytes, media_type: str, name: str, suffix: str) -> Response:
    return download(body, media_type, f"{name}.{suffix}", f"list.{suffix}")
