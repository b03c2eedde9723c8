"""The real folders: what they hold, and that loading and writing them back is exact and repeatable."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from marshmallow.fields import Nested
from sqlmodel import Session, SQLModel, col, select

from registry.audit.tables import AuditEntry
from registry.database import SYSTEM, Database
from registry.datafiles import BadData, Many, Shape, Text
from registry.duties.files import AssignmentShape
from registry.duties.tables import Assignment, Duty
from registry.errors import NotFound
from registry.exchange.folder import (
    Checked,
    LoadReport,
    check_folder,
    current_rulebook,
    export_folder,
    load,
    read_folder,
    write_folder,
)
from registry.exchange.tables import DataFile
from registry.items.files import AreaShape, ItemShape, StandardShape
from registry.items.tables import Area, Element, ElementKind, Item, Standard
from registry.units.files import NameShape, UnitShape
from registry.units.tables import Unit, UnitAlias, UnitName

pytestmark = pytest.mark.one_database

BUDGETS = "catalog/budgets.yaml"
UNITS = "catalog/units.yaml"
COLUMNS = "standards/columns.yaml"


def load_texts(database: Database, texts: Mapping[str, str], *, keep: bool = True) -> LoadReport:
    with database.work(SYSTEM, keep=keep) as work:
        return load(work, texts)


def replace(texts: dict[str, str], file: str, old: str, new: str) -> None:
    assert old in texts[file]
    texts[file] = texts[file].replace(old, new, 1)


def entries(database: Database) -> int:
    with database.read() as session:
        return len(session.exec(select(AuditEntry.number)).all())


@pytest.fixture(scope="module")
def checked() -> Checked:
    from tests.data.conftest import TEXTS

    found, faults = check_folder(TEXTS)
    assert found is not None, "\n".join(str(fault) for fault in faults)
    return found


@pytest.mark.parametrize(
    ("area", "items"), [("urban-rural-planning", 31), ("budgets", 36), ("public-legal-services", 28)]
)
def test_each_area_has_its_items(checked: Checked, area: str, items: int) -> None:
    (catalog,) = (one for one in checked.catalogs if one.standard.area == area)
    assert len(catalog.items) == items


def test_budgets_name_58_tables(checked: Checked) -> None:
    (budgets,) = (one for one in checked.catalogs if one.standard.area == "budgets")
    assert sum(len(item.tables) for item in budgets.items) == 58


def test_there_are_62_units_among_them_15_townships(checked: Checked) -> None:
    assert len(checked.units) == 62
    assert sum(unit.kind == "township" for unit in checked.units) == 15


def test_seven_management_standards_have_sixty_requirements(checked: Checked) -> None:
    assert list(checked.rulebook.management) == ["M1", "M2", "M3", "M4", "M5", "M6", "M7"]
    assert sum(len(standard.requirements) for standard in checked.rulebook.management.values()) == 60


def test_every_item_is_in_one_procedure(checked: Checked) -> None:
    for catalog in checked.catalogs:
        procedures = checked.rulebook.disclosure[catalog.standard.area].procedure_of
        assert set(procedures) == {item.code for item in catalog.items}


def test_the_regulations_of_2007_and_2019_follow_each_other(checked: Checked) -> None:
    regulation = checked.rulebook.regulations["open-government-information"]
    before, after = regulation.edition_on(date(2019, 5, 14)), regulation.edition_on(date(2019, 5, 15))
    assert before is not None
    assert after is not None
    assert (before.key, after.key) == ("2007", "2019")
    assert regulation.find_article("第二十六条", "2019") is not None
    assert regulation.find_article("第二十六条", "1999") is None


def test_writing_back_gives_the_same_bytes(database: Database, texts: dict[str, str]) -> None:
    load_texts(database, texts)
    with database.read() as session:
        assert export_folder(session) == texts


def test_loading_twice_changes_nothing(database: Database, texts: dict[str, str]) -> None:
    load_texts(database, texts)
    before = entries(database)
    again = load_texts(database, texts)
    assert entries(database) == before
    assert all((count.created, count.updated, count.absent) == (0, 0, 0) for count in again.counts.values())
    assert (again.duties.created, again.duties.changed, again.duties.ended) == (0, 0, 0)


def test_the_first_load_counts_what_it_made(database: Database, texts: dict[str, str]) -> None:
    report = load_texts(database, texts)
    assert report.counts[BUDGETS].created == 36
    assert report.counts[UNITS].created == 62
    assert report.counts[COLUMNS].created == 1
    with database.read() as session:
        assert report.duties.created == len(session.exec(select(Duty.id)).all()) > 0


def test_a_fault_leaves_everything_as_it_was(database: Database, texts: dict[str, str]) -> None:
    load_texts(database, texts)
    before = entries(database)
    replace(texts, UNITS, "telephone: 0878-3167327", "telephone: 0878-0000000")
    replace(texts, BUDGETS, "count: 20", "count: 二十")
    with pytest.raises(BadData) as refused:
        load_texts(database, texts)
    assert [fault.file for fault in refused.value.faults] == [BUDGETS]
    assert entries(database) == before
    with database.read() as session:
        assert session.get_one(Unit, "CX-001").telephone == "0878-3167327"


def test_a_dry_run_reports_and_keeps_nothing(database: Database, texts: dict[str, str]) -> None:
    assert load_texts(database, texts, keep=False).counts[BUDGETS].created == 36
    with database.read() as session:
        assert session.exec(select(Item)).all() == []


def test_a_changed_unit_is_the_only_one_written(database: Database, texts: dict[str, str]) -> None:
    load_texts(database, texts)
    before = entries(database)
    replace(texts, UNITS, "telephone: 0878-3167327", "telephone: 0878-0000000")
    with database.work(SYSTEM) as work:
        report = load(work, texts)
        assert list(work.touched) == [("unit", "CX-001")]
    assert (report.counts[UNITS].updated, report.counts[UNITS].unchanged) == (1, 61)
    with database.read() as session:
        (entry,) = session.exec(select(AuditEntry).where(col(AuditEntry.number) > before)).all()
        assert entry.subject_id == "CX-001"
        assert entry.changes == {"telephone": ["0878-3167327", "0878-0000000"]}


def test_an_alias_can_move_to_another_unit(database: Database, texts: dict[str, str]) -> None:
    load_texts(database, texts)
    replace(texts, UNITS, "      - 市财政局\n", "")
    replace(texts, UNITS, "      - 市政府\n", "      - 市政府\n      - 市财政局\n")
    load_texts(database, texts)
    with database.read() as session:
        assert session.get_one(UnitAlias, "市财政局").unit_code == "CX-GOV"
        assert export_folder(session)[UNITS] == texts[UNITS]


def test_a_renamed_unit_keeps_its_former_name(database: Database, texts: dict[str, str]) -> None:
    load_texts(database, texts)
    former = "      - name: 楚雄市财政局\n        evidence: reconstructed\n"
    ended = former.replace("        evidence", "        to: 2026-03-01\n        evidence")
    renamed = "      - name: 楚雄市财政金融局\n        from: 2026-03-02\n        evidence: evidenced\n"
    replace(texts, UNITS, former, ended + renamed)
    load_texts(database, texts)
    with database.read() as session:
        assert session.get_one(Unit, "CX-101").name == "楚雄市财政金融局"
        assert session.get_one(UnitName, ("CX-101", 1)).to_on == date(2026, 3, 1)
        assert export_folder(session)[UNITS] == texts[UNITS]


def element_ids(session: Session, code: str) -> dict[str, Any]:
    rows = session.exec(select(Element).where(Element.item_id == Item.id, Item.code == code))
    return {row.text: row.id for row in rows}


def test_elements_that_keep_their_text_keep_their_id(database: Database, texts: dict[str, str]) -> None:
    load_texts(database, texts)
    with database.read() as session:
        before = element_ids(session, "BUD-01-01")
    replace(texts, BUDGETS, "      - 编制/执行说明\n", "      - 编制说明\n")
    replace(texts, BUDGETS, "      - 一般公共预算各表\n", "      - 目录\n      - 一般公共预算各表\n")
    load_texts(database, texts)
    with database.read() as session:
        after = element_ids(session, "BUD-01-01")
        assert set(after) - set(before) == {"目录", "编制说明"}
        assert set(before) - set(after) == {"编制/执行说明"}
        assert all(after[text] == before[text] for text in set(before) & set(after))
        assert export_folder(session)[BUDGETS] == texts[BUDGETS]


def without_item(text: str, code: str) -> str:
    """The catalog without the entry of `code`."""
    start = text.index(f"  - code: {code}\n")
    end = text.find("\n  - code: ", start)
    return text[:start] + (text[end + 1 :] if end != -1 else "")


def test_an_item_that_left_the_file_stays_and_is_counted(database: Database, texts: dict[str, str]) -> None:
    load_texts(database, texts)
    texts[BUDGETS] = without_item(texts[BUDGETS], "BUD-01-02")
    replace(texts, "standards/disclosure/budgets.yaml", "      - BUD-01-02\n", "")
    report = load_texts(database, texts)
    assert report.counts[BUDGETS].absent == 1
    with database.read() as session:
        assert session.exec(select(Item).where(Item.code == "BUD-01-02")).one()


def test_a_new_standard_ends_the_one_before(database: Database, texts: dict[str, str]) -> None:
    load_texts(database, texts)
    replace(texts, BUDGETS, "code: BUD-2018", "code: BUD-2027")
    replace(texts, BUDGETS, "effective_from: 2018-02-02", "effective_from: 2027-01-01")
    report = load_texts(database, texts)
    assert report.counts[BUDGETS].created == 36
    with database.read() as session:
        assert session.get_one(Standard, "BUD-2018").effective_to == date(2026, 12, 31)
        assert export_folder(session)[BUDGETS] == texts[BUDGETS]


def test_an_assignment_that_left_the_file_ends_its_duties(database: Database, texts: dict[str, str]) -> None:
    load_texts(database, texts)
    with database.read() as session:
        before = len(session.exec(select(Assignment.id)).all())
    replace(texts, "catalog/assignments.yaml", "units:\n      - unit: CX-101\n", "units: []\n")
    report = load_texts(database, texts)
    assert report.duties.ended > 0
    with database.read() as session:
        assert len(session.exec(select(Assignment.id)).all()) == before
        assert export_folder(session)["catalog/assignments.yaml"] == texts["catalog/assignments.yaml"]


def test_every_version_of_a_standards_file_is_kept(database: Database, texts: dict[str, str]) -> None:
    first = load_texts(database, texts).rulebook
    replace(texts, COLUMNS, "- 政府网站\n", "- 政府网站\n      - 政府站点\n")
    second = load_texts(database, texts).rulebook
    with database.read() as session:
        rows = session.exec(select(DataFile).where(DataFile.path == COLUMNS).order_by(col(DataFile.id))).all()
        assert [row.current for row in rows] == [False, True]
        rulebook = current_rulebook(session)
    assert rulebook is not None
    assert rulebook.version == second.version != first.version


def test_a_file_that_is_gone_is_no_longer_current(database: Database, texts: dict[str, str]) -> None:
    load_texts(database, texts)
    del texts["standards/disclosure/budgets.yaml"]
    report = load_texts(database, texts)
    assert report.counts["standards/disclosure/budgets.yaml"].absent == 1
    with database.read() as session:
        assert export_folder(session) == texts


def test_before_the_first_load_there_is_no_rulebook(database: Database) -> None:
    with database.read() as session:
        assert current_rulebook(session) is None
        assert export_folder(session) == {}


def test_a_new_area_is_data_only(database: Database, texts: dict[str, str]) -> None:
    load_texts(database, texts)
    texts["catalog/areas.yaml"] += (
        "  - code: culture\n    prefix: CUL\n    name: 公共文化服务\n    summary: 文化活动。\n"
    )
    own = (
        texts["catalog/public-legal-services.yaml"].replace("public-legal-services", "culture").replace("PLS-", "CUL-")
    )
    texts["catalog/culture.yaml"] = own
    report = load_texts(database, texts)
    assert report.counts["catalog/culture.yaml"].created == 28
    with database.read() as session:
        assert session.get_one(Area, "culture").position == 4
        assert export_folder(session) == texts


def test_what_is_written_to_a_folder_reads_as_it_was(texts: dict[str, str], tmp_path: Path) -> None:
    write_folder(texts, tmp_path)
    assert read_folder(tmp_path) == texts


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_folder(tmp_path)


COLUMN_OF = {
    "from_on": "from_on",
    "parent": "parent_code",
    "successor": "successor_code",
    "area": "area_code",
    "issuer": "issuer_code",
    "evidence": "certainty",
}


@pytest.mark.parametrize(
    ("shape", "table"),
    [
        (UnitShape, Unit),
        (NameShape, UnitName),
        (AreaShape, Area),
        (StandardShape, Standard),
        (ItemShape, Item),
        (AssignmentShape, Assignment),
    ],
)
def test_shapes_refuse_what_columns_cannot_hold(shape: type[Shape], table: type[SQLModel]) -> None:
    columns = SQLModel.metadata.tables[str(table.__tablename__)].columns
    for name, field in shape().fields.items():
        column = columns.get(COLUMN_OF.get(name, name))
        if isinstance(field, Text) and column is not None and not field.choices:
            assert field.size <= column.type.length, name


def test_elements_fit_their_column() -> None:
    column = SQLModel.metadata.tables["element"].columns["text"]
    fields = ItemShape().fields
    for name in ("elements", "tables"):
        field = fields[name]
        assert isinstance(field, Many)
        assert isinstance(field.inner, Text)
        assert not isinstance(field.inner, Nested)
        assert field.inner.size <= column.type.length
    assert {kind.value for kind in ElementKind} == {"content", "table"}
