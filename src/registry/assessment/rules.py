"""考核: what is wrong on a day, by which rule, and what it costs. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing wrong on a day: the rule of `standards/assessment.yaml` it breaks, whose it is, and the record it is about.

    `subject` is the kind of record (occasion, publication, item, requirement), `subject_id` its id or code. `context` fills the sentence
    of `finding` in the wording. `points` are lost by it; a veto finding (单项否决) loses none and stands apart.
    """

    rule: str
    unit_code: str
    area_code: str
    item_code: str
    subject: str
    subject_id: str
    since: date | None = None
    points: float = 0
    is_veto: bool = False
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is the same by on another day."""
        return self.rule, self.unit_code, self.subject, self.subject_id
