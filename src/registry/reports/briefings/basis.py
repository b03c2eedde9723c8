"""On what a briefing rests: the articles in force that day, and the time units have to put things right, both from `standards/`."""

from datetime import date

from registry import wording
from registry.deadlines.workdays import Workdays
from registry.reports.briefings.drafting import Texts, draft
from registry.reports.briefings.figures import Figures
from registry.rulebook.book import Rulebook

# 考核评议, and 督促整改、通报情况, of standards/management/m7.yaml.
STANDARD, REQUIREMENTS = "M7", ("M7-1", "M7-2")


def drafted(figures: Figures, rulebook: Rulebook, calendar: Workdays, today: date) -> Texts:
    """The draft of today."""
    terms = rulebook.deadlines.briefing
    rectify_by = calendar.after(today, terms.rectify_workdays) if terms else None
    return draft(figures, bases_on(rulebook, figures.day), rectify_by)


def bases_on(rulebook: Rulebook, day: date) -> list[str]:
    """《中华人民共和国政府信息公开条例》第四十六条、第四十七条: by regulation, the articles of the edition in force on the day."""
    found: dict[str, list[str]] = {}
    standard = rulebook.management[STANDARD]
    for basis in (one for needed in standard.requirements if needed.code in REQUIREMENTS for one in needed.legal_bases):
        regulation = rulebook.regulations[basis.regulation or ""]
        edition = regulation.edition_on(day)
        if edition is not None and basis.edition in (None, edition.key):
            found.setdefault(regulation.title, []).extend(basis.articles)
    separator = wording.label("format", "separator")
    return [
        wording.label("format", "article").format(title=title, article=separator.join(dict.fromkeys(articles)))
        for title, articles in found.items()
    ]
