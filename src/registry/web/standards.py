"""The seven management standards with their requirements, and the disclosure procedures of the areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, current_app, render_template

from registry.bootstrap import Registry
from registry.errors import NotFound
from registry.items.queries import get_area, list_areas, list_details
from registry.items.tables import Area
from registry.rulebook.disclosure import DisclosureStandard, ProcedureStep
from registry.rulebook.management import ManagementStandard, Requirement
from registry.web.bases import Basis, bases_of

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
    """A management standard; each requirement with the bases it stands on."""

    standard: ManagementStandard
    requirements: Sequence[tuple[Requirement, Sequence[Basis]]]
    others: Sequence[ManagementStandard]


@blueprint.get("/standards/<code:code>")
def standard(code: str) -> str:
    registry: Registry = current_app.extensions["registry"]
    rulebook = registry.rulebook
    found = rulebook.management.get(code.upper())
    if found is None:
        raise NotFound(subject="standard", found=code)
    page = StandardPage(
        standard=found,
        requirements=[(one, bases_of(one.legal_bases, rulebook)) for one in found.requirements],
        others=[rulebook.management[other] for other in sorted(rulebook.management)],
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
