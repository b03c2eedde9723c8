"""The numbers of a briefing as a plain record: what is kept with it, and what the command line prints."""

from typing import Any

from registry.reports.briefings.drafting import Texts
from registry.reports.briefings.figures import Figures


def figures_record(figures: Figures) -> dict[str, Any]:
    """Totals, units best first, and how many problems there are by rule."""
    return {
        "period": figures.period.code,
        "day": figures.day.isoformat(),
        "is_closed": figures.is_closed,
        "totals": figures.total.as_record(),
        "before": (
            {"period": figures.before.period, "totals": figures.before.counts.as_record()} if figures.before else None
        ),
        "units": [{"unit": one.code, "grade": one.grade.value, **one.counts.as_record()} for one in figures.ranking],
        "problems": {rule: len(problems) for rule, problems in figures.by_rule.items()},
        "digest": figures.digest,
    }


def briefing_record(figures: Figures, texts: Texts, file: str) -> dict[str, Any]:
    """`report briefing --json`."""
    return {"file": file, **figures_record(figures), "texts": vars(texts)}
