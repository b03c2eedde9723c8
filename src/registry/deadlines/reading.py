"""From a deadline as catalogs write it to clauses. A grammar over tokens: what it cannot read it says so, and never guesses.

Each sentence is cut into segments; in a segment counts (20个工作日) are found first, and what stands before and behind a count says
what kind of clause it is: a link (之日起, 后) makes it an upper limit after an event, 不少于 a minimum, 前 a count backwards. Words
without a count (及时, 按季度, 长期) make clauses of their own. A segment that speaks of time and was not understood makes the whole
text 待定规则.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache, cached_property

from opencc import OpenCC

from registry.deadlines.rules import Clause, ClauseKind, Unit

LONGEST = 400
HIGHEST = 999


class Role(StrEnum):
    """What a word of the vocabulary does in a deadline text."""

    LINK = "link"
    INSIDE = "inside"
    AT_LEAST = "at_least"
    BEFORE = "before"
    AHEAD = "ahead"
    AT_MOST = "at_most"
    UNIT = "unit"
    PROMPT = "prompt"
    REALTIME = "realtime"
    PERMANENT = "permanent"
    PERIOD = "period"
    NO_PERIOD = "no_period"
    OVERRIDE = "override"
    RESPONSE = "response"
    NOTICE = "notice"
    WINDOW = "window"
    WORKDAYS_BY_LAW = "workdays_by_law"
    CIRCULAR = "circular"
    UNUSUAL = "unusual"
    TIME = "time"
    EVENT = "event"
    HAPPENS = "happens"


@dataclass(frozen=True)
class Term:
    """An entry of the vocabulary: words with one role; `value` says which unit, period or trigger they mean.

    `matches` is a text in which the entry is used, `other` one in which it is not; both run as tests.
    """

    code: str
    role: Role
    words: tuple[str, ...]
    matches: str
    other: str
    value: str | None = None


@dataclass(frozen=True)
class Vocabulary:
    """All terms, with the patterns the grammar is made of."""

    terms: tuple[Term, ...]

    @cached_property
    def by_role(self) -> Mapping[Role, tuple[str, ...]]:
        """The words of each role, longest first."""
        found: dict[Role, list[str]] = {role: [] for role in Role}
        for term in self.terms:
            found[term.role].extend(term.words)
        return {role: tuple(sorted(words, key=len, reverse=True)) for role, words in found.items()}

    def words(self, role: Role) -> tuple[str, ...]:
        return self.by_role[role]

    def pattern(self, *roles: Role) -> str:
        """Alternatives of some roles, longest first."""
        words = sorted((word for role in roles for word in self.by_role[role]), key=len, reverse=True)
        return "|".join(map(re.escape, words))

    @cached_property
    def link(self) -> re.Pattern[str]:
        """之日起 or 后 at the end of what stands before a count."""
        return re.compile(rf"(?:{self.pattern(Role.LINK)})的?$")

    @cached_property
    def override(self) -> re.Pattern[str]:
        """法律法规另有规定的从其规定, with what it speaks of."""
        words = self.pattern(Role.OVERRIDE)
        return re.compile(rf"[（(]?[^，。；（(]*?(?:{words})的?(?:，?应?(?:{words}|除外))?[）)]?")

    @cached_property
    def values(self) -> Mapping[str, str]:
        """Word → what it means, for units, periods and triggers by law."""
        return {word: term.value for term in self.terms if term.value for word in term.words}

    @cached_property
    def count(self) -> re.Pattern[str]:
        units = self.pattern(Role.UNIT)
        limits = self.pattern(Role.AT_LEAST, Role.AT_MOST, Role.AHEAD)
        return re.compile(
            rf"(?P<limit>{limits})?(?P<number>\d+)(?:个)?(?P<unit>{units})?"
            rf"(?P<after>的?(?:{self.pattern(Role.BEFORE)})|{self.pattern(Role.INSIDE)})?"
        )

    @cached_property
    def events(self) -> str:
        """Alternatives of what information goes through: 形成, 变更, 制作 …"""
        return self.pattern(Role.EVENT)

    @cached_property
    def happening(self) -> re.Pattern[str]:
        """A text that ends with something that happens on a day: 批准, 签订, or an event of information."""
        return re.compile(rf"(?:{self.pattern(Role.EVENT, Role.HAPPENS)})$")

    def found(self, role: Role, text: str) -> str | None:
        """The longest word of that role in the text."""
        return next((word for word in self.by_role[role] if word in text), None)


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


NUMERALS = dict(zip("零一二两三四五六七八九", (0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
NUMERAL = re.compile(r"[零一二两三四五六七八九十百]+(?=个?(?:工作日|自然日|日|天|小时|周|星期|月|年|季|次|内(?!容)))")
MASKED = re.compile(r"[*＊×xX_□○]+(?=个?(?:工作日|日|天|月))")
FIXED = re.compile(r"每年(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?:之|以)?前")
EVERY = re.compile(r"每隔?(?P<number>\d+)个?(?P<unit>年|月|周|季度)")
SEPARATORS = re.compile(r"[。；;，,！!]")
ASIDE = re.compile(r"[（(](?P<text>[^（）()]{7,})[）)]")
OPENING = re.compile(r"^(?P<about>.*?)(?:应当?|须|必须)?(?P<preposition>自|在|于|从)(?P<event>[^自在于从]+)$")
IN_BRACKETS = re.compile(r"(\d+)个?日[（(](?:指|为)?工作日[）)]")
FREE_DAYS = re.compile(r"节假日|休息日|双休日")
BEGINNING = re.compile(r"(?:最迟|至迟|最晚)?应?当?(?:在|于|自|从)?$")


def normalise(text: str) -> str:
    """Full width to plain, no white space, Chinese numerals before a unit as digits."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if not plain.isascii():
        plain = _simplified().convert(plain)
    plain = NUMERAL.sub(lambda found: str(_number(found[0])), plain.replace(",", "，").replace(";", "；"))
    return IN_BRACKETS.sub(r"\1个工作日", plain)


@cache
def _simplified() -> OpenCC:
    """Traditional to simplified; its tables are loaded when the first text is read."""
    return OpenCC("t2s")


def _number(numeral: str) -> int:
    """二十 → 20, 三十 → 30, 一百二十 → 120."""
    total, digit = 0, 0
    for character in numeral:
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = NUMERALS[character]
    return total + digit


def read(text: str, vocabulary: Vocabulary) -> Reading:
    """All clauses of a deadline text, in their order; every clause carries the override flag when 另有规定 stands anywhere."""
    notes = _Notes()
    plain = normalise(text)
    if not plain or len(plain) > LONGEST or not plain.isprintable():
        return Reading(
            text, (), True, ("empty" if not plain else "too_long" if len(plain) > LONGEST else "unreadable",)
        )
    if MASKED.search(plain):
        notes.warn("masked")
    if FREE_DAYS.search(plain):
        notes.warn("not_understood")
    rest, override = _without_override(plain, vocabulary)
    for segment in filter(None, SEPARATORS.split(ASIDE.sub(r"，\g<text>，", rest))):
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


def _read_segment(segment: str, vocabulary: Vocabulary, notes: _Notes) -> None:
    if vocabulary.found(Role.WINDOW, segment) and vocabulary.count.search(segment):
        notes.warn("assessment_window")
        return
    clause = _fixed_date(segment) or _every(segment, vocabulary)
    if clause is not None:
        notes.clauses.append(clause)
        return
    counts = [found for found in vocabulary.count.finditer(segment) if not _is_number_of_times(found, segment)]
    if counts and not _is_periodic(segment, vocabulary):
        _read_counts(segment, counts, vocabulary, notes)
    else:
        _read_words(segment, counts, vocabulary, notes)


def _is_number_of_times(found: re.Match[str], segment: str) -> bool:
    """更新1次, 1次性告知: how often, not how long."""
    return found["unit"] is None and segment[found.end() :].startswith(("次", "期", "名"))


def _is_periodic(segment: str, vocabulary: Vocabulary) -> bool:
    """每月10日前, 每季度最后一天: the count lies within a period and no event starts it."""
    period = vocabulary.found(Role.PERIOD, segment)
    return (
        period is not None and vocabulary.found(Role.LINK, segment[segment.index(period) :].replace("最后", "")) is None
    )


def _fixed_date(segment: str) -> Clause | None:
    found = FIXED.search(segment)
    if found is None or not (1 <= int(found["month"]) <= 12 and 1 <= int(found["day"]) <= 31):
        return None
    return Clause(ClauseKind.FIXED_DATE, period="year", on=f"{int(found['month']):02d}-{int(found['day']):02d}")


def _every(segment: str, vocabulary: Vocabulary) -> Clause | None:
    """每隔2年清理一次."""
    found = EVERY.search(segment)
    if found is None:
        return None
    unit = vocabulary.values.get(found["unit"])
    period = {"年": "year", "月": "month", "季度": "quarter"}.get(found["unit"])
    return Clause(ClauseKind.PERIODIC, count=int(found["number"]), unit=Unit(unit) if unit else None, period=period)


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
        else:
            notes.clauses.append(_around(found, before, after, vocabulary, notes))


def _around(found: re.Match[str], before: str, after: str, vocabulary: Vocabulary, notes: _Notes) -> Clause:
    count, limit, tail = int(found["number"]), found["limit"] or "", found["after"] or ""
    unit = _unit(found, before, after, vocabulary, notes)
    if limit in vocabulary.words(Role.AT_LEAST):
        return Clause(ClauseKind.MIN_NOTICE, _event(before, vocabulary), count, unit, "at_least")
    if limit in vocabulary.words(Role.AHEAD) or tail.removeprefix("的") in vocabulary.words(Role.BEFORE):
        return Clause(ClauseKind.BEFORE_EVENT, _event(before, vocabulary), count, unit, "before")
    if limit in vocabulary.words(Role.AT_MOST) and "延长" in before:
        return Clause(ClauseKind.RESPONSE, "延长", count, unit, "within")
    by_law = vocabulary.found(Role.WORKDAYS_BY_LAW, after)
    if by_law and not before:
        return Clause(ClauseKind.WITHIN, vocabulary.values[by_law], count, unit, "within", implied=True)
    return _within(before, after, count, unit, tail, vocabulary, notes)


def _within(
    before: str, after: str, count: int, unit: Unit | None, tail: str, vocabulary: Vocabulary, notes: _Notes
) -> Clause:
    link = vocabulary.link.search(before)
    about, event = _opening(before[: link.start()] if link else BEGINNING.sub("", before), vocabulary)
    is_response = bool(vocabulary.found(Role.RESPONSE, event) or (not link and vocabulary.found(Role.RESPONSE, after)))
    notice = vocabulary.found(Role.NOTICE, before)
    if notice and not link and not tail:
        return Clause(ClauseKind.MIN_NOTICE, notice, count, unit, "at_least")
    if is_response:
        return Clause(ClauseKind.RESPONSE, event or None, count, unit, "within", applies_to=about)
    if not event or not (link or vocabulary.happening.search(event)):
        notes.warn("trigger_missing")
        return Clause(ClauseKind.BARE, None, count, unit)
    if vocabulary.found(Role.UNUSUAL, event):
        notes.warn("trigger_unusual", undecided=False)
    if event.startswith(vocabulary.words(Role.CIRCULAR)):
        notes.warn("circular", undecided=False)
    return Clause(ClauseKind.WITHIN, event, count, unit, "within", applies_to=about)


def _unit(found: re.Match[str], before: str, after: str, vocabulary: Vocabulary, notes: _Notes) -> Unit | None:
    """The unit written, days of the penalty and licensing laws as working days; a missing one only where the budget law gives it."""
    if found["unit"] is None:
        is_budget = "人民代表大会" in before or "批复" in before
        notes.warn("unit_missing", undecided=not is_budget)
        return Unit.DAY if is_budget else None
    unit = Unit(vocabulary.values[found["unit"]])
    by_law = vocabulary.found(Role.WORKDAYS_BY_LAW, before + after)
    return Unit.WORKDAY if unit is Unit.DAY and by_law else unit


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


def _read_words(segment: str, counts: Sequence[re.Match[str]], vocabulary: Vocabulary, notes: _Notes) -> None:
    """Clauses without a count, or with one that lies within a period."""
    period = vocabulary.found(Role.PERIOD, segment)
    if period:
        notes.clauses.append(_periodic(segment, period, counts, vocabulary))
        return
    for role, kind in (
        (Role.REALTIME, ClauseKind.REALTIME),
        (Role.PERMANENT, ClauseKind.PERMANENT),
        (Role.PROMPT, ClauseKind.PROMPT),
    ):
        word = vocabulary.found(role, segment)
        if word:
            notes.clauses.append(
                Clause(kind, _event(re.sub(r"后$|时$|保持$", "", segment[: segment.index(word)]), vocabulary))
            )
            return
    concurrent = re.match(r"在(?P<event>.{2,})时$", segment)
    if concurrent:
        notes.clauses.append(Clause(ClauseKind.REALTIME, concurrent["event"]))
    elif vocabulary.found(Role.NO_PERIOD, segment):
        notes.clauses.append(Clause(ClauseKind.PERIODIC))
        notes.warn("period_unknown")
    elif counts or vocabulary.found(Role.TIME, segment):
        notes.warn("not_understood")


def _periodic(segment: str, period: str, counts: Sequence[re.Match[str]], vocabulary: Vocabulary) -> Clause:
    """按季度, or 每月10日前 with the day of the month."""
    about = segment[: segment.index(period)]
    clause = Clause(ClauseKind.PERIODIC, period=vocabulary.values[period], applies_to=about if "、" in about else None)
    day = next((found for found in counts if (found["after"] or "") in vocabulary.words(Role.BEFORE)), None)
    return replace(clause, count=int(day["number"]), unit=Unit.DAY, direction="before") if day else clause


def _warn_of_contradiction(notes: _Notes) -> None:
    """Two upper limits for the same event and the same things cannot both hold."""
    limits: dict[tuple[str | None, str | None], set[tuple[int | None, Unit | None]]] = {}
    for clause in notes.clauses:
        if clause.kind is ClauseKind.WITHIN:
            limits.setdefault((clause.trigger, clause.applies_to), set()).add((clause.count, clause.unit))
    if any(len(counts) > 1 for counts in limits.values()):
        notes.warn("contradictory")
