"""The page of an area: the official table, for reading, printing and downloading."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, current_app, render_template

from registry.bootstrap import Registry
from registry.coverage.queries import item_openness
from registry.coverage.rules import state_from
from registry.documents.csv_tables import CSV_TYPE
from registry.documents.workbook import XLSX_TYPE
from registry.exchange.official_table import OfficialTable, area_table, official_table, table_title
from registry.exchange.spreadsheets import official_csv, official_xlsx
from registry.items.queries import get_area, list_details, standard_in_force
from registry.items.tables import Area, Standard
from registry.rulebook.disclosure import DisclosureStandard
from registry.units.queries import get_unit
from registry.web.downloads import download

blueprint = Blueprint("areas", __name__)


@dataclass(frozen=True)
class AreaPage:
    """`states` are today's words by item code, empty while nothing has arisen; `certainties` how sure each item is."""

    area: Area
    standard: Standard | None
    issuer: str
    table: OfficialTable
    states: Mapping[str, str]
    certainties: Mapping[str, str]
    procedure: DisclosureStandard | None
    as_of: date


@blueprint.get("/areas/<code:code>")
def area(code: str) -> str:
    registry: Registry = current_app.extensions["registry"]
    dates = registry.state_dates()
    with registry.database.read() as session:
        area = get_area(session, code)
        details = list_details(session, area_code=area.code)
        openness = item_openness(session, dates, [detail.item.id for detail in details])
        standard = standard_in_force(session, code, dates.as_of)
        page = AreaPage(
            area=area,
            standard=standard,
            issuer=get_unit(session, standard.issuer_code).unit.name if standard else "",
            table=official_table(table_title(area, standard), details, registry.rulebook),
            states={
                one.item.code: state_from(openness[one.item.id], dates).value
                for one in details
                if one.item.id in openness
            },
            certainties={detail.item.code: detail.item.certainty.value for detail in details},
            procedure=registry.rulebook.disclosure.get(code),
            as_of=dates.as_of,
        )
        return render_template("areas/area.html", page=page)


@blueprint.get("/areas/<code:code>.xlsx")
def area_xlsx(code: str) -> Response:
    table = _whole_table(code)
    return download(official_xlsx(table), XLSX_TYPE, f"{table.title}.xlsx", f"{code}.xlsx")


@blueprint.get("/areas/<code:code>.csv")
def area_csv(code: str) -> Response:
    table = _whole_table(code)
    return download(official_csv(table), CSV_TYPE, f"{table.title}.csv", f"{code}.csv")


def _whole_table(code: str) -> OfficialTable:
    registry: Registry = current_app.extensions["registry"]
    with registry.database.read() as session:
        return area_table(session, get_area(session, code), registry.database.today(), registry.rulebook)
