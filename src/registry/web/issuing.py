"""The office makes a 整改清单 from what is found today."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session
from wtforms import StringField

from registry import wording
from registry.accounts.permissions import Permission, require
from registry.assessment.mending import IRREPARABLE
from registry.assessment.rules import Finding
from registry.bootstrap import Registry
from registry.database import Actor
from registry.errors import Invalid, Issue
from registry.items.queries import list_areas
from registry.rectification.observing import Observer
from registry.rectification.queries import get_list, listed_findings
from registry.rectification.schemas import MOST_WORKDAYS, ListSchema
from registry.rectification.service import issue_list, token_of
from registry.rectification.tables import RectificationTask
from registry.rectification.telling import list_name, problem_of, task_of
from registry.units.queries import unit_names
from registry.validation import load
from registry.web.forms import DONE, MUST, PlainForm, attempt, filled
from registry.web.parameters import read_choice
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("issuing", __name__, url_prefix="/rectifications/new")

MOST_SHOWN = 300
ALL = "all"


class ListForm(PlainForm):
    """`list_title` and `workdays` for all; the boxes and the days of single findings stand in the table."""

    list_title = StringField(wording.label("rectification", "list_title"), validators=[MUST])
    workdays = StringField(wording.label("rectification", "workdays"), validators=[MUST])


@dataclass(frozen=True)
class Found:
    """A finding as it would stand in the list; `listed` where it stands in one that is not closed."""

    finding: Finding
    token: str
    task: str
    problem: str
    listed: RectificationTask | None


@dataclass(frozen=True)
class IssuingPage:
    """What is found under the filters, at most MOST_SHOWN rows of it; `fresh` are the tokens of all that can be put on a list."""

    form: ListForm
    as_of: date
    rows: Sequence[Found]
    total: int
    fresh: frozenset[str]
    units: Mapping[str, tuple[str, int]]
    areas: Mapping[str, str]
    rules: Mapping[str, str]
    chosen: Mapping[str, str]
    ticked: frozenset[str]
    all_ticked: bool
    days: Mapping[str, str]
    offered: Sequence[int]


@blueprint.route("", methods=["GET", "POST"])
@login_required
def new() -> ResponseReturnValue:
    """The findings of today with boxes to tick; POST makes the list."""
    registry, actor = the_registry(), current_actor()
    require(actor, Permission.MANAGE_RECTIFICATION)
    times = registry.rulebook.deadlines.rectification
    usual = {"list_title": wording.label("rectification", "default_title"), "workdays": str(times.usual_workdays)}
    form, status = ListForm(data=usual), 200
    with registry.database.read() as session:
        page = _page(session, registry, form)
        session.expunge_all()
    if request.method == "POST":
        issued: list[UUID] = []
        status = attempt(form, lambda: issued.append(_issue(registry, actor, page)), place=_place)
        if status == DONE:
            return redirect(url_for("rectifications.show", list_id=issued[0]))
    return render_template("rectification/new.html", page=page), status


def _page(session: Session, registry: Registry, form: ListForm) -> IssuingPage:
    dates = registry.state_dates()
    observer, listed = registry.observer(session), listed_findings(session)
    names, areas = unit_names(session), {area.code: area.name for area in list_areas(session)}
    everything = [one for one in observer.findings.values() if one.rule not in IRREPARABLE]
    names_of_rules = registry.rulebook.assessment.on(dates.as_of).rules
    rules = {one.rule: names_of_rules[one.rule].name for one in everything}
    chosen = {
        "unit": read_choice("unit", names),
        "area": read_choice("area", areas),
        "rule": read_choice("rule", {*rules, request.args.get("rule", "")}),
    }
    places = {code: place for place, code in enumerate(names)}
    found = [one for one in everything if _fits(one, chosen)]
    found.sort(key=lambda one: (one.key in listed, places[one.unit_code], one.area_code, one.item_code, one.key))
    per_unit = Counter(one.unit_code for one in everything)
    return IssuingPage(
        form=form,
        as_of=dates.as_of,
        rows=[_found(observer, one, listed) for one in found[:MOST_SHOWN]],
        total=len(found),
        fresh=frozenset(token_of(one) for one in found if one.key not in listed),
        units={code: (name, per_unit[code]) for code, name in names.items() if per_unit[code]},
        areas=areas,
        rules=rules,
        chosen=chosen,
        ticked=frozenset(request.form.getlist("finding")),
        all_ticked=ALL in request.form,
        days={name.removeprefix("days_"): value for name, value in request.form.items() if name.startswith("days_")},
        offered=registry.rulebook.deadlines.rectification.workdays,
    )


def _fits(finding: Finding, chosen: Mapping[str, str]) -> bool:
    own = {"unit": finding.unit_code, "area": finding.area_code, "rule": finding.rule}
    return all(not wanted or own[name] == wanted for name, wanted in chosen.items())


def _found(
    observer: Observer, finding: Finding, listed: Mapping[tuple[str, str, str, str], RectificationTask]
) -> Found:
    titles = observer.titles.get(finding.item_code, ())
    words = task_of(finding, titles), problem_of(finding)
    return Found(finding, token_of(finding), *words, listed.get(finding.key))


def _issue(registry: Registry, actor: Actor, page: IssuingPage) -> UUID:
    form = page.form
    values = {"title": filled(form.list_title) or "", "workdays": filled(form.workdays) or ""}
    clean, own = load(ListSchema(), values), _own_days(page.days)
    with registry.database.work(actor) as work:
        chosen = page.fresh if page.all_ticked else page.ticked
        row = issue_list(work, registry.observer(work.session), registry.counting, clean, chosen, own)
        measured = get_list(work.session, row.id, actor, work.today)
        name, list_id = list_name(row.year, row.number), row.id
    told = {"list": name, "count": measured.measure.total, "units": len(measured.units)}
    flash(wording.label("notice", "rectification_issued").format(**told))
    return list_id


def _own_days(typed: Mapping[str, str]) -> dict[str, int]:
    """Days of single findings. Raises Invalid for what is no number of working days."""
    found: dict[str, int] = {}
    for token, text in typed.items():
        text = text.strip()
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST_WORKDAYS):
            raise Invalid([Issue(f"days_{token}", "workdays_range")])
        found[token] = int(text)
    return found


def _place(name: str) -> str:
    return "list_title" if name == "title" else name
