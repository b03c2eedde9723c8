"""The city's report: the office writes its texts, its numbers are the units'; another person confirms it, and then it stays as it is."""

from collections.abc import Mapping
from dataclasses import replace

from registry import wording
from registry.accounts.permissions import Permission, require, require_person
from registry.annual.compiled import PREFACE, Report, digest_of, frozen_record
from registry.annual.queries import get_format, load_report
from registry.annual.rules import broken
from registry.annual.steps import require_unfrozen
from registry.annual.tables import AnnualReport, ReportState
from registry.audit.service import Action, record
from registry.database import Work
from registry.errors import Conflict, Forbidden, Invalid, Issue
from registry.rulebook.book import Rulebook


def write_sections(
    work: Work, rulebook: Rulebook, year: int, *, sections: Mapping[str, str], version: int
) -> AnnualReport:
    """Keep the texts, section → text; a section of the format that is not there is empty. `version` is 0 while there is no report."""
    require(work.actor, Permission.COMPILE_REPORT)
    form = get_format(rulebook, year)
    report = _open_report(work, year, version)
    before = report.sections
    known = (PREFACE, *(section.code for section in form.sections))
    kept = {code: sections[code] for code in known if sections.get(code)}
    report.sections, report.edited_at = kept, work.now
    report.authors = sorted({*report.authors, str(require_person(work.actor))})
    work.session.add(report)
    changed = {
        code: (before.get(code), kept.get(code)) for code in before.keys() | kept if before.get(code) != kept.get(code)
    }
    record(work, Action.REPORT_WRITE, "annual_report", str(year), dict(sorted(changed.items())))
    return report


def confirm_report(
    work: Work, rulebook: Rulebook, year: int, *, version: int, missing_reason: str | None = None
) -> AnnualReport:
    """Freeze the report with every unit's figures and seal it. Who wrote on it cannot confirm it.

    Raises Invalid with everything that stands against it; that units are missing needs `missing_reason`.
    """
    require(work.actor, Permission.COMPILE_REPORT)
    report = _open_report(work, year, version)
    person = require_person(work.actor)
    if str(person) in report.authors:
        raise Forbidden("two_persons")
    compiled = load_report(work.session, rulebook, year)
    issues = what_blocks_confirming(compiled, missing_reason=missing_reason)
    if issues:
        raise Invalid(issues)
    compiled = replace(compiled, missing_reason=missing_reason if compiled.missing else None, confirmed_on=work.today)
    report.frozen = frozen_record(compiled)
    report.sha256 = digest_of(report.frozen)
    report.state, report.confirmed_by, report.confirmed_at = ReportState.CONFIRMED, person, work.now
    report.missing_reason = compiled.missing_reason
    work.session.add(report)
    changes = {
        "sha256": (None, report.sha256),
        "units": (None, len(compiled.units)),
        "missing": (None, [unit.code for unit in compiled.missing]),
        "missing_reason": (None, report.missing_reason),
    }
    record(work, Action.REPORT_CONFIRM, "annual_report", str(year), changes)
    return report


def what_blocks_confirming(report: Report, *, missing_reason: str | None) -> list[Issue]:
    """Sections without text, units without figures and nobody saying why, sums of the city that do not hold."""
    asked = {PREFACE: wording.label("annual", "preface")}
    asked |= {section.code: section.title for section in report.form.sections if section.contents}
    issues = [
        Issue(code, "section_empty", {"title": title}) for code, title in asked.items() if not report.sections.get(code)
    ]
    if report.missing and not missing_reason:
        issues.append(Issue("missing_reason", "units_missing", {"number": str(len(report.missing))}))
    return issues + [check.as_issue() for check in broken(report.checks(None)) if check.rule.must]


def _open_report(work: Work, year: int, version: int) -> AnnualReport:
    require_unfrozen(work, year)
    report = work.session.get(AnnualReport, year, with_for_update=True)
    if report is None:
        report = AnnualReport(
            year=year, state=ReportState.DRAFT, version=0, sections={}, authors=[], edited_at=work.now, frozen={}
        )
        work.session.add(report)
        work.session.flush()
    if report.version != version:
        raise Conflict("version_passed", expected=version, found=report.version)
    report.version += 1
    return report
