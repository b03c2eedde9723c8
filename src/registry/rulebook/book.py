"""The rulebook: everything in `standards/`, read, checked and frozen."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from registry.datafiles import Document, Fault, Path, Shape, check, read_document
from registry.deadlines.workdays import Workdays
from registry.rulebook.annual import ReportFormat, ReportFormatShape, format_faults, format_for
from registry.rulebook.assessment import AssessmentRules, AssessmentRulesShape
from registry.rulebook.calendars import Calendar, CalendarShape, day_faults, workdays_of
from registry.rulebook.columns import Coded, Columns, ColumnsShape, by_code
from registry.rulebook.deadlines import DeadlineWords, DeadlineWordsShape
from registry.rulebook.disclosure import DisclosureStandard, DisclosureStandardShape
from registry.rulebook.management import CODES, ManagementStandard, ManagementStandardShape
from registry.rulebook.proofreading import Proofreading, ProofreadingShape
from registry.rulebook.regulations import Article, Citations, Regulation, RegulationsShape
from registry.rulebook.searching import QueryWords, QueryWordsShape, SynonymGroup, SynonymsShape, read_words

ROOT = "standards/"
COLUMNS = "standards/columns.yaml"
REGULATIONS = "standards/regulations.yaml"
DEADLINES = "standards/deadlines.yaml"
ASSESSMENT = "standards/assessment.yaml"
PROOFREADING = "standards/proofreading.yaml"
NATIONAL = "standards/calendar/national.yaml"
SYNONYMS = "standards/search/synonyms.yaml"
QUERY_WORDS = "standards/search/queries.yaml"
WORDS = "standards/search/words.txt"
CALENDARS = "standards/calendar/"
DISCLOSURE = "standards/disclosure/"
MANAGEMENT = "standards/management/"
ANNUAL = "standards/annual-report/"
MANAGEMENT_FILES = tuple(f"{MANAGEMENT}{code.lower()}.yaml" for code in CODES)
REQUIRED = (
    COLUMNS,
    REGULATIONS,
    DEADLINES,
    ASSESSMENT,
    PROOFREADING,
    NATIONAL,
    SYNONYMS,
    QUERY_WORDS,
    WORDS,
    *MANAGEMENT_FILES,
)

SHAPES: Mapping[str, type[Shape]] = {
    COLUMNS: ColumnsShape,
    REGULATIONS: RegulationsShape,
    DEADLINES: DeadlineWordsShape,
    ASSESSMENT: AssessmentRulesShape,
    PROOFREADING: ProofreadingShape,
    SYNONYMS: SynonymsShape,
    QUERY_WORDS: QueryWordsShape,
    CALENDARS: CalendarShape,
    DISCLOSURE: DisclosureStandardShape,
    MANAGEMENT: ManagementStandardShape,
    ANNUAL: ReportFormatShape,
}

FIRST_DAY, LAST_DAY = date(2004, 1, 1), date(2045, 12, 31)


@dataclass(frozen=True)
class Rulebook:
    """`version` is the SHA-256 over all files; two rulebooks of one version are the same."""

    version: str
    columns: Columns
    regulations: Mapping[str, Regulation]
    deadlines: DeadlineWords
    assessment: AssessmentRules
    disclosure: Mapping[str, DisclosureStandard]
    management: Mapping[str, ManagementStandard]
    calendars: Mapping[str, Calendar]
    proofreading: Proofreading
    synonyms: tuple[SynonymGroup, ...]
    query_words: QueryWords
    words: tuple[str, ...]
    annual: Mapping[str, ReportFormat]

    @cached_property
    def channels(self) -> Mapping[str, Coded]:
        return by_code(self.columns.channels)

    @cached_property
    def levels(self) -> Mapping[str, Coded]:
        return by_code(self.columns.levels)

    @cached_property
    def methods(self) -> Mapping[str, Coded]:
        return by_code(self.columns.methods)

    @cached_property
    def evidence(self) -> Mapping[str, Coded]:
        return by_code(self.columns.evidence)

    @cached_property
    def unit_kinds(self) -> Mapping[str, Coded]:
        return by_code(self.columns.unit_kinds)

    @cached_property
    def review_checks(self) -> Mapping[str, str]:
        """The points of the secrecy and content check, code → text."""
        return {check.code: check.text for check in self.management["M3"].review_checks}

    def annual_format(self, year: int) -> ReportFormat | None:
        """What the annual report of a year must look like; None for a year nobody reports on."""
        return format_for(self.annual.values(), year)

    def find_article(self, regulation: str, number: str, edition: str | None = None) -> Article | None:
        found = self.regulations.get(regulation)
        return found.find_article(number, edition) if found else None

    def workdays(self, calendar: str, *, known_on: date | None = None) -> Workdays:
        """The working days of a calendar and its base, by all notices or by those out on a day; KeyError for a calendar nobody wrote."""
        return workdays_of(self.calendars, calendar, FIRST_DAY, LAST_DAY, known_on=known_on)


def read_rulebook(files: Mapping[str, str]) -> tuple[Rulebook | None, list[Fault]]:
    """The rulebook from file name → text, or None with every fault found; names not under `standards/` are passed over."""
    texts = {name: text for name, text in files.items() if name.startswith(ROOT) and name.endswith(".yaml")}
    documents, faults = read_documents(texts)
    rulebook, found = check_rulebook(files, documents, readable=not faults)
    return rulebook, sorted({*faults, *found})


def check_rulebook(
    files: Mapping[str, str], documents: Mapping[str, Document], *, readable: bool
) -> tuple[Rulebook | None, list[Fault]]:
    """`read_rulebook` for files that are read already; `readable` says that none of them failed."""
    texts = {name: text for name, text in files.items() if name.startswith(ROOT)}
    faults = [Fault(name, 1, "", "missing_file") for name in REQUIRED if name not in texts]
    words, word_faults = read_words(WORDS, texts[WORDS]) if WORDS in texts else ((), [])
    loaded: dict[str, Any] = {}
    own = {name: document for name, document in documents.items() if name.startswith(ROOT)}
    for name, document in own.items():
        shape = shape_of(name)
        if shape is not None:
            loaded[name], found = check(document, shape)
            faults += found
    faults += word_faults + list(rule_faults(own))
    if faults or not readable:
        return None, faults
    return _bound(texts, loaded, words), []


def read_documents(texts: Mapping[str, str]) -> tuple[dict[str, Document], list[Fault]]:
    documents: dict[str, Document] = {}
    faults: list[Fault] = []
    for name, text in sorted(texts.items()):
        document, found = read_document(name, text)
        faults += found
        if document is not None:
            documents[name] = document
    return documents, faults


def shape_of(name: str) -> type[Shape] | None:
    """The shape a file of `standards/` must have; None for a file that has no place there."""
    if name in SHAPES:
        return SHAPES[name]
    folder, _, file = name.rpartition("/")
    is_known = folder + "/" in SHAPES and file.endswith(".yaml")
    if folder + "/" == MANAGEMENT and name not in MANAGEMENT_FILES:
        return None
    return SHAPES[folder + "/"] if is_known else None


def version_of(texts: Mapping[str, str]) -> str:
    """SHA-256 over names and contents, sorted by name."""
    digest = hashlib.sha256()
    for name, text in sorted(texts.items()):
        for part in (name.encode(), text.encode("utf-8", errors="surrogateescape")):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _bound(texts: Mapping[str, str], loaded: Mapping[str, Any], words: tuple[str, ...]) -> Rulebook:
    def under(folder: str) -> list[Any]:
        return [one for name, one in loaded.items() if name.startswith(folder)]

    return Rulebook(
        version=version_of(texts),
        columns=loaded[COLUMNS],
        regulations={regulation.code: regulation for regulation in loaded[REGULATIONS].regulations},
        deadlines=loaded[DEADLINES],
        assessment=loaded[ASSESSMENT],
        disclosure={standard.area: standard for standard in under(DISCLOSURE)},
        management={standard.code: standard for standard in under(MANAGEMENT)},
        calendars={calendar.name: calendar for calendar in under(CALENDARS)},
        proofreading=loaded[PROOFREADING],
        synonyms=loaded[SYNONYMS].groups,
        query_words=loaded[QUERY_WORDS],
        words=words,
        annual={one.code: one for one in under(ANNUAL)},
    )


# What must be told apart within one file; the number says how far into the path a value must be alone (0: in the whole file).
UNIQUE: tuple[tuple[str, tuple[str, ...], int], ...] = (
    (COLUMNS, ("fields", "*", "code"), 0),
    (COLUMNS, ("channels", "*", "code"), 0),
    (COLUMNS, ("channels", "*", "name"), 0),
    (COLUMNS, ("channels", "*", "synonyms", "*"), 0),
    (COLUMNS, ("levels", "*", "code"), 0),
    (COLUMNS, ("methods", "*", "code"), 0),
    (COLUMNS, ("processes", "*", "code"), 0),
    (COLUMNS, ("evidence", "*", "code"), 0),
    (COLUMNS, ("unit_kinds", "*", "code"), 0),
    (REGULATIONS, ("regulations", "*", "code"), 0),
    (REGULATIONS, ("regulations", "*", "title"), 0),
    (REGULATIONS, ("regulations", "*", "editions", "*", "key"), 2),
    (REGULATIONS, ("regulations", "*", "editions", "*", "articles", "*", "number"), 4),
    (DEADLINES, ("counting", "*", "code"), 0),
    (DEADLINES, ("kinds", "*", "code"), 0),
    (DEADLINES, ("units", "*", "code"), 0),
    (DEADLINES, ("periods", "*", "code"), 0),
    (ASSESSMENT, ("editions", "*", "from"), 0),
    (ASSESSMENT, ("editions", "*", "rhythms", "*", "of"), 2),
    (ASSESSMENT, ("editions", "*", "vetoes", "*", "code"), 2),
    (ASSESSMENT, ("editions", "*", "doubts", "*", "code"), 2),
    (ASSESSMENT, ("editions", "*", "groups", "*", "code"), 2),
    (ASSESSMENT, ("editions", "*", "points", "*", "code"), 2),
    (SYNONYMS, ("groups", "*", "terms", "*"), 0),
    (CALENDARS, ("years", "*", "year"), 0),
    (MANAGEMENT, ("requirements", "*", "code"), 0),
    (DISCLOSURE, ("steps", "*", "code"), 0),
    (DISCLOSURE, ("procedures", "*", "code"), 0),
    (DISCLOSURE, ("procedures", "*", "items", "*"), 0),
    (ANNUAL, ("sections", "*", "code"), 0),
    (ANNUAL, ("sections", "*", "tables", "*"), 0),
    (ANNUAL, ("tables", "*", "code"), 0),
    (ANNUAL, ("tables", "*", "blocks", "*", "code"), 0),
    (ANNUAL, ("tables", "*", "blocks", "*", "rows", "*", "code"), 4),
    (ANNUAL, ("tables", "*", "blocks", "*", "columns", "*", "code"), 4),
    (ANNUAL, ("measures", "*", "name"), 0),
    (ANNUAL, ("deadlines", "*", "code"), 0),
    (ANNUAL, ("rules", "*", "code"), 0),
)

CITING: tuple[tuple[str, tuple[str, ...]], ...] = (
    (DEADLINES, ("fallbacks", "*")),
    (DEADLINES, ("counting", "*")),
    (MANAGEMENT, ("requirements", "*", "legal_bases", "*")),
    (DISCLOSURE, ("steps", "*", "legal_bases", "*")),
    (ANNUAL, ("source",)),
    (ANNUAL, ("deadlines", "*", "legal_bases", "*")),
)


def repeated(document: Document, pattern: tuple[str, ...], scope: int = 0) -> Iterator[Fault]:
    """Every value at `pattern` that has stood before under the same first `scope` parts of its path."""
    seen: set[tuple[Path, str]] = set()
    for path, value in document.every(*pattern):
        key = (path[:scope], str(value))
        if key in seen:
            yield document.fault(path, "duplicate", value)
        seen.add(key)


def cited(documents: Mapping[str, Document], where: str, pattern: tuple[str, ...]) -> Iterator[Fault]:
    """Citations of regulations, editions or articles that `regulations.yaml` does not list."""
    if REGULATIONS not in documents:
        return
    citations = Citations(documents[REGULATIONS])
    for name, document in documents.items():
        if name.startswith(where):
            for path, citation in document.every(*pattern):
                yield from citations.faults(document, path, citation)


def rule_faults(documents: Mapping[str, Document]) -> Iterator[Fault]:
    """What is wrong between the parts of one file and between the files of `standards/`."""
    for where, pattern, scope in UNIQUE:
        for name, document in documents.items():
            if name.startswith(where):
                yield from repeated(document, pattern, scope)
    for where, pattern in CITING:
        yield from cited(documents, where, pattern)
    for name, document in documents.items():
        yield from _misnamed(name, document)
        if name.startswith(CALENDARS):
            yield from day_faults(document)
            yield from _base_faults(documents, document)
        if name.startswith(MANAGEMENT):
            yield from _foreign_requirements(document)
    yield from _report_faults(documents)


def _report_faults(documents: Mapping[str, Document]) -> Iterator[Fault]:
    """Formats of the annual report; what they may name stands in the columns."""
    if COLUMNS in documents:
        listed = (
            [str(code) for _, code in documents[COLUMNS].every(field, "*", "code")]
            for field in ("unit_kinds", "channels")
        )
        yield from format_faults({name: one for name, one in documents.items() if name.startswith(ANNUAL)}, *listed)


NAMED_BY = {CALENDARS: "name", DISCLOSURE: "area", MANAGEMENT: "code", ANNUAL: "code"}


def _misnamed(name: str, document: Document) -> Iterator[Fault]:
    """A file must be called what it says it is."""
    folder, _, file = name.rpartition("/")
    field = NAMED_BY.get(folder + "/")
    stem = file.removesuffix(".yaml")
    for path, value in document.every(field) if field else ():
        if isinstance(value, str) and value.lower() != stem:
            yield document.fault(path, "wrong_name", value, stem)


def _base_faults(documents: Mapping[str, Document], document: Document) -> Iterator[Fault]:
    """A base must exist and stand on nothing itself, so that no calendar leads back to itself."""
    roots = {
        name.removeprefix(CALENDARS).removesuffix(".yaml")
        for name, one in documents.items()
        if name.startswith(CALENDARS) and not list(one.every("base"))
    }
    for path, base in document.every("base"):
        if base not in roots:
            yield document.fault(path, "unknown_calendar", base, sorted(roots))


def _foreign_requirements(document: Document) -> Iterator[Fault]:
    prefix = next((str(code) for _, code in document.every("code")), "")
    for path, code in document.every("requirements", "*", "code"):
        if prefix and not str(code).startswith(prefix + "-"):
            yield document.fault(path, "wrong_prefix", code, prefix)
