"""通报: drafted from the numbers of a period, edited on screen, issued under a number, kept as it was. For staff only: units are named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from wtforms import HiddenField, StringField, TextAreaField

from registry import wording
from registry.accounts.permissions import Permission, may, require
from registry.bootstrap import Registry
from registry.closing.queries import list_closings
from registry.database import Actor
from registry.documents.word import DOCX_TYPE
from registry.duties.queries import tracking_of
from registry.reports.briefings.basis import drafted
from registry.reports.briefings.document import PARTS, briefing_docx, lines_of
from registry.reports.briefings.drafting import Texts
from registry.reports.briefings.figures import Figures, Problem, gather, recent_periods
from registry.reports.briefings.queries import Issued, get_briefing, list_briefings
from registry.reports.briefings.schemas import BriefingSchema
from registry.reports.briefings.service import issue_briefing
from registry.validation import load
from registry.web.downloads import download
from registry.web.forms import DONE, MUST, DayField, PlainForm, attempt, filled, is_day
from registry.web.parameters import read_text
from registry.web.sheets import rows_address
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("briefings", __name__, url_prefix="/briefings")

LONG = {"basis": 4, "scope": 4, "overall": 9, "problems": 16, "requirements": 6}

# The totals a draft rests on, with the states of the rows behind each.
BEHIND = {
    "due": ("met", "met_late", "overdue", "long_overdue"),
    "answered": ("met", "met_late"),
    "met": ("met",),
    "late": ("overdue", "long_overdue"),
    "long_overdue": ("long_overdue",),
    "nothing_to_publish": ("nothing_to_publish",),
    "not_applicable": ("not_applicable",),
    "extended": ("extended",),
    "needs_rule": ("needs_rule",),
}


class BriefingForm(PlainForm):
    """The texts as they were drafted or typed, and under what they go out. `digest` is that of the figures they were drafted from."""

    digest = HiddenField()
    title = StringField(validators=[MUST])
    addressee = StringField(validators=[MUST])
    basis = TextAreaField(validators=[MUST], render_kw={"rows": LONG["basis"]})
    scope = TextAreaField(validators=[MUST], render_kw={"rows": LONG["scope"]})
    overall = TextAreaField(validators=[MUST], render_kw={"rows": LONG["overall"]})
    problems = TextAreaField(validators=[MUST], render_kw={"rows": LONG["problems"]})
    requirements = TextAreaField(validators=[MUST], render_kw={"rows": LONG["requirements"]})
    organ = StringField(validators=[MUST])
    number = StringField(validators=[MUST])
    issued_on = DayField(validators=[MUST])

    def label_parts(self) -> None:
        """Fields are called what their parts are in the document."""
        for name, words in wording.labels("briefing_field").items():
            self[name].label.text = words


@dataclass(frozen=True)
class Number:
    """A number of the draft, and the address of exactly the rows it counts."""

    key: str
    number: int
    address: str


@dataclass(frozen=True)
class DraftPage:
    """`numbers` and `problems` are what the draft was made from; `is_stale` when they have changed since."""

    form: BriefingForm
    figures: Figures
    numbers: Sequence[Number]
    is_stale: bool

    @property
    def problems(self) -> Iterable[Sequence[Problem]]:
        """By rule."""
        return self.figures.by_rule.values()


@dataclass(frozen=True)
class ListPage:
    """What was issued, newest first; periods for which one can be drafted, to those who issue."""

    issued: Sequence[Issued]
    periods: Sequence[str]
    closed: frozenset[str]


@dataclass(frozen=True)
class BriefingPage:
    """An issued briefing: the opening and the parts, as paragraphs, each with its name."""

    issued: Issued
    texts: Texts
    parts: Sequence[tuple[str, Sequence[str]]]

    @property
    def day(self) -> date:
        """The last day its numbers are of."""
        return date.fromisoformat(self.issued.briefing.figures["day"])


@blueprint.get("")
@login_required
def briefings() -> str:
    registry, actor = the_registry(), current_actor()
    with registry.database.read() as session:
        issued, closed = (
            list_briefings(session),
            frozenset(one.period.code for one in list_closings(session) if one.frozen),
        )
        tracking = tracking_of(session)
    can_issue = may(actor, Permission.ISSUE_BRIEFING)
    since = tracking.tracked_from if tracking else date.min
    periods = recent_periods(registry.database.today(), since=since) if can_issue else []
    return render_template("briefings/briefings.html", page=ListPage(issued, periods, closed))


@blueprint.get("/draft")
@login_required
def choose() -> ResponseReturnValue:
    """To the draft of the period that was chosen."""
    require(current_actor(), Permission.ISSUE_BRIEFING)
    return redirect(url_for(".draft_briefing", period=read_text("period", longest=16) or _last_month()))


@blueprint.route("/draft/<code:period>", methods=["GET", "POST"])
@login_required
def draft_briefing(period: str) -> ResponseReturnValue:
    """The texts to be edited; POST issues them."""
    registry, actor = the_registry(), current_actor()
    require(actor, Permission.ISSUE_BRIEFING)
    form, status = _form(registry, period), 200
    if request.method == "POST":
        status = attempt(form, lambda: _issue(registry, actor, period, form))
        if status == DONE:
            return redirect(url_for(".briefings"))
    figures = _figures(registry, period)
    is_stale = bool(form.digest.data) and form.digest.data != figures.digest
    form.digest.data = figures.digest
    page = DraftPage(form, figures, _numbers(figures), is_stale)
    return render_template("briefings/draft.html", page=page), status


@blueprint.post("/draft/<code:period>/file")
@login_required
def draft_file(period: str) -> Response:
    """What is typed now as a document without a number; nothing is kept."""
    registry = the_registry()
    require(current_actor(), Permission.ISSUE_BRIEFING)
    form, figures = BriefingForm(), _figures(registry, period)
    day = filled(form.issued_on)
    issued_on = date.fromisoformat(day) if day and is_day(day) else registry.database.today()
    content = briefing_docx(Texts.of(_typed(form)), figures, number=filled(form.number) or "", issued_on=issued_on)
    return download(content, DOCX_TYPE, wording.label("briefing", "draft_file").format(period=period))


@blueprint.get("/<uuid:briefing_id>")
@login_required
def briefing(briefing_id: UUID) -> str:
    issued = _issued(briefing_id)
    texts = Texts.of(issued.briefing.texts)
    parts = [(part, list(lines_of(getattr(texts, part)))) for part in ("basis", *PARTS)]
    return render_template("briefings/briefing.html", page=BriefingPage(issued, texts, parts))


@blueprint.get("/<uuid:briefing_id>.docx")
@login_required
def briefing_file(briefing_id: UUID) -> Response:
    """The document as it was issued, to the byte."""
    issued = _issued(briefing_id)
    content = the_registry().objects.get(issued.briefing.sha256)
    return download(content, DOCX_TYPE, f"{issued.briefing.number}.docx")


def _issue(registry: Registry, actor: Actor, period: str, form: BriefingForm) -> None:
    typed = _typed(form) | {name: filled(form[name]) for name in ("number", "issued_on")}
    values = load(
        BriefingSchema(), {**{name: one for name, one in typed.items() if one is not None}, "digest": form.digest.data}
    )
    with registry.database.work(actor) as work:
        figures = gather(work.session, period, work.today, registry.state_dates, registry.rulebook)
        number = issue_briefing(work, values, figures, registry.objects).number
    flash(wording.label("notice", "briefing_issued").format(number=number))


def _form(registry: Registry, period: str) -> BriefingForm:
    """As drafted, unless something was typed."""
    if request.method == "POST":
        form = BriefingForm()
    else:
        figures = _figures(registry, period)
        form = BriefingForm(
            data={
                **vars(drafted(figures, registry.rulebook, registry.calendar, registry.database.today())),
                "issued_on": registry.database.today().isoformat(),
                "digest": figures.digest,
            }
        )
    form.label_parts()
    return form


def _figures(registry: Registry, period: str) -> Figures:
    with registry.database.read() as session:
        return gather(session, period, registry.database.today(), registry.state_dates, registry.rulebook)


def _numbers(figures: Figures) -> list[Number]:
    total = figures.total
    return [
        Number(key, sum(getattr(total, state) for state in states), _behind(figures, states))
        for key, states in BEHIND.items()
    ]


def _behind(figures: Figures, states: Iterable[str]) -> str:
    """The rows a number counts: of a closed period those that were frozen."""
    if figures.is_closed:
        return url_for("periods.rows", code=figures.period.code, state=sorted(states))
    return rows_address(figures.day, states)


def _typed(form: BriefingForm) -> dict[str, str | None]:
    return {one.name: filled(form[one.name]) for one in fields(Texts)}


def _issued(briefing_id: UUID) -> Issued:
    with the_registry().database.read() as session:
        found = get_briefing(session, briefing_id)
        session.expunge_all()
    return found


def _last_month() -> str:
    return recent_periods(the_registry().database.today(), months=1)[0]
