"""All checks of a report's text, in the order in which people mend it."""

from collections.abc import Sequence
from decimal import Decimal

from registry.annual.checking import agreement, arithmetic, expressions, structure
from registry.annual.checking.figures import Figure, FigureReader, core
from registry.annual.checking.remarks import Check, Remark, Weight
from registry.annual.checking.report_text import ReportText, read_report
from registry.rulebook.proofreading import Proofreading

# From which factor on a change against the year before asks for a word of explanation.
JUMP = Decimal(2)
LEAST_COMPARED = 5
LEAST_NAME = 3


def check_report(text: str, words: Proofreading, *, areas: Sequence[str], previous: str | None = None) -> list[Remark]:
    """Everything found in `text`, what must be changed first and what holds last; `previous` is the report of the year before."""
    report = read_report(text)
    figures = FigureReader(words).read(report.sentences)
    found = [
        *structure.section_numbering(report),
        *structure.stray_headings(report),
        *structure.scope(report),
        *structure.fees(report),
        *structure.broken_paragraphs(report),
        *arithmetic.sums(figures),
        *arithmetic.rates(figures),
        *arithmetic.remainders(figures),
        *arithmetic.channels(figures, words.channels),
        *arithmetic.reconciled(figures, words.channels),
        *agreement.repeated(figures, words.common_words),
        *agreement.approximate(figures),
        *agreement.differing(figures, words.common_words),
        *agreement.denied(report, figures, words.common_words),
        *agreement.nearly_same(figures, words.common_words),
        *agreement.short_of_months(figures),
        *expressions.requests_without_results(report, figures),
        *expressions.beyond_competence(report, words.beyond_competence),
        *expressions.slips(report, words.slips),
        *expressions.mixed_measures(figures),
        *expressions.merged_classes(figures),
        *expressions.areas_without_figure(report, figures, areas),
        *expressions.enumerations(figures),
        *expressions.rhythms(report),
    ]
    if previous is not None:
        found += _jumps(figures, _figures(read_report(previous), words), words.common_words)
    order = list(Weight)
    return sorted(found, key=lambda remark: order.index(remark.weight))


def _figures(report: ReportText, words: Proofreading) -> list[Figure]:
    return FigureReader(words).read(report.sentences)


def _jumps(now: Sequence[Figure], before: Sequence[Figure], common: Sequence[str]) -> list[Remark]:
    """Figures of the same name and measure that at least doubled or halved since the year before."""
    earlier = {(core(one.name, common), one.measure): one for one in reversed(before)}
    found = {}
    for one in now:
        key = (core(one.name, common), one.measure)
        old = earlier.get(key)
        if old is None or len(key[0]) < LEAST_NAME or max(one.value, old.value) < LEAST_COMPARED or key in found:
            continue
        if max(one.value, old.value) >= JUMP * min(one.value, old.value):
            context = {"what": one.name, "before": old.shown, "now": one.shown}
            found[key] = Remark(Check.YEAR_ON_YEAR, Weight.DOUBT, [one.place], context)
    return list(found.values())
