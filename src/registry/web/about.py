"""关于, 帮助, 无障碍说明, the switch of 长者模式, and what machines ask a site for."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.bootstrap import Registry
from registry.deadlines.rules import CountingRule, Fallback
from registry.duties.queries import tracking_of
from registry.rulebook.deadlines import StateThresholds
from registry.web.parameters import read_choice, read_text
from registry.web.visitors import safe_path

blueprint = Blueprint("about", __name__)

LARGE_PRINT = "large_print"
A_YEAR = 365 * 24 * 3600
NEXT_CHARACTERS = 2000


@dataclass(frozen=True)
class CountingLine:
    """A rule of counting with the regulation it stands on."""

    rule: CountingRule
    regulation: str


@dataclass(frozen=True)
class AboutPage:
    """`tracked_from` is the day before which nothing is recorded; `rules_version` names the rulebook in use."""

    tracked_from: date | None
    thresholds: StateThresholds
    counting: list[CountingLine]
    fallbacks: list[tuple[Fallback, str]]
    rules_version: str


@blueprint.get("/about")
def about() -> str:
    registry: Registry = current_app.extensions["registry"]
    rulebook = registry.rulebook
    title_of = {code: regulation.title for code, regulation in rulebook.regulations.items()}
    with registry.database.read() as session:
        tracking = tracking_of(session)
    page = AboutPage(
        tracked_from=tracking.tracked_from if tracking else None,
        thresholds=rulebook.deadlines.states,
        counting=[CountingLine(rule, title_of[rule.regulation]) for rule in rulebook.deadlines.counting],
        fallbacks=[(fallback, title_of[fallback.regulation]) for fallback in rulebook.deadlines.fallbacks],
        rules_version=rulebook.version,
    )
    return render_template("about/about.html", page=page)


@blueprint.get("/help")
def help_page() -> str:
    return render_template("about/help.html")


@blueprint.get("/accessibility")
def accessibility() -> str:
    return render_template("about/accessibility.html")


@blueprint.get("/large-print")
def large_print() -> ResponseReturnValue:
    """Switch 长者模式 and return to where the visitor was; a preference of display, so a link may set it."""
    is_on = read_choice("on", ("0", "1"), default="1")
    back = safe_path(read_text("next", longest=NEXT_CHARACTERS)) or url_for("home.home")
    answer = make_response(redirect(back, 303))
    path = current_app.config["APPLICATION_ROOT"]
    if is_on == "1":
        answer.set_cookie(LARGE_PRINT, "1", max_age=A_YEAR, path=path, samesite="Lax", httponly=True)
    else:
        answer.delete_cookie(LARGE_PRINT, path=path)
    return answer


@blueprint.get("/robots.txt")
def robots() -> Response:
    text = render_template("about/robots.txt", private=[url_for("about.large_print")])
    return Response(text, mimetype="text/plain")


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    registry: Registry = current_app.extensions["registry"]
    base = registry.settings.public_url
    search = base.rstrip("/") + url_for("search.search") if base else url_for("search.search", _external=True)
    text = render_template("about/opensearch.xml", search=search)
    return Response(text, mimetype="application/opensearchdescription+xml")
