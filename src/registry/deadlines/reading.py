"""From a deadline as catalogs write it to clauses. A grammar over the vocabulary: what it cannot read it says so, and never guesses.

Each sentence is cut into segments; in a segment counts (20个工作日内) are found first, and what stands before and behind a count says
what kind of clause it is: a link (之日起, 后) makes it an upper limit after an event, 不少于 a minimum, 前 a count backwards. Words
without a count (及时, 按季度, 长期) make clauses of their own, and dates and periods are read in `periods`. A segment that speaks of
time and was not understood makes the whole text 待定规则.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from registry.deadlines.clauses import Clause, ClauseKind, Unit
from registry.deadlines.periods import periodic_clause
from registry.deadlines.spelling import normalise
from registry.deadlines.vocabulary import Role, Vocabulary

LONGEST = 400
HIGHEST = 999
REMEMBERED = 20_000

MASKED = re.compile(r"[*＊×xX_□○]+(?=个?(?:工作日|日|天|月))")
SEPARATORS = re.compile(r"[。；;，,！!]")
ASIDE = re.compile(r"[（(](?P<text>[^（）()]{7,})[）)]")
OPENING = re.compile(r"^(?P<about>.*?)(?:应当?|须|必须)?(?P<preposition>自|在|于|从)(?P<event>[^自在于从]+)$")
FREE_DAYS = re.compile(r"节假日|休息日|双休日")
BEGINNING = re.compile(r"(?:最迟|至迟|最晚)?(?:应当?|须|必须)?(?:在|于|自|从)?$")
NUMBER_OF_TIMES = ("次", "期", "名")


@dataclass(frozen=True)
class Reading:
    """`warnings` are codes of `deadline_warning` in the wording; with `needs_rule` a person must decide what the text means."""

    text: str
    clauses: tuple[Clause, ...]
    needs_rule: bool
    warnings: tuple[str, ...]


@dataclass
class _Notes:
    """What is found while reading."""

    clauses: list[Clause] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    undecided: bool = False

    def warn(self, code: str, *, undecided: bool = True) -> None:
        self.warnings.append(code)
        self.undecided = self.undecided or undecided


@lru_cache(maxsize=REMEMBERED)
def read(text: str, vocabulary: Vocabulary) -> Reading:
    """All clauses of a deadline text, in their order; every clause carries the override flag when 另有规定 stands anywhere.

    Readings are remembered: a province's tables repeat a few hundred texts.
    """
    notes = _Notes()
    plain = normalise(text) if len(text) <= LONGEST * 2 else text
    if not plain or len(plain) > LONGEST or not plain.isprintable():
        return Reading(
            text, (), True, ("empty" if not plain else "too_long" if len(plain) > LONGEST else "unreadable",)
        )
    if MASKED.search(plain):
        notes.warn("masked")
    if FREE_DAYS.search(plain):
        notes.warn("not_understood")
    rest, override = _without_override(plain, vocabulary)
    segments = [segment for segment in SEPARATORS.split(ASIDE.sub(r"，\g<text>，", rest)) if segment]
    for segment in _joined(segments, vocabulary):
        _read_segment(segment, vocabulary, notes)
    if not notes.clauses and not notes.undecided:
        notes.warn("nothing_found")
    _warn_of_contradiction(notes)
    clauses = tuple(replace(clause, override=override) for clause in notes.clauses)
    return Reading(text, clauses, notes.undecided, tuple(dict.fromkeys(notes.warnings)))


def _without_override(text: str, vocabulary: Vocabulary) -> tuple[str, bool]:
    found = vocabulary.override.search(text)
    if found is None:
        return text, False
    cut = re.search(r"(?:相关|国家)?(?:政策|法律|、|行政|法规)*(?:法律|法规)", found[0])
    start = found.start() + (cut.start() if cut else 0)
    return text[:start] + "。" + text[found.end() :], True


def _joined(segments: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """自规划批准之日起，20个工作日内公布 and 20个工作日内公布，自规划批准之日起计算: an event alone goes before the count beside it."""
    joined: list[str] = []
    for segment in segments:
        whole = joined and (_whole(joined[-1], segment, vocabulary) or _whole(segment, joined[-1], vocabulary))
        if whole:
            joined[-1] = whole
        else:
            joined.append(segment)
    return joined


def _whole(event: str, count: str, vocabulary: Vocabulary) -> str | None:
    """Both in one, when the first is an event alone and the second a count alone."""
    named, counted = vocabulary.event_alone.match(event), _count_alone(count, vocabulary)
    return named["event"] + counted if named and counted else None


def _count_alone(segment: str, vocabulary: Vocabulary) -> str | None:
    """The segment from its count on, when nothing that could be an event stands before it."""
    found = vocabulary.count.search(segment)
    if found is None or found["unit"] is None or BEGINNING.sub("", segment[: found.start()]):
        return None
    return segment[found.start() :]


def _read_segment(segment: str, vocabulary: Vocabulary, notes: _Notes) -> None:
    counts = [found for found in vocabulary.count.finditer(segment) if not _is_number_of_times(found, segment)]
    if counts and vocabulary.find(Role.WINDOW, segment):
        notes.warn("assessment_window")
        return
    clause, warning = periodic_clause(segment, counts, vocabulary)
    if warning:
        notes.warn(warning)
    if clause is not None:
        notes.clauses.append(clause)
    elif counts and not warning:
        _read_counts(segment, counts, vocabulary, notes)
    elif not warning:
        _read_words(segment, vocabulary, notes)


def _is_number_of_times(found: re.Match[str], segment: str) -> bool:
    """更新1次, 1次性告知: how often, not how long."""
    return found["unit"] is None and segment[found.end() :].startswith(NUMBER_OF_TIMES)


def _read_counts(segment: str, counts: Sequence[re.Match[str]], vocabulary: Vocabulary, notes: _Notes) -> None:
    """The clauses around the counts of a segment; each count takes what stands between it and the one before."""
    start = 0
    for found in counts:
        before, after = segment[start : found.start()], segment[found.end() :]
        start = found.end()
        if found["unit"] is None and not found["after"]:
            notes.warn("not_understood")
        elif not 1 <= int(found["number"]) <= HIGHEST:
            notes.warn("count_out_of_range")
        elif before.endswith("第"):
            notes.warn("not_understood")
        elif _is_beyond(found, before, after, vocabulary):
            notes.warn("not_before")
        else:
            notes.clauses.append(_around(found, before, after, vocabulary, notes))


def _is_beyond(found: re.Match[str], before: str, after: str, vocabulary: Vocabulary) -> bool:
    """20个工作日后公开, 满20日, 超过3个月: a day before which nothing may happen is no day by which it must."""
    starts_later = not found["after"] and after.startswith(vocabulary.words(Role.LINK))
    return starts_later or before.endswith(vocabulary.words(Role.BEYOND))


def _around(found: re.Match[str], before: str, after: str, vocabulary: Vocabulary, notes: _Notes) -> Clause:
    count, limit, tail = int(found["number"]), found["limit"] or "", (found["after"] or "").removeprefix("的")
    unit = _unit(found, before, after, vocabulary, notes)
    if limit in vocabulary.words(Role.AT_LEAST) or tail in vocabulary.words(Role.OR_MORE):
        return Clause(ClauseKind.MIN_NOTICE, _event(before, vocabulary), count, unit, "at_least")
    if limit in vocabulary.words(Role.AHEAD) or tail in vocabulary.words(Role.BEFORE):
        return _before_event(before, count, unit, vocabulary, notes)
    if before.endswith(vocabulary.words(Role.BEFORE)) and not tail:
        return _before_event(before, count, unit, vocabulary, notes)
    if limit in vocabulary.words(Role.AT_MOST) and "延长" in before:
        return Clause(ClauseKind.RESPONSE, "延长", count, unit, "within")
    by_law = vocabulary.find(Role.WORKDAYS_BY_LAW, after)
    if by_law and not before:
        trigger = vocabulary.values[Role.WORKDAYS_BY_LAW, by_law]
        return Clause(ClauseKind.WITHIN, trigger, count, unit, "within", implied=True)
    return _within(before, after, count, unit, tail, vocabulary, notes)


def _before_event(before: str, count: int, unit: Unit | None, vocabulary: Vocabulary, notes: _Notes) -> Clause:
    """会议召开前至少10日: the event is 会议召开, or nothing when none is named. Nothing is public before it is made (信息形成20日前)."""
    words = vocabulary.pattern(Role.AT_LEAST, Role.BEFORE, Role.AHEAD)
    event = _event(re.sub(rf"(?:{words}|的)+$", "", before), vocabulary)
    if event and event.endswith(vocabulary.words(Role.EVENT)):
        notes.warn("not_understood")
    return Clause(ClauseKind.BEFORE_EVENT, event, count, unit, "before")


def _within(
    before: str, after: str, count: int, unit: Unit | None, tail: str, vocabulary: Vocabulary, notes: _Notes
) -> Clause:
    link = vocabulary.link.search(before)
    about, event = _opening(before[: link.start()] if link else BEGINNING.sub("", before), vocabulary)
    is_response = bool(vocabulary.find(Role.RESPONSE, event) or (not link and vocabulary.find(Role.RESPONSE, after)))
    notice = vocabulary.find(Role.NOTICE, before)
    if notice and not link and not tail:
        return Clause(ClauseKind.MIN_NOTICE, notice, count, unit, "at_least")
    if is_response:
        return Clause(ClauseKind.RESPONSE, event or None, count, unit, "within", applies_to=about)
    if not event or not (link or vocabulary.happening.search(event)):
        notes.warn("trigger_missing")
        return Clause(ClauseKind.BARE, None, count, unit)
    if vocabulary.find(Role.UNUSUAL, event):
        notes.warn("trigger_unusual", undecided=False)
    if event.startswith(vocabulary.words(Role.CIRCULAR)):
        notes.warn("circular", undecided=False)
    return Clause(ClauseKind.WITHIN, event, count, unit, "within", applies_to=about)


def _unit(found: re.Match[str], before: str, after: str, vocabulary: Vocabulary, notes: _Notes) -> Unit | None:
    """The unit written, days of the penalty and licensing laws as working days; a missing one only where the budget law gives it."""
    if found["unit"] is None:
        by_law = vocabulary.find(Role.DAYS_BY_LAW, before)
        notes.warn("unit_missing", undecided=by_law is None)
        return Unit.DAY if by_law else None
    unit = Unit(vocabulary.values[Role.UNIT, found["unit"]])
    in_workdays = vocabulary.find(Role.WORKDAYS_BY_LAW, before + after)
    return Unit.WORKDAY if unit is Unit.DAY and in_workdays else unit


def _opening(text: str, vocabulary: Vocabulary) -> tuple[str | None, str]:
    """(what the clause applies to, the event it counts from) of 其中行政许可、行政处罚事项应自作出行政决定."""
    found = OPENING.match(text)
    about, event = (found["about"], found["event"]) if found else ("", text)
    other = re.match(rf"(?P<about>其他.*?信息)(?P<event>(?:{vocabulary.events}).*)", event)
    if other:
        about, event = other["about"], other["event"]
    about = re.sub(r"^其中|应$", "", about)
    return (about if about.endswith(("信息", "事项")) else None), _event(event, vocabulary) or ""


def _event(text: str, vocabulary: Vocabulary) -> str | None:
    """One spelling of an event: 信息形成（变更） and 信息形成或变更 are 信息形成或者变更."""
    event = re.sub(r"^(?:自|在|于|从|应当?)|(?:的时间|时间|的期限|期限|之日|的)$", "", text)
    event = re.sub(
        rf"(?P<one>{vocabulary.events})[（(](?P<also>{vocabulary.events})[）)]", r"\g<one>或者\g<also>", event
    )
    event = re.sub(rf"(?P<one>{vocabulary.events})、(?={vocabulary.events})", r"\g<one>或者", event)
    event = re.sub(r"或者?", "或者", event).replace("该信息", "信息").replace("公开事项信息", "信息")
    return event or None


def _read_words(segment: str, vocabulary: Vocabulary, notes: _Notes) -> None:
    """Clauses without a count."""
    for role, kind in (
        (Role.REALTIME, ClauseKind.REALTIME),
        (Role.PERMANENT, ClauseKind.PERMANENT),
        (Role.PROMPT, ClauseKind.PROMPT),
    ):
        word = vocabulary.find(role, segment)
        if word:
            about = re.sub(r"^[与和同随]|后$|时$|保持$", "", segment[: segment.index(word)])
            notes.clauses.append(Clause(kind, _event(about, vocabulary)))
            return
    concurrent = re.match(r"在(?P<event>.{2,})时$", segment)
    if concurrent:
        notes.clauses.append(Clause(ClauseKind.REALTIME, concurrent["event"]))
    elif vocabulary.find(Role.NO_PERIOD, segment):
        notes.clauses.append(Clause(ClauseKind.PERIODIC))
        notes.warn("period_unknown")
    elif vocabulary.find(Role.TIME, segment):
        notes.warn("not_understood")


def _warn_of_contradiction(notes: _Notes) -> None:
    """Two upper limits for the same event and the same things cannot both hold."""
    limits: dict[tuple[str | None, str | None], set[tuple[int | None, Unit | None]]] = {}
    for clause in notes.clauses:
        if clause.kind is ClauseKind.WITHIN:
            limits.setdefault((clause.trigger, clause.applies_to), set()).add((clause.count, clause.unit))
    if any(len(counts) > 1 for counts in limits.values()):
        notes.warn("contradictory")
