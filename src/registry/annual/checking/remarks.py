"""What the check of a report says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from registry.annual.checking.report_text import Place


class Weight(StrEnum):
    """应改 · 存疑 · 提示 · 相符."""

    WRONG = "wrong"
    DOUBT = "doubt"
    HINT = "hint"
    HOLDS = "holds"


class Check(StrEnum):
    """Everything a report is checked for; each has its name and its sentence in the wording."""

    SECTION_NUMBERING = "section_numbering"
    STRAY_HEADING = "stray_heading"
    SCOPE_MISMATCH = "scope_mismatch"
    FEES_WITHOUT_AMOUNT = "fees_without_amount"
    BROKEN_PARAGRAPH = "broken_paragraph"
    SUM_HOLDS = "sum_holds"
    SUM_DIFFERS = "sum_differs"
    IMPOSSIBLE_RATE = "impossible_rate"
    REST_NOT_TOLD = "rest_not_told"
    REST_DIFFERS = "rest_differs"
    CHANNEL_TOTAL = "channel_total"
    NOT_RECONCILED = "not_reconciled"
    REPEATED_ACROSS = "repeated_across"
    REPEATED_WITHIN = "repeated_within"
    SAME_NUMBER = "same_number"
    EXACT_AND_ABOUT = "exact_and_about"
    DIFFERING_VALUES = "differing_values"
    DENIED_AND_COUNTED = "denied_and_counted"
    NEARLY_THE_SAME = "nearly_the_same"
    SHORT_OF_MONTHS = "short_of_months"
    REQUESTS_WITHOUT_RESULTS = "requests_without_results"
    BEYOND_COMPETENCE = "beyond_competence"
    SLIP = "slip"
    DOUBLED_CHARACTER = "doubled_character"
    MIXED_MEASURES = "mixed_measures"
    MERGED_CLASSES = "merged_classes"
    AREA_WITHOUT_FIGURE = "area_without_figure"
    PERIODS_OR_KINDS = "periods_or_kinds"
    ENUMERATION_DIFFERS = "enumeration_differs"
    RHYTHM_WITHOUT_DAY = "rhythm_without_day"
    YEAR_ON_YEAR = "year_on_year"


@dataclass(frozen=True)
class Remark:
    """One thing a check found: where (the first place leads), and what fills its sentence."""

    check: Check
    weight: Weight
    places: Sequence[Place]
    context: Mapping[str, Any] = field(default_factory=dict)
