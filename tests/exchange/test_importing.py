"""Importing: what is compared, taken over, left alone, refused; a dry run says the same and changes nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlmodel import col, select

from registry import wording
from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry
from registry.database import SYSTEM, Actor
from registry.duties.tables import Assignment, Duty, Occasion
from registry.errors import Forbidden, Invalid
from registry.exchange import folder
from registry.exchange.comparing import Comparison, RowAction
from registry.exchange.importing import fingerprint, import_table, issue_record, read_table
from registry.exchange.official_table import area_table
from registry.exchange.reading.reading import TableReader
from registry.exchange.reading.records import CellIssue
from registry.exchange.spreadsheets import official_csv, official_xlsx
from registry.items.queries import get_area, get_detail
from registry.items.tables import Item
from tests.exchange.tables import as_csv, as_xlsx, read_source
from tests.factories import create_user

AREAS = ("urban-rural-planning", "budgets", "public-legal-services")
VARIANTS = Path(__file__).parent / "variants"
HEADER = "一级事项,二级事项,公开内容（要素）,公开依据,公开时限,公开主体,公开渠道和载体,全社会,特定群体,主动,依申请,县级,乡级\r\n"


def run_import(
    registry: Registry, name: str, content: bytes, *, keep: bool = True, actor: Actor = SYSTEM, **options: Any
) -> Comparison:
    unit = options.pop("unit", None)
    with registry.database.work(actor, keep=keep) as work:
        table = read_table(work, TableReader(registry.rulebook), name, content, unit=unit)
        return import_table(work, table, registry.rulebook, registry.counting, **options)


def csv_of(*rows: str) -> bytes:
    return (HEADER + "".join(f"{row}\r\n" for row in rows)).encode("utf-8-sig")


def exported(registry: Registry, area: str, kind: str) -> bytes:
    with registry.database.read() as session:
        table = area_table(session, get_area(session, area), registry.database.today(), registry.rulebook)
    return {"xlsx": official_xlsx, "csv": official_csv}[kind](table)


def log_length(registry: Registry) -> int:
    with registry.database.read() as session:
        return len(session.exec(select(AuditEntry.number)).all())


def catalog(registry: Registry) -> dict[str, str]:
    with registry.database.read() as session:
        return folder.export_folder(session)


NEW = "规划公示,乡村风貌公示,风貌图；说明书,《城乡规划法》第二十二条,批准后20个工作日内,楚雄市自然资源局,■政府网站,√,,√,,√,"


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("area", AREAS)
def test_what_was_exported_comes_back_unchanged(registry: Registry, area: str, kind: str) -> None:
    before, entries = catalog(registry), log_length(registry)

    found = run_import(registry, f"{area}.{kind}", exported(registry, area, kind))

    assert {row.action for row in found.rows} == {RowAction.UNCHANGED}
    assert found.absent == []
    assert catalog(registry) == before
    assert log_length(registry) == entries


def test_a_new_item_gets_the_next_code_of_its_section_and_its_duties(registry: Registry) -> None:
    found = run_import(
        registry,
        "table.csv",
        csv_of(
            NEW, NEW.replace("规划公示,乡村风貌", "规划编制,村镇风貌").replace("批准后20个工作日内", "每年1月31日前")
        ),
        area="urban-rural-planning",
    )

    assert [(row.action, row.code) for row in found.rows] == [("create", "URP-06-01"), ("create", "URP-02-12")]
    with registry.database.read() as session:
        item = get_detail(session, "URP-02-12").item
        assert item.titles == ["规划编制", "村镇风貌公示"]
        assert [(one["kind"], one["on"]) for one in item.deadline] == [("fixed_date", "01-31")]
        units = session.exec(select(Duty.unit_code).where(Duty.item_id == item.id)).all()
        occasions = session.exec(select(Occasion).join(Duty).where(Duty.item_id == item.id)).all()
    assert units == ["CX-104"]
    assert [str(one.due_on) for one in occasions] == ["2026-01-31"]


def test_importing_twice_changes_nothing_the_second_time(registry: Registry) -> None:
    content = as_xlsx(read_source(VARIANTS / "26-tampered-and-masked.table"))
    first = run_import(registry, "table.xlsx", content)
    before, entries = catalog(registry), log_length(registry)

    second = run_import(registry, "table.xlsx", content)

    assert [row.action for row in first.rows] == [RowAction.CREATE, RowAction.CREATE]
    assert [row.action for row in second.rows] == [RowAction.UNCHANGED, RowAction.UNCHANGED]
    assert [row.code for row in second.rows] == [row.code for row in first.rows]
    assert (catalog(registry), log_length(registry)) == (before, entries)


def test_what_was_imported_is_exported_and_loaded_again_without_change(registry: Registry) -> None:
    for path in sorted(VARIANTS.glob("*.table")):
        run_import(registry, "table.xlsx", as_xlsx(read_source(path)), area=AREAS[0], unit="CX-101")
    files = catalog(registry)

    with registry.database.work(SYSTEM) as work:
        report = folder.load(work, files)

    assert sum(count.created + count.updated + count.absent for count in report.counts.values()) == 0
    assert catalog(registry) == files


def test_a_dry_run_says_what_the_real_run_does_and_changes_nothing(registry: Registry) -> None:
    before, entries = catalog(registry), log_length(registry)

    dry = run_import(registry, "table.csv", csv_of(NEW), keep=False, area="urban-rural-planning")

    assert (catalog(registry), log_length(registry)) == (before, entries)
    assert fingerprint(dry) == fingerprint(run_import(registry, "table.csv", csv_of(NEW), area="urban-rural-planning"))


def test_a_changed_row_keeps_what_the_table_does_not_say(registry: Registry) -> None:
    with registry.database.read() as session:
        before = get_detail(session, "BUD-01-01")
        kept = (before.item.recurs, before.item.event_expected_by, before.item.granularity, before.item.sources)
        tables = [(one.id, one.text) for one in before.elements if one.kind == "table"]
    content = exported(registry, "budgets", "csv").decode("utf-8-sig")
    changed = content.replace("■政府公报", "■便民服务站", 1).encode("utf-8-sig")

    found = run_import(registry, "budgets.csv", changed)

    assert [(row.code, row.changed) for row in found.rows if row.action is RowAction.UPDATE] == [
        ("BUD-01-01", ["channels"])
    ]
    with registry.database.read() as session:
        after = get_detail(session, "BUD-01-01")
        assert after.item.channels == ["government_website", "service_station", "finance_portal"]
        assert (after.item.recurs, after.item.event_expected_by, after.item.granularity, after.item.sources) == kept
        assert [(one.id, one.text) for one in after.elements if one.kind == "table"] == tables


def test_clauses_a_person_decided_stay_while_the_text_stays(registry: Registry) -> None:
    with registry.database.read() as session:
        decided = get_detail(session, "URP-04-03").item.deadline
    content = exported(registry, "urban-rural-planning", "csv").decode("utf-8-sig")
    run_import(registry, "t.csv", content.replace("行政处罚决定信息", "处罚决定信息", 1).encode("utf-8-sig"))

    with registry.database.read() as session:
        item = get_detail(session, "URP-04-03").item
    assert item.deadline == decided
    assert item.deadline_text == "7个工作日"


def test_a_new_deadline_text_is_read_anew(registry: Registry) -> None:
    content = exported(registry, "urban-rural-planning", "csv").decode("utf-8-sig")
    run_import(registry, "t.csv", content.replace(",7个工作日,", ",作出行政决定之日起7个工作日内,").encode("utf-8-sig"))

    with registry.database.read() as session:
        clauses = get_detail(session, "URP-04-03").item.deadline
    assert [(one["kind"], one["trigger"], one["count"]) for one in clauses] == [("within", "作出行政决定", 7)]


def test_items_the_table_does_not_have_are_named_and_stay(registry: Registry) -> None:
    before = catalog(registry)["catalog/public-legal-services.yaml"]
    lines = exported(registry, "public-legal-services", "xlsx")

    found = run_import(registry, "t.csv", csv_of(NEW), area="public-legal-services", keep=False)

    assert len(found.absent) == 28
    assert found.absent[0] == "PLS-01-01"
    assert run_import(registry, "t.xlsx", lines).absent == []
    assert catalog(registry)["catalog/public-legal-services.yaml"] == before


def test_a_row_that_cannot_be_kept_is_refused_and_the_others_come_in(registry: Registry) -> None:
    without_deadline = NEW.replace("批准后20个工作日内", "").replace("乡村风貌公示", "风貌导则")

    found = run_import(registry, "t.csv", csv_of(without_deadline, NEW), area="urban-rural-planning")

    assert [row.action for row in found.rows] == [RowAction.REFUSED, RowAction.CREATE]
    assert [(one.cell, one.field, one.code) for one in found.issues if one.grave] == [
        ("E2", "deadline_text", "cell_required")
    ]


def test_every_doubt_has_its_cell(registry: Registry) -> None:
    content = as_xlsx(read_source(VARIANTS / "26-tampered-and-masked.table"))

    found = run_import(registry, "table.xlsx", content, keep=False)

    assert {(one.cell, one.code) for one in found.issues} == {
        ("E4", "unknown_regulation"),
        ("F4", "deadline_unclear"),
        ("D5", "cell_masked"),
    }


def test_a_law_nobody_knows_is_kept_as_written_and_shown_so(registry: Registry, page: Callable[..., Any]) -> None:
    row = NEW.replace("《城乡规划法》第二十二条", "《楚雄州风貌管理办法》（楚政规〔2020〕3号）第五条")
    run_import(registry, "t.csv", csv_of(row), area="urban-rural-planning")

    shown = page("/items/URP-06-01")

    assert "《楚雄州风貌管理办法》 楚政规〔2020〕3号 （照原表录入，未与法规库核对）" in shown.text


def test_a_body_nobody_knows_is_shown_as_unassigned(registry: Registry) -> None:
    row = NEW.replace("楚雄市自然资源局", "风貌管理办公室")

    found = run_import(registry, "t.csv", csv_of(row), area="urban-rural-planning")

    assert [(one.code, one.found) for one in found.issues] == [("body_unassigned", "风貌管理办公室")]
    with registry.database.read() as session:
        assigned = session.exec(select(Assignment.content).where(Assignment.role == "风貌管理办公室")).all()
    assert assigned == [{"units": []}]


def test_one_table_may_fill_several_areas(registry: Registry) -> None:
    found = run_import(registry, "t.csv", as_csv(read_source(VARIANTS / "07-several-areas.table")))

    assert [(row.area, row.code) for row in found.rows] == [
        ("urban-rural-planning", "URP-06-01"),
        ("urban-rural-planning", "URP-06-02"),
        ("budgets", "BUD-09-01"),
    ]


def test_a_table_of_no_known_area_is_refused_with_the_areas_there_are(registry: Registry) -> None:
    found = run_import(registry, "t.csv", csv_of(NEW), keep=False)

    assert [row.action for row in found.rows] == [RowAction.REFUSED]
    assert [one.code for one in found.issues if one.grave] == ["area_needed"]
    assert "城乡规划（urban-rural-planning）" in next(one.accepted for one in found.issues if one.grave)


def test_an_area_that_does_not_exist_is_named(registry: Registry) -> None:
    with pytest.raises(Invalid) as refused:
        run_import(registry, "t.csv", csv_of(NEW), area="budget")
    assert [issue.code for issue in refused.value.issues] == ["unknown_area_code"]


@pytest.mark.parametrize("role", ["editor", "reviewer", "leader", "auditor", "security", "admin"])
def test_only_the_office_imports(registry: Registry, role: str) -> None:
    unit = "CX-101" if role in ("editor", "reviewer") else None
    actor = create_user(registry, role, roles=[role], unit=unit)

    with pytest.raises(Forbidden):
        run_import(registry, "t.csv", csv_of(NEW), actor=actor, area="urban-rural-planning")


def test_what_was_imported_stands_in_the_log(registry: Registry) -> None:
    office = create_user(registry, "office", roles=["office"], unit=None)

    run_import(registry, "风貌.csv", csv_of(NEW), actor=office, area="urban-rural-planning")

    with registry.database.read() as session:
        entries = session.exec(select(AuditEntry).order_by(col(AuditEntry.number).desc()).limit(6)).all()
        item = session.exec(select(Item).where(Item.code == "URP-06-01")).one()
    by_action = {entry.action: entry for entry in entries}
    assert by_action["item.import"].changes["file"] == [None, "风貌.csv"]
    assert by_action["item.change"].subject_id == str(item.id)


def test_the_command_prints_the_shape_of_the_contract(run: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "风貌.csv"
    file.write_bytes(csv_of(NEW))

    record = json.loads(
        run("items", "import", str(file), "--area", "urban-rural-planning", "--dry-run", "--json").stdout
    )

    assert set(record) == {"file", "tables", "rows", "absent", "issues", "counts"}
    assert record["counts"] == {"create": 1, "update": 0, "unchanged": 0, "refused": 0, "absent": 31}
    assert record["rows"] == [
        {
            "row": 2,
            "action": "create",
            "item": {
                "code": "URP-06-01",
                "titles": ["规划公示", "乡村风貌公示"],
                "elements": ["风貌图", "说明书"],
                "legal_bases": [{"title": "城乡规划法", "article": "第二十二条", "doc_no": None}],
                "deadline_text": "批准后20个工作日内",
                "deadline": [
                    {
                        "kind": "within",
                        "trigger": "批准",
                        "count": 20,
                        "unit": "workday",
                        "direction": "within",
                        "period": None,
                        "applies_to": None,
                        "override": False,
                    }
                ],
                "body": "楚雄市自然资源局",
                "channels": ["政府网站"],
                "audience": {"everyone": True, "groups": None},
                "methods": ["active"],
                "levels": ["county"],
                "extra": {},
            },
        }
    ]


def test_the_command_tells_people_what_happened(run: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "风貌.csv"
    file.write_bytes(csv_of(NEW.replace("√,,√,,√,", ",,√,,√,")))

    result = run("items", "import", str(file), "--area", "urban-rural-planning", "--dry-run")

    assert "不导入" in result.output
    assert "试运行：已逐项检查，没有改动任何内容。" in result.output


@pytest.mark.parametrize("code", sorted(wording.labels("cell_issue")))
def test_every_issue_says_what_is_accepted(code: str) -> None:
    """Either the reader says it with the issue, and then the sentence has its place, or the wording does."""
    told_by_reader = "{accepted}" in wording.labels("cell_issue")[code]

    assert told_by_reader or issue_record(CellIssue("A1", 1, "body", code))["accepted"]
