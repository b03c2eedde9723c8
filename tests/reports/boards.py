"""Boards made by hand."""

from datetime import date

from registry.coverage.queries import Board
from registry.coverage.rules import Counts
from registry.reports.board_tables import Names
from registry.rulebook.deadlines import GradeLimits

LIMITS = GradeLimits(date(2018, 1, 1), 95, 80, "")
NAMES = Names({"A": "甲局", "B": "乙局", "C": "丙局", "D": "丁局"}, {"plan": "城乡规划", "law": "法律服务"})

# A: 1 of 4. B: 18 of 20. C: all 3. D: nothing due.
CELLS = {
    ("A", "plan"): Counts(met=1, overdue=2, long_overdue=1, upcoming=5),
    ("B", "plan"): Counts(met=15, met_late=1, overdue=1),
    ("B", "law"): Counts(met=1, met_late=1, overdue=1, not_applicable=2),
    ("C", "law"): Counts(met=3, needs_rule=1),
    ("D", "law"): Counts(upcoming=2),
}


def made_board() -> Board:
    board = Board()
    board.cells.update(CELLS)
    return board
