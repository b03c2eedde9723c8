"""How many due dates a second are counted, and how many deadline texts read, next to walking the days one by one in the same run.

    .venv/bin/python benchmarks/deadlines.py [--dates 1000000] [--texts 100000]

One core, the real rules and calendars, pseudo-random days of 2005 to 2030. Nothing is asserted: numbers belong to the machine printed
above them.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np
from machine import print_machine

from registry.deadlines.clauses import Clause, ClauseKind, Unit
from registry.deadlines.counting import Term, ends_of
from registry.deadlines.reading import read
from registry.deadlines.rules import due_date, due_dates
from registry.deadlines.workdays import Workdays
from registry.exchange import folder
from registry.rulebook.book import Rulebook
from registry.settings import REPOSITORY

EVENTS = ("信息形成或者变更", "规划批准", "行政许可决定作出", "合同签订", "分配结果确定", "本级人民代表大会批准")
UNITS = ("个工作日", "日", "个月", "天")
TAILS = ("", "予以公开", "，法律法规另有规定的从其规定", "，长期公开", "在政府网站公示")
CONGRESS = Clause(ClauseKind.WITHIN, "本级人民代表大会批准", 20, Unit.DAY, "within")
FORMED = Clause(ClauseKind.WITHIN, "信息形成或者变更", 20, Unit.WORKDAY, "within")
RESULT = Clause(ClauseKind.WITHIN, "分配结果确定", 15, Unit.DAY, "within")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--dates", type=int, default=1_000_000)
    parser.add_argument("--texts", type=int, default=100_000)
    asked = parser.parse_args()
    print_machine("numpy", "opencc-python-reimplemented")
    rulebook, faults = folder.read_rulebook(folder.read_folder(REPOSITORY))
    assert rulebook is not None, faults
    calendar = rulebook.workdays("chuxiong")
    calendar.after(date(2026, 3, 2), 1)
    print(f"{'':<58}{'a second':>14}{'× walking':>12}")
    walking = count_dates(calendar, asked.dates)
    count_proved_dates(rulebook, calendar, asked.dates // 10, walking)
    read_texts(rulebook, asked.texts)


def count_dates(calendar: Workdays, number: int) -> float:
    """Arrays of starts in, arrays of last days out; returns the rate of walking."""
    starts = np.array([date(2005, 1, 1).toordinal()]) + np.random.default_rng(1).integers(0, 9490, number)
    days = [date.fromordinal(int(one)) for one in starts[: max(number // 100, 1)]]
    walking = rate(lambda: [walked(calendar, day, 20) for day in days], len(days))
    tell("20 working days, walking day by day", walking, walking)
    workdays, moving, plain = Term(20, Unit.WORKDAY), Term(20, Unit.DAY, moves=True), Term(20, Unit.DAY)
    tell("20 working days, arrays", rate(lambda: ends_of(workdays, starts, calendar), number), walking)
    thirds = np.array_split(starts, 3)

    def mixed() -> None:
        for term, some in zip((workdays, moving, plain), thirds, strict=True):
            ends_of(term, some, calendar)

    tell("working days, days that move on, days that do not, arrays", rate(mixed, number), walking)
    tell("6 months, arrays", rate(lambda: ends_of(Term(6, Unit.MONTH), starts, calendar), number), walking)
    return walking


def walked(calendar: Workdays, day: date, count: int) -> date:
    """The baseline: what anybody would write first."""
    while count:
        day += timedelta(days=1)
        count -= calendar.is_workday(day)
    return day


def count_proved_dates(rulebook: Rulebook, calendar: Workdays, number: int, walking: float) -> None:
    """The same with rule, article and calendar of each: what recomputing keeps beside a date."""
    pick = random.Random(2)
    days = [date(2005, 1, 1) + timedelta(days=pick.randrange(9490)) for _ in range(number)]
    clauses = (FORMED, CONGRESS, RESULT)
    asked = [(clauses[place % 3], day) for place, day in enumerate(days)]
    rules = rulebook.deadlines.rules
    tell("due dates with their proof, all at once", rate(lambda: due_dates(asked, calendar, rules), number), walking)
    some = asked[: number // 20]
    alone = rate(lambda: [due_date(clause, day, calendar, rules) for clause, day in some], len(some))
    tell("due dates with their proof, one by one", alone, walking)


def read_texts(rulebook: Rulebook, number: int) -> None:
    vocabulary = rulebook.deadlines.vocabulary
    distinct = texts(number // 5)
    read("信息形成之日起20个工作日內", vocabulary)
    slow = rate(lambda: [read(one, vocabulary) for one in distinct], len(distinct))
    tell("distinct texts read", slow, None)
    few = distinct[-300:]
    repeated = [few[place % len(few)] for place in range(number)]
    tell("repeated texts read", rate(lambda: [read(one, vocabulary) for one in repeated], number), None)


def texts(number: int) -> Sequence[str]:
    """As many different texts as asked for, of the usual shapes."""
    pick = random.Random(3)
    return [
        f"自第{place}批{pick.choice(EVENTS)}之日起{pick.randrange(1, 90)}{pick.choice(UNITS)}内{pick.choice(TAILS)}"
        for place in range(number)
    ]


def rate(work: Callable[[], object], number: int) -> float:
    """Things done a second, in one run: reading remembers what it has read."""
    began = time.perf_counter()
    work()
    return number / (time.perf_counter() - began)


def tell(name: str, found: float, baseline: float | None) -> None:
    print(f"{name:<58}{found:>14,.0f}" + (f"{found / baseline:>12,.1f}" if baseline else ""))


if __name__ == "__main__":
    main()
