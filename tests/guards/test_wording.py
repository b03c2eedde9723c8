"""Every code the program can give out has its Chinese word, and there is one word for each state."""

import re
from enum import StrEnum

import pytest

from registry import wording
from registry.accounts.permissions import Role
from registry.annual.rules import Origin
from registry.annual.tables import ReportState, ReturnState
from registry.assessment.mending import Remedy
from registry.assessment.requirements import Standing, Verdict
from registry.assessment.tables import Answer, SelfVerdict
from registry.closing.proving import Part as ProofPart
from registry.closing.rules import Cause
from registry.coverage.measures import LinkState
from registry.coverage.rules import Grade, OccasionState
from registry.demo.courses import FaultKind
from registry.duties.tables import OccasionKind, Part
from registry.errors import Conflict, Forbidden, Invalid, NotFound, RegistryError, Unavailable
from registry.evidence.tables import Outcome
from registry.items.tables import ElementKind
from registry.publications.duplicates import Likeness
from registry.publications.rules import RevisionState, Why
from registry.rectification.rules import Doubt, Progress, StepKind, TaskState
from registry.reminders.rules import ReminderKind
from registry.reminders.tables import DigestKind
from registry.units.tables import Certainty, UnitKind
from registry.web.measures import Measure
from tests.guards.sources import calls, constants, name_of, templates

ERRORS = {"RegistryError", "NotFound", "Forbidden", "Conflict", "Unavailable"}

ENUMS: list[tuple[str, type[StrEnum]]] = [
    ("occasion_state", OccasionState),
    ("evidence_outcome", Outcome),
    ("occasion_kind", OccasionKind),
    ("link_state", LinkState),
    ("measure", Measure),
    ("measure_none", Measure),
    ("measure_summary", Measure),
    ("measure_formula", Measure),
    ("grade", Grade),
    ("grade_letter", Grade),
    ("certainty", Certainty),
    ("certainty_meaning", Certainty),
    ("unit_kind", UnitKind),
    ("part", Part),
    ("role", Role),
    ("element_kind", ElementKind),
    ("why", Why),
    ("verdict", Verdict),
    ("standing", Standing),
    ("standing_meaning", Standing),
    ("self_verdict", SelfVerdict),
    ("self_answer", Answer),
    ("likeness", Likeness),
    ("demo_fault", FaultKind),
    ("digest_kind", DigestKind),
    ("closing_part", ProofPart),
    ("closing_proof", ProofPart),
    ("change_since_closing", Cause),
    ("reminder_count", ReminderKind),
    ("return_state", ReturnState),
    ("report_state", ReportState),
    ("figure_origin", Origin),
    ("rectification_state", TaskState),
    ("rectification_progress", Progress),
    ("rectification_step", StepKind),
    ("rectification_doubt", Doubt),
    ("remedy", Remedy),
]

# What people elsewhere say for our states; each state has one word only (docs of the vocabulary: design of the states in wording/zh.toml).
RIVALS = (
    "超期",
    "已过期",
    "已公布",
    "审核中",
    "待审批",
    "已驳回",
    "待上线",
    "已下线",
    "已作废",
    "已撤销",
    "草稿箱",
    "未公布",
)


def test_every_issue_has_a_sentence() -> None:
    used = {
        (code, place)
        for place, name, call in calls()
        if name == "Issue" and len(call.args) > 1
        for code in constants(call.args[1])
    }

    assert [(code, place) for code, place in sorted(used) if code not in wording.labels("issues")] == []


def test_every_refusal_has_a_sentence() -> None:
    used = {
        (code, place)
        for place, name, call in calls()
        if name in ERRORS and call.args
        for code in constants(call.args[0])
    }
    used |= {
        (kind.code, kind.__name__) for kind in (RegistryError, NotFound, Forbidden, Conflict, Unavailable, Invalid)
    }

    assert [(code, place) for code, place in sorted(used) if code not in wording.labels("errors")] == []


def test_every_label_asked_for_is_there() -> None:
    missing = []
    for place, name, call in calls():
        if name == "label" and len(call.args) == 2:
            sections, codes = constants(call.args[0]), constants(call.args[1])
            missing += [(place, s, c) for s in sections for c in codes if c not in wording.texts().get(s, {})]
        if name == "labels" and call.args:
            missing += [(place, s, "") for s in constants(call.args[0]) if s not in wording.texts()]
    assert missing == []


@pytest.mark.parametrize(("section", "kind"), ENUMS, ids=[section for section, _ in ENUMS])
def test_every_value_has_a_word_and_every_word_a_value(section: str, kind: type[StrEnum]) -> None:
    assert set(wording.labels(section)) == {member.value for member in kind}


def test_publications_have_a_word_for_every_state_they_can_show() -> None:
    shown = {state.value for state in RevisionState} - {"approved"} | {"scheduled", "published"}

    assert set(wording.labels("publication_state")) == shown


@pytest.mark.parametrize("section", ["publication_state", "occasion_state", "evidence_outcome"])
def test_no_word_stands_for_two_states(section: str) -> None:
    words = list(wording.labels(section).values())

    assert len(words) == len(set(words))


def test_no_other_state_words_are_used() -> None:
    places = {name_of(path): path.read_text(encoding="utf-8") for path in templates()}
    places["wording/zh.toml"] = wording.ZH.read_text(encoding="utf-8")

    assert [(name, word) for name, text in places.items() for word in RIVALS if word in text] == []


def test_placeholders_are_plain_names() -> None:
    found = [hole for text in _all_texts() for hole in re.findall(r"\{([^}]*)\}", text)]

    assert [hole for hole in found if not re.fullmatch(r"[a-z_]+", hole)] == []


def _all_texts() -> list[str]:
    return [text for section in wording.texts().values() for text in section.values() if isinstance(text, str)]
