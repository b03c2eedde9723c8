"""What all pages have in common: blueprints, error pages, filters, and the frame every template is drawn in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from flask import Flask, current_app, request, url_for
from markupsafe import Markup

from registry import wording
from registry.accounts.permissions import Permission, may
from registry.bootstrap import Registry
from registry.database import Actor
from registry.demo.folder import is_demo
from registry.items.queries import list_areas
from registry.reminders.service import count_unread
from registry.validation import clean
from registry.web import (
    about,
    annual,
    annual_compiling,
    annual_figures,
    areas,
    assessment,
    assessment_files,
    audit,
    board_exports,
    briefings,
    checking,
    comparison,
    counted,
    coverage,
    duties,
    ending,
    events,
    evidence,
    files,
    home,
    importing,
    issuing,
    items,
    notes,
    periods,
    publications,
    publishing,
    rechecking,
    rectification_sheets,
    rectification_tasks,
    rectifications,
    reminders,
    report_checks,
    requirements,
    responsible,
    reviewing,
    rulings,
    search,
    self_assessments,
    sheets,
    standards,
    tasks,
    trend,
    unit_changes,
    units,
)
from registry.web.assessments import Assessments
from registry.web.boards import Boards
from registry.web.errors import init_errors
from registry.web.filters import init_filters
from registry.web.headers import init_headers
from registry.web.kept_forms import init_kept_forms
from registry.web.parameters import CodeConverter
from registry.web.requirement_results import RequirementResults
from registry.web.signing_in import init_sign_in
from registry.web.visitors import current_actor, path_asked_for

BLUEPRINTS = (
    home.blueprint,
    search.blueprint,
    areas.blueprint,
    items.blueprint,
    units.blueprint,
    publications.blueprint,
    coverage.blueprint,
    counted.blueprint,
    periods.blueprint,
    trend.blueprint,
    comparison.blueprint,
    board_exports.blueprint,
    sheets.blueprint,
    briefings.blueprint,
    standards.blueprint,
    requirements.blueprint,
    self_assessments.blueprint,
    about.blueprint,
    tasks.blueprint,
    publishing.blueprint,
    checking.blueprint,
    ending.blueprint,
    files.blueprint,
    duties.blueprint,
    events.blueprint,
    reviewing.blueprint,
    evidence.blueprint,
    rulings.blueprint,
    audit.blueprint,
    unit_changes.blueprint,
    responsible.blueprint,
    reminders.blueprint,
    importing.blueprint,
    annual.blueprint,
    annual_figures.blueprint,
    annual_compiling.blueprint,
    notes.blueprint,
    rectifications.blueprint,
    issuing.blueprint,
    rectification_tasks.blueprint,
    rectification_sheets.blueprint,
    rechecking.blueprint,
    assessment.blueprint,
    assessment_files.blueprint,
    report_checks.blueprint,
)


def init_app(app: Flask, registry: Registry) -> None:
    """Register everything people see in a browser."""
    app.url_map.converters["code"] = CodeConverter
    app.extensions["boards"] = Boards()
    app.extensions["requirement_results"] = RequirementResults()
    app.extensions["assessments"] = Assessments()
    init_headers(app, registry)
    init_sign_in(app, registry)
    init_kept_forms(app)
    init_filters(app, registry)
    init_errors(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    parts = _site_parts(registry)
    with registry.database.read() as session:
        is_sample = is_demo(session)
    app.context_processor(lambda: {"site": Site(registry, *parts, is_demo=is_sample)})


def _site_parts(registry: Registry) -> tuple[Markup | None, Markup | None]:
    """The portal's own header and footer: files the operator named, trusted as they are."""
    settings = registry.settings
    return _markup(settings.site_header), _markup(settings.site_footer)


def _markup(path: Path | None) -> Markup | None:
    return Markup(path.read_text(encoding="utf-8")) if path else None  # noqa: S704 – the operator's own file


@dataclass(frozen=True)
class Entry:
    """A link of the navigation."""

    name: str
    address: str
    is_current: bool


@dataclass
class Site:
    """The frame of a page; everything is read only when a template asks for it."""

    registry: Registry
    header: Markup | None
    footer: Markup | None
    is_demo: bool = False

    @cached_property
    def actor(self) -> Actor:
        return current_actor()

    @property
    def today(self) -> date:
        return self.registry.database.today()

    @property
    def is_large(self) -> bool:
        """Whether 长者模式 is on."""
        return request.cookies.get(about.LARGE_PRINT) == "1"

    @property
    def here(self) -> str:
        """Where to come back to from signing in or switching the display."""
        return path_asked_for()

    @property
    def query(self) -> str:
        """What was last searched for, kept in the box on the page of results only."""
        return clean(request.args.get("q", ""))[:200] if request.endpoint == "search.search" else ""

    @cached_property
    def navigation(self) -> list[Entry]:
        """Home, every area, units, board, standards."""
        with self.registry.database.read() as session:
            found = [(area.name, url_for("areas.area", code=area.code)) for area in list_areas(session)]
        named = [(wording.label("navigation", key), url_for(endpoint)) for key, endpoint in PUBLIC]
        return [self._entry(name, address) for name, address in [*named[:1], *found, *named[1:]]]

    @cached_property
    def staff_navigation(self) -> list[Entry]:
        """What the person signed in may open; empty for the public."""
        shown = (one for one in STAFF if one.is_for(self.actor) and one.endpoint in current_app.view_functions)
        return [self._entry(self._staff_words(one.key), url_for(one.endpoint)) for one in shown]

    def _staff_words(self, key: str) -> str:
        """The name of a link; that of reminders counts what has not been read."""
        if key == "reminders" and self.actor.user_id is not None:
            with self.registry.database.read() as session:
                number = count_unread(session, self.actor.user_id)
            if number:
                return wording.label("navigation", "reminders_unread").format(number=number)
        return wording.label("navigation", key)

    def _entry(self, name: str, address: str) -> Entry:
        return Entry(name, address, is_current=request.script_root + request.path == address)


PUBLIC = (
    ("home", "home.home"),
    ("units", "units.units"),
    ("board", "coverage.board_page"),
    ("standards", "standards.standards"),
)


@dataclass(frozen=True)
class StaffEntry:
    """A link for staff, for whom `is_for` holds."""

    key: str
    endpoint: str
    is_for: Callable[[Actor], bool]


def _allowed(*permissions: Permission) -> Callable[[Actor], bool]:
    return lambda actor: any(may(actor, permission) for permission in permissions)


STAFF = (
    StaffEntry("tasks", "tasks.tasks", _allowed(Permission.SEE_TASKS)),
    StaffEntry("sheet", "sheets.sheet", _allowed(Permission.SEE_ALL_UNITS)),
    StaffEntry("reviews", "reviewing.reviews", _allowed(Permission.REVIEW_PUBLICATION, Permission.OVERRIDE_REVIEW)),
    StaffEntry("self_assessments", "self_assessments.assessments", _allowed(Permission.ASSESS_STANDARD)),
    StaffEntry("responsible", "responsible.responsible", _allowed(Permission.ASSIGN_DUTY)),
    StaffEntry(
        "rectifications",
        "rectifications.lists",
        _allowed(Permission.MANAGE_RECTIFICATION, Permission.ANSWER_RECTIFICATION, Permission.WRITE_NOTE),
    ),
    StaffEntry("assessment", "assessment.board", _allowed(Permission.SEE_TASKS, Permission.SEE_ALL_UNITS)),
    StaffEntry("reminders", "reminders.reminders", _allowed(Permission.SEE_TASKS)),
    StaffEntry(
        "annual",
        "annual.index",
        _allowed(
            Permission.FILL_FIGURES, Permission.CONFIRM_FIGURES, Permission.COMPILE_REPORT, Permission.SEE_ALL_UNITS
        ),
    ),
    StaffEntry("briefings", "briefings.briefings", lambda actor: actor.user_id is not None),
    StaffEntry("audit", "audit.log", _allowed(Permission.READ_AUDIT)),
    StaffEntry("accounts", "accounts.list_accounts", _allowed(Permission.MANAGE_ACCOUNTS, Permission.GRANT_ROLES)),
)
