"""The seven management standards with their requirements, and the disclosure procedures of the areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, current_app, render_template

from registry.assessment.overview import Result, results_for, standard_of
from registry.bootstrap import Registry
from registry.errors import NotFound
from registry.items.queries import get_area, list_areas, list_details
from registry.items.tables import Area
from registry.rulebook.disclosure import DisclosureStandard, ProcedureStep
from registry.rulebook.management import ManagementStandard
from registry.units.queries import unit_names
from registry.web.bases import Basis, bases_of
from registry.web.parameters import read_choice, read_past_day
from registry.web.requirement_results import inspection_on, the_results
from registry.web.requirements import kept_filters
from registry.web.visitors import current_actor

blueprint = Blueprint("standards", __name__)


@dataclass(frozen=True)
class StandardsPage:
    """All management standards, and the areas that have a disclosure procedure."""

    standards: Sequence[ManagementStandard]
    areas: Sequence[Area]


@blueprint.get("/standards")
def standards() -> str:
    registry: Registry = current_app.extensions["registry"]
    rulebook = registry.rulebook
    with registry.database.read() as session:
        areas = [area for area in list_areas(session) if area.code in rulebook.disclosure]
        found = [rulebook.management[code] for code in sorted(rulebook.management)]
        return render_template("standards/standards.html", page=StandardsPage(found, areas))


@dataclass(frozen=True)
class StandardPage:
    """A management standard; each requirement with the bases it stands on and what it comes to on the day."""

    standard: ManagementStandard
    requirements: Sequence[tuple[Result, Sequence[Basis]]]
    others: Sequence[ManagementStandard]
    as_of: date
    asked: date | None
    unit: str
    units: Mapping[str, str]

    @property
    def kept(self) -> Mapping[str, str]:
        """Day and unit, as every link of the page carries them on."""
        return kept_filters(self.asked, self.unit)


@blueprint.get("/standards/<code:code>")
def standard(code: str) -> str:
    registry: Registry = current_app.extensions["registry"]
    rulebook = registry.rulebook
    found = rulebook.management.get(code.upper())
    if found is None:
        raise NotFound(subject="standard", found=code)
    asked = read_past_day("as_of")
    with registry.database.read() as session:
        units = unit_names(session)
        unit = read_choice("unit", units)
        inspection = inspection_on(registry, session, asked, unit or None)
        results = results_for(session, current_actor(), inspection, the_results().on(inspection))
    page = StandardPage(
        standard=found,
        requirements=[
            (one, bases_of(one.requirement.legal_bases, rulebook))
            for one in results
            if standard_of(one.requirement) == found.code
        ],
        others=[rulebook.management[other] for other in sorted(rulebook.management)],
        as_of=inspection.as_of,
        asked=asked,
        unit=unit,
        units=units,
    )
    return render_template("standards/standard.html", page=page)


@dataclass(frozen=True)
class ProceduresPage:
    """How information of an area is made, reviewed, published and kept; `titles` are the names of its items by code."""

    area: Area
    disclosure: DisclosureStandard
    steps: Sequence[tuple[ProcedureStep, Sequence[Basis]]]
    titles: Mapping[str, str]


@blueprint.get("/procedures/<code:area>")
def procedures(area: str) -> str:
    registry: Registry = current_app.extensions["registry"]
    rulebook = registry.rulebook
    with registry.database.read() as session:
        found = get_area(session, area)
        disclosure = rulebook.disclosure.get(area)
        if disclosure is None:
            raise NotFound(subject="procedures", found=area)
        page = ProceduresPage(
            area=found,
            disclosure=disclosure,
            steps=[(step, bases_of(step.legal_bases, rulebook)) for step in disclosure.steps],
            titles={detail.item.code: detail.item.path for detail in list_details(session, area_code=area)},
        )
        return render_template("standards/procedures.html", page=page)
