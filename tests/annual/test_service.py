"""Figures of units and the city's report, on the real tables."""

import json
from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import col, select

from registry.annual import compiling, service
from registry.annual.compiled import Report, digest_of, frozen_record, thawed
from registry.annual.counting import list_disclosed, suggestions
from registry.annual.drafting import draft_sections
from registry.annual.queries import (
    current_entries,
    figures_of,
    find_return,
    get_format,
    list_entries,
    load_report,
    reporting_units,
)
from registry.annual.records import report_record
from registry.annual.rules import Origin, Verdict
from registry.annual.tables import AnnualReport, FigureEntry, FigureReturn, ReturnState
from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry
from registry.database import Actor
from registry.errors import Conflict, Forbidden, Invalid, NotFound
from registry.publications.ending import withdraw_publication
from tests import factories

NEW, GRANTED, LEFT = "requests.new.persons", "requests.granted.persons", "requests.carried-out.persons"
FEES = "art20-8.fees.charged"


def people(registry: Registry, unit: str) -> tuple[Actor, Actor]:
    """An editor and a reviewer of a unit."""
    editor = factories.create_user(registry, f"editor-{unit}", unit=unit)
    return editor, factories.create_user(registry, f"reviewer-{unit}", roles=("reviewer",), unit=unit)


def save(
    registry: Registry, actor: Actor, year: int, given: dict[str, int], *, version: int, note: str = ""
) -> FigureReturn:
    form = get_format(registry.rulebook, year)
    with registry.database.work(actor) as work:
        saved = service.save_figures(
            work,
            form,
            actor.unit_code or "",
            year,
            figures={cell: Decimal(figure) for cell, figure in given.items()},
            counted={},
            notes={"requests": note} if note else {},
            version=version,
        )
        work.session.flush()
        work.session.expunge(saved)
        return saved


def submit(registry: Registry, actor: Actor, year: int, *, version: int, rest_is_zero: bool = True) -> None:
    with registry.database.work(actor) as work:
        form = get_format(registry.rulebook, year)
        service.submit_figures(work, form, actor.unit_code or "", year, version=version, rest_is_zero=rest_is_zero)


def stored(registry: Registry, unit: str, year: int) -> FigureReturn:
    with registry.database.read() as session:
        found = find_return(session, unit, year)
        assert found is not None
        return found


def report(registry: Registry, year: int) -> Report:
    with registry.database.read() as session:
        return load_report(session, registry.rulebook, year)


def test_the_city_is_the_sum_of_its_units_and_says_who_is_missing(registry: Registry) -> None:
    finance, education = people(registry, "CX-101"), people(registry, "CX-102")
    factories.report_figures(registry, *finance, 2025, {NEW: 5, GRANTED: 3, LEFT: 2, FEES: "12.34"})
    factories.report_figures(registry, *education, 2025, {})
    empty = report(registry, 2024)
    found = report(registry, 2025)

    assert (empty.figures, len(empty.missing)) == ({}, len(empty.units))
    total = found.totals["requests.new.total"]
    assert total.figure == 5
    assert [(unit.code, figure) for unit, figure in total.given] == [("CX-101", 5), ("CX-102", 0)]
    assert found.totals[FEES].figure == Decimal("12.34")
    assert len(total.given) + len(total.lacking) == len(found.units)
    assert {unit.code for unit in found.missing} == {unit.code for unit in found.units} - {"CX-101", "CX-102"}
    assert [unit.code for unit in found.units if unit.is_nil] == ["CX-102"]
    kinds = set(found.form.reporting_kinds)
    with registry.database.read() as session:
        assert {str(unit.kind) for unit in reporting_units(session, found.form, 2025)} == kinds
        assert not {"CX-GOV", "CX-002"} & {unit.code for unit in found.units}


def test_what_nobody_filled_in_stays_unknown(registry: Registry) -> None:
    editor, reviewer = people(registry, "CX-101")
    save(registry, editor, 2025, {NEW: 5, GRANTED: 3}, version=0)
    assert report(registry, 2025).figures == {}

    submit(registry, editor, 2025, version=1, rest_is_zero=False)
    assert report(registry, 2025).figures == {}, "only what is confirmed counts"
    form = get_format(registry.rulebook, 2025)
    with registry.database.work(reviewer) as work:
        service.confirm_figures(work, form, "CX-101", 2025, version=2)

    assert report(registry, 2025).figures == {NEW: 5, GRANTED: 3}
    assert report(registry, 2025).totals[LEFT].figure is None
    verdicts = {check.verdict for check in report(registry, 2025).checks(None)}
    assert verdicts == {Verdict.UNKNOWN}


def test_nobody_confirms_what_they_filled_in(registry: Registry) -> None:
    editor, reviewer = people(registry, "CX-101")
    both = factories.create_user(registry, "both", roles=("editor", "reviewer"))
    stranger = factories.create_user(registry, "stranger", roles=("reviewer",), unit="CX-102")
    form = get_format(registry.rulebook, 2025)
    save(registry, both, 2025, {NEW: 1}, version=0)
    factories.fill_figures(registry, editor, 2025, {NEW: 1, GRANTED: 1})
    for actor, refused in ((both, Forbidden), (editor, Forbidden), (stranger, Forbidden)):
        with pytest.raises(refused), registry.database.work(actor) as work:
            service.confirm_figures(work, form, "CX-101", 2025, version=3)
    with pytest.raises(Forbidden), registry.database.work(stranger) as work:
        service.save_figures(work, form, "CX-101", 2025, figures={}, counted={}, notes={}, version=3)
    with registry.database.work(reviewer) as work:
        service.confirm_figures(work, form, "CX-101", 2025, version=3)

    assert stored(registry, "CX-101", 2025).state is ReturnState.CONFIRMED
    with registry.database.read() as session:
        actions = session.exec(select(AuditEntry.action).where(AuditEntry.subject_kind == "figures")).all()
    assert actions == ["figures.fill", "figures.fill", "figures.submit", "figures.confirm"]


def test_sums_stop_the_handing_over_with_what_would_hold(registry: Registry) -> None:
    editor, _ = people(registry, "CX-101")
    save(registry, editor, 2025, {NEW: 5, GRANTED: 3, "requests.new.total": 6}, version=0)

    with pytest.raises(Invalid) as refused:
        submit(registry, editor, 2025, version=1)

    told = [
        (issue.field, issue.code, issue.context["found"], issue.context["expected"]) for issue in refused.value.issues
    ]
    assert ("requests.new.total", "sum_broken", "6", "5") in told
    assert ("requests.new.persons", "sum_broken", "5", "3") in told
    assert stored(registry, "CX-101", 2025).state is ReturnState.DRAFT
    education, _ = people(registry, "CX-102")
    save(registry, education, 2025, {}, version=0)
    with pytest.raises(Invalid) as nothing:
        submit(registry, education, 2025, version=1, rest_is_zero=False)
    assert [issue.code for issue in nothing.value.issues] == ["no_figures"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_carry_over_that_differs_needs_a_word(registry: Registry) -> None:
    editor, reviewer = people(registry, "CX-101")
    factories.report_figures(registry, editor, reviewer, 2020, {NEW: 5, GRANTED: 3, LEFT: 2})
    carried = {"requests.carried-in.persons": 1, GRANTED: 1}
    save(registry, editor, 2021, carried, version=0)

    with pytest.raises(Invalid) as refused:
        submit(registry, editor, 2021, version=1)
    assert {(issue.code, issue.context["found"], issue.context["expected"]) for issue in refused.value.issues} == {
        ("carry_broken", "1", "2")
    }

    save(registry, editor, 2021, carried, version=1, note="上年有1件误列")
    submit(registry, editor, 2021, version=2)
    assert stored(registry, "CX-101", 2021).state is ReturnState.SUBMITTED


def test_every_entry_stays_with_its_person_and_origin(registry: Registry) -> None:
    editor, reviewer = people(registry, "CX-101")
    form = get_format(registry.rulebook, 2025)
    save(registry, editor, 2025, {NEW: 5, GRANTED: 5}, version=0)
    save(registry, editor, 2025, {NEW: 7, GRANTED: 7}, version=1, note="台账")
    submit(registry, editor, 2025, version=2)
    returned = stored(registry, "CX-101", 2025)
    with registry.database.read() as session:
        entries = list_entries(session, returned.id, NEW)
        origins = {cell: entry.origin for cell, entry in current_entries(session, returned.id).items()}
    assert [(one.entry.figure, one.entry.note, one.entry.replaced_at is None) for one in entries] == [
        (7, "台账", True),
        (5, None, False),
    ]
    assert (origins[NEW], origins["requests.new.total"], origins[LEFT]) == (Origin.TYPED, Origin.SUMMED, Origin.ZERO)

    with pytest.raises(Conflict), registry.database.work(editor) as work:
        service.save_figures(work, form, "CX-101", 2025, figures={}, counted={}, notes={}, version=3)
    with pytest.raises(Invalid), registry.database.work(reviewer) as work:
        service.return_figures(work, form, "CX-101", 2025, version=3, reason=None)
    with registry.database.work(reviewer) as work:
        service.return_figures(work, form, "CX-101", 2025, version=3, reason="少计2件")
    with pytest.raises(Conflict):
        save(registry, editor, 2025, {NEW: 9}, version=3)
    save(registry, editor, 2025, {NEW: 9, GRANTED: 9}, version=4)
    with registry.database.read() as session:
        figures = figures_of(current_entries(session, returned.id))
    assert figures == {NEW: 9, GRANTED: 9}, "sums follow anew, and zeros were not sent again"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_office_sends_back_what_was_confirmed_and_it_no_longer_counts(registry: Registry) -> None:
    editor, reviewer = people(registry, "CX-101")
    office = factories.create_user(registry, "office", roles=("office",), unit=None)
    form = get_format(registry.rulebook, 2025)
    factories.report_figures(registry, editor, reviewer, 2025, {NEW: 5, GRANTED: 5})
    assert report(registry, 2025).figures[NEW] == 5

    with registry.database.work(office) as work:
        service.return_figures(work, form, "CX-101", 2025, version=3, reason="与台账不符")

    assert NEW not in report(registry, 2025).figures
    assert stored(registry, "CX-101", 2025).return_reason == "与台账不符"


def test_a_confirmed_report_stays_whatever_changes_later(registry: Registry) -> None:
    editor, reviewer = people(registry, "CX-101")
    writer = factories.create_user(registry, "writer", roles=("office",), unit=None)
    factories.report_figures(registry, editor, reviewer, 2025, {NEW: 5, GRANTED: 3, LEFT: 2})
    with registry.database.work(writer) as work:
        compiling.write_sections(work, registry.rulebook, 2025, sections={"overview": "总的情况。"}, version=0)
    with pytest.raises(Forbidden), registry.database.work(writer) as work:
        compiling.confirm_report(work, registry.rulebook, 2025, version=1, missing_reason="其余未报")
    other = factories.create_user(registry, "other", roles=("office",), unit=None)
    with pytest.raises(Invalid) as refused, registry.database.work(other) as work:
        compiling.confirm_report(work, registry.rulebook, 2025, version=1)
    assert {issue.code for issue in refused.value.issues} == {"section_empty", "units_missing"}
    assert "overview" not in {issue.field for issue in refused.value.issues}

    factories.confirm_annual_report(registry, 2025)
    found = report(registry, 2025)
    before = json.dumps(report_record(found, None), ensure_ascii=False)
    with registry.database.work(writer) as work:
        entry = work.session.exec(select(FigureEntry).where(col(FigureEntry.cell) == NEW)).first()
        assert entry is not None
        entry.figure = Decimal(999)
        work.session.add(entry)
    for change in (
        lambda work: service.return_figures(work, found.form, "CX-101", 2025, version=3, reason="改"),
        lambda work: compiling.write_sections(work, registry.rulebook, 2025, sections={}, version=found.version),
    ):
        with pytest.raises(Conflict), registry.database.work(writer) as work:
            change(work)

    again = report(registry, 2025)
    assert json.dumps(report_record(again, None), ensure_ascii=False) == before
    assert again.figures["requests.new.total"] == 5
    assert again.missing_reason == "其余单位尚未报送"
    with registry.database.read() as session:
        kept = session.get_one(AnnualReport, 2025)
        sealed = session.exec(select(AuditEntry).where(col(AuditEntry.action) == "annual_report.confirm")).one()
    assert digest_of(kept.frozen) == kept.sha256 == again.sha256 == sealed.changes["sha256"][1]
    assert frozen_record(thawed(kept.frozen, version=kept.version, sha256=None)) == kept.frozen


def test_the_registry_counts_each_publication_once(registry: Registry) -> None:
    editor, reviewer = people(registry, "CX-101")
    address = "https://www.cxs.gov.cn/info/1016/1.htm"
    channels = [
        {"channel": "government_website", "address": address, "place": None},
        {"channel": "gazette", "address": None, "place": "2026年第1期"},
    ]
    first = factories.publish(registry, editor, reviewer, channels=channels)
    second = factories.publish(registry, editor, reviewer, item="BUD-01-02")
    form = get_format(registry.rulebook, 2017)
    with registry.database.read() as session:
        day = registry.database.today()
        rows = list_disclosed(session, 2026, day, unit_code="CX-101")
        gazette = list_disclosed(session, 2026, day, channels=["gazette"])
        found = suggestions(session, form, "CX-101", 2026, day)
        assert list_disclosed(session, 2025, day) == list_disclosed(session, 2026, day, unit_code="CX-102") == []
    assert [one.publication_id for one in rows] == [first, second]
    assert [one.publication_id for one in gazette] == [first]
    assert {cell: one.figure for cell, one in found.items()} == {
        "disclosure.all.number": 2,
        "disclosure.by-website.number": 2,
        "disclosure.by-gazette.number": 1,
        "disclosure.by-other.number": 0,
    }
    with registry.database.work(editor) as work:
        version = factories.version_of(work.session, second)
        withdraw_publication(work, second, version=version, reason="有误")
    with registry.database.read() as session:
        assert len(list_disclosed(session, 2026, registry.database.today())) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_drafts_say_what_is_known_and_leave_out_the_rest(registry: Registry) -> None:
    editor, reviewer = people(registry, "CX-101")
    factories.publish(registry, editor, reviewer)
    dates = registry.state_dates(date(2026, 3, 2))
    with registry.database.read() as session:
        unknown = load_report(session, registry.rulebook, 2026)
        drafts = draft_sections(session, unknown, registry.rulebook, dates, date(2026, 3, 2))
    assert "国办公开办函〔2021〕30号" in drafts["preface"]
    assert "鹿城南路148号" in drafts["preface"]
    assert "主动公开政府信息1条" in drafts["overview"]
    assert "财政预决算1条" in drafts["overview"]
    assert "申请" not in drafts["overview"], "nobody has reported on requests"

    factories.report_figures(registry, editor, reviewer, 2026, {NEW: 5, GRANTED: 3, LEFT: 2})
    with registry.database.read() as session:
        known = load_report(session, registry.rulebook, 2026)
        drafts = draft_sections(session, known, registry.rulebook, dates, date(2026, 3, 2))
    assert "全年新收政府信息公开申请5件，上年结转0件，办结3件，结转下年度继续办理2件。" in drafts["overview"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_years_and_units_nobody_reports_for_are_not_there(registry: Registry) -> None:
    editor, _ = people(registry, "CX-101")
    with pytest.raises(NotFound):
        get_format(registry.rulebook, 2007)
    form = get_format(registry.rulebook, 2025)
    for unit in ("CX-GOV", "CX-002", "CX-999"):
        with pytest.raises(NotFound), registry.database.work(editor) as work:
            service.save_figures(work, form, unit, 2025, figures={}, counted={}, notes={}, version=0)
