"""From the text of a query to what was meant by it."""

from registry.search.plan import Alternative, Plan, Wanted
from registry.search.text import fold, needles


def plan_of(text: str) -> Plan:
    """Every needle of the query is wanted, literally or scattered; blank text asks for everything."""
    if not text.strip():
        return Plan(everything=True)
    wanted = tuple(Wanted((Alternative(needle, scattered=True),)) for needle in needles(text))
    return Plan(wanted, exact=fold(text.strip()))
