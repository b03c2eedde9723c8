"""registry assessment."""

from datetime import date

import click

from registry.assessment.finding import assess
from registry.assessment.mending import plan
from registry.assessment.queries import facts_on
from registry.assessment.records import assessment_record, unit_assessment_record
from registry.cli.output import DAY, Place, command, rows_table, show
from registry.units.queries import get_unit


def add_to(main: click.Group) -> None:
    @command(main, "assessment")
    @click.option("--as-of", type=DAY, help="Judged on this day; default today.")
    @click.option("--unit", help="Only this unit (code), with every finding and what to do first.")
    def assessment(place: Place, as_of: date | None, unit: str | None, as_json: bool) -> None:
        """Veto findings and the score of each unit, by the rules of standards/assessment.yaml."""
        dates = place.registry.state_dates(as_of)
        rules = place.registry.rulebook.assessment.on(dates.as_of)
        with place.registry.database.read() as session:
            if unit is not None:
                get_unit(session, unit)
            facts = facts_on(session, dates, unit_code=unit)
        if unit is None:
            record = assessment_record(assess(facts, rules))
            heads = ("unit", "score", "vetoes", "doubts", "rate", "nothing_to_publish", "not_applicable", "extended")
            rows = ([_cell(row[head]) for head in heads] for row in record["units"])
            show(record, as_json=as_json, table=lambda: rows_table(heads, rows))
            return
        planned = plan(unit, facts, rules)
        record = unit_assessment_record(planned.before, planned, dates.as_of.isoformat())
        columns = ("rule", "points", "since", "text")
        found = ([one[name] for name in columns] for one in record["findings"])
        show(record, as_json=as_json, table=lambda: rows_table(columns, found))


def _cell(value: object) -> object:
    """Of veto rules, those that hold."""
    return " ".join(one["rule"] for one in value if one["holds"]) if isinstance(value, list) else value
