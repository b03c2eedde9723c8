"""How units differ: each has a character of its own, by its code."""

from dataclasses import dataclass

from registry.demo.chance import share


@dataclass(frozen=True)
class Character:
    """How a unit works: shares of what it never publishes, publishes late, leaves incomplete, and of its duties nobody ever sees to."""

    missed: float
    late: float
    incomplete: float
    neglected: float


# Up to which share of the units each goes.
CHARACTERS = (
    (0.25, Character(missed=0.0, late=0.02, incomplete=0.01, neglected=0.0)),
    (0.60, Character(missed=0.02, late=0.05, incomplete=0.03, neglected=0.0)),
    (0.85, Character(missed=0.06, late=0.12, incomplete=0.05, neglected=0.03)),
    (1.00, Character(missed=0.15, late=0.20, incomplete=0.08, neglected=0.08)),
)


def character_of(unit: str) -> Character:
    drawn = share("character", unit)
    return next(character for below, character in CHARACTERS if drawn < below)
