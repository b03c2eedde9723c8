"""What a change makes of the data files, case by case."""

from datetime import date
from typing import Any

import pytest

from registry.duties.files import AssignedUnit, AssignmentEntry
from registry.succession.changes import Catalog, Change, End, Merge, Part, Rename, Split, changed, roles_of
from registry.succession.rules import issues_with
from registry.units.files import NameEntry, UnitEntry

TODAY = date(2026, 3, 2)
ON, BEFORE = date(2026, 6, 1), date(2026, 5, 31)


def unit(code: str, name: str, **more: Any) -> UnitEntry:
    names = more.pop("names", (NameEntry(name, "evidenced"),))
    return UnitEntry(code, names, "municipal_organ", "evidenced", **more)


def entry(role: str, *units: AssignedUnit, **more: Any) -> AssignmentEntry:
    return AssignmentEntry(role, "county", "evidenced", units=units, **more)


PLANNING = unit("A", "规划局", aliases=("市规划局", "规建局"))
LAND = unit("B", "国土局")
AUDIT = unit("C", "审计局")
GONE = unit("D", "老局", ended_on=date(2020, 1, 1), successor="B")
CATALOG = Catalog(
    (PLANNING, LAND, AUDIT, GONE),
    (
        entry("规划部门", AssignedUnit("A")),
        entry("许可部门", AssignedUnit("A"), AssignedUnit("B")),
        entry("审计部门", AssignedUnit("C", date(2026, 1, 1))),
        entry("将来的部门", AssignedUnit("A", date(2027, 1, 1), date(2028, 12, 31))),
        AssignmentEntry("各部门", "county", "evidenced", kinds=("municipal_organ",)),
    ),
)


def lines(catalog: Catalog, role: str) -> list[tuple[str, date | None, date | None]]:
    found = next(one for one in catalog.roles if one.role == role)
    return [(one.unit, one.from_on, one.to_on) for one in found.units or ()]


def test_a_rename_closes_the_old_name_and_begins_the_new_one() -> None:
    found = changed(CATALOG, Rename("A", "自然资源局", ON))

    assert found.find("A") == unit(
        "A",
        "",
        names=(NameEntry("规划局", "evidenced", to_on=BEFORE), NameEntry("自然资源局", "evidenced", from_on=ON)),
        aliases=("市规划局", "规建局"),
    )
    assert found.roles == CATALOG.roles


def test_a_short_name_that_becomes_the_name_is_no_short_name_any_more() -> None:
    renamed = changed(CATALOG, Rename("A", "规建局", ON)).find("A")

    assert renamed is not None
    assert renamed.aliases == ("市规划局",)


def test_a_merged_unit_ends_and_its_lines_go_on_under_the_other() -> None:
    found = changed(CATALOG, Merge(("A",), "B", ON))
    ended = found.find("A")

    assert ended is not None
    assert (ended.ended_on, ended.successor, ended.names[-1].to_on) == (BEFORE, "B", BEFORE)
    assert lines(found, "规划部门") == [("A", None, BEFORE), ("B", ON, None)]
    assert lines(found, "许可部门") == [("A", None, BEFORE), ("B", None, None)]
    assert lines(found, "将来的部门") == [("B", date(2027, 1, 1), date(2028, 12, 31))]
    assert lines(found, "审计部门") == lines(CATALOG, "审计部门")
    assert found.find("B") == LAND


def test_several_units_merge_on_one_day() -> None:
    found = changed(CATALOG, Merge(("A", "C"), "B", ON))

    assert [one.code for one in found.units if one.ended_on == BEFORE] == ["A", "C"]
    assert lines(found, "审计部门") == [("C", date(2026, 1, 1), BEFORE), ("B", ON, None)]


def test_a_split_gives_roles_to_a_new_unit_and_leaves_the_rest() -> None:
    part = Part("N", (("规划部门", "county"),), "规划中心")
    found = changed(CATALOG, Split("A", (part,), ON))
    new = found.find("N")

    assert new is not None
    assert (new.names, new.kind) == ((NameEntry("规划中心", "evidenced", from_on=ON),), "municipal_organ")
    assert lines(found, "规划部门") == [("A", None, BEFORE), ("N", ON, None)]
    assert lines(found, "许可部门") == lines(CATALOG, "许可部门")
    assert found.find("A") == PLANNING


def test_a_split_with_a_successor_ends_the_unit() -> None:
    found = changed(CATALOG, Split("A", (Part("C", (("规划部门", "county"),)),), ON, successor="B"))
    ended = found.find("A")

    assert ended is not None
    assert (ended.ended_on, ended.successor) == (BEFORE, "B")
    assert lines(found, "规划部门") == [("A", None, BEFORE), ("C", ON, None)]


def test_an_ended_unit_without_successor_leaves_nobody() -> None:
    found = changed(CATALOG, End("C", ON))

    assert lines(found, "审计部门") == [("C", date(2026, 1, 1), BEFORE)]


def test_only_lines_are_roles_that_can_be_given() -> None:
    assert roles_of(CATALOG, "A", ON) == [("规划部门", "county"), ("许可部门", "county"), ("将来的部门", "county")]


PLANNER = (("规划部门", "county"),)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (Rename("A", "自然资源局", ON), []),
        (Rename("A", "", ON), [("name", "required")]),
        (Rename("A", "规划局", ON), [("name", "name_unchanged")]),
        (Rename("A", "国土局", ON), [("name", "unit_name_taken")]),
        (Rename("B", "市规划局", ON), [("name", "unit_name_taken")]),
        (Rename("A", "局" * 81, ON), [("name", "too_long")]),
        (Rename("A", "规划\u200b局", ON), [("name", "name_not_printable")]),
        (Rename("X", "新局", ON), [("unit", "unit_unknown")]),
        (Rename("D", "新局", ON), [("unit", "unit_ended")]),
        (Rename("A", "新局", date(2027, 3, 4)), [("on", "date_out_of_range")]),
        (Rename("A", "新局", date(2025, 2, 28)), [("on", "date_out_of_range")]),
        (Rename("A", "新局", date(2025, 12, 31)), [("on", "change_in_closed_period")]),
        (Rename("A", "新局", date(2026, 1, 1)), []),
        (Merge((), "B", ON), [("units", "required")]),
        (Merge(("A",), "A", ON), [("into", "successor_itself")]),
        (Merge(("A",), "D", ON), [("into", "unit_ended")]),
        (Merge(("A", "X"), "B", ON), [("units", "unit_unknown")]),
        (Merge(("A",), "", ON), [("into", "required")]),
        (Split("A", (), ON), [("parts", "required")]),
        (Split("A", (Part("C", PLANNER),), ON), []),
        (Split("A", (Part("C", (("审计部门", "county"),)),), ON), [("parts.0.roles", "role_not_of_unit")]),
        (Split("A", (Part("B", PLANNER), Part("C", PLANNER)), ON), [("parts.1.roles", "role_given_twice")]),
        (Split("A", (Part("A", PLANNER),), ON), [("parts.0.unit", "successor_itself")]),
        (Split("A", (Part("B", PLANNER, "新局"),), ON), [("parts.0.unit", "unit_code_taken")]),
        (Split("A", (Part("新", PLANNER, "新局"),), ON), [("parts.0.unit", "unit_code_form")]),
        (Split("A", (Part("N1", PLANNER, "国土局"),), ON), [("parts.0.name", "unit_name_taken")]),
        (Split("A", (Part("N1", (), "新局"),), ON, successor="N1"), []),
        (Split("A", (Part("C", PLANNER),), ON, successor="A"), [("successor", "successor_itself")]),
        (End("A", ON), []),
    ],
)
def test_what_is_against_a_change(change: Change, found: list[tuple[str, str]]) -> None:
    issues = issues_with(change, CATALOG, today=TODAY, closed_until=date(2025, 12, 31))

    assert [(issue.field, issue.code) for issue in issues] == found


def test_a_change_comes_after_the_first_day_of_the_present_name() -> None:
    renamed = changed(CATALOG, Rename("A", "自然资源局", ON))
    issues = issues_with(Rename("A", "资源局", ON), renamed, today=TODAY, closed_until=None)

    assert [issue.code for issue in issues] == ["change_before_name"]
