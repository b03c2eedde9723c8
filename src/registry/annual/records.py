"""The annual report as a plain record; the same for the command line and for download. `docs/annual-report.md` promises its shape."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from registry.annual.compiled import Report, Total
from registry.annual.rules import Check, Figures
from registry.rulebook.annual import Block, ReportTable


def report_record(report: Report, last_year: Figures | None) -> dict[str, Any]:
    """Everything the report says. A figure nobody has given is null, never 0."""
    source = report.form.source
    return {
        "year": report.year,
        "state": report.state.value,
        "format": {
            "code": report.form.code,
            "title": report.form.title,
            "source": {"regulation": source.regulation, "edition": source.edition, "articles": list(source.articles)},
        },
        "confirmed_on": report.confirmed_on.isoformat() if report.confirmed_on else None,
        "sha256": report.sha256,
        "preface": report.preface,
        "sections": [
            {
                "code": section.code,
                "title": section.title,
                "text": report.sections.get(section.code, ""),
                "tables": list(section.tables),
            }
            for section in report.form.sections
        ],
        "tables": [_table(table, report.totals) for table in report.form.tables],
        "units": [
            {
                "code": unit.code,
                "name": unit.name,
                "state": unit.state.value if unit.state else None,
                "nil": unit.is_nil,
            }
            for unit in report.units
        ],
        "missing_reason": report.missing_reason,
        "checks": [_check(check) for check in report.checks(last_year)],
    }


def _table(table: ReportTable, totals: Mapping[str, Total]) -> dict[str, Any]:
    return {"code": table.code, "title": table.title, "blocks": [_block(block, totals) for block in table.blocks]}


def _block(block: Block, totals: Mapping[str, Total]) -> dict[str, Any]:
    return {
        "code": block.code,
        "heading": block.heading,
        "columns": [{"code": one.code, "name": one.name, "within": list(one.within)} for one in block.columns],
        "rows": [
            {
                "code": row.code,
                "name": row.name,
                "within": list(row.within),
                "figures": {
                    column.code: _figure(totals[block.cell_code(row, column)], row.unit or column.unit)
                    for column in block.columns
                },
            }
            for row in block.rows
        ],
    }


def _figure(total: Total, unit: str | None) -> dict[str, Any]:
    """`units` is how many units the figure is the sum of, `lacking` how many have not given theirs."""
    return {
        "cell": total.cell,
        "figure": number(total.figure),
        "unit": unit,
        "units": len(total.given),
        "lacking": len(total.lacking),
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "rule": check.rule.code,
        "name": check.rule.name,
        "where": list(check.where),
        "left": list(check.left),
        "right": list(check.right),
        "last_year": check.rule.last_year,
        "found": number(check.found),
        "expected": number(check.expected),
        "verdict": check.verdict.value,
    }


def number(figure: Decimal | None) -> int | float | None:
    """As JSON has numbers."""
    if figure is None:
        return None
    return int(figure) if figure == figure.to_integral_value() else float(figure)
