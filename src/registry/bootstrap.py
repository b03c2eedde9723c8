"""Builds the registry from its settings: the only place that chooses concrete classes."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from registry import jobs
from registry.accounts.kept_forms import drop_old_forms
from registry.accounts.tables import User
from registry.closing.freezing import Freezer
from registry.coverage.rules import StateDates, Thresholds, state_dates
from registry.database import CITY_TIME, SYSTEM, Database, Work
from registry.deadlines.workdays import Workdays
from registry.duties.recomputing import count_moves
from registry.duties.rules import Counting
from registry.duties.service import raise_occasions
from registry.duties.tables import Duty, Occasion
from registry.evidence.fetching import Fetcher
from registry.evidence.service import Fetch, Looker
from registry.exchange import folder
from registry.exchange.folder import LoadReport
from registry.migrations.running import migrate
from registry.objects import ObjectFolder
from registry.publications.tables import Publication
from registry.rectification.observing import Observer
from registry.reminders.mailing import deliver
from registry.reminders.service import make_digests
from registry.reminders.tables import Digest
from registry.rulebook.book import Rulebook
from registry.search.backend import SearchBackend
from registry.search.service import Finder
from registry.search.shown_documents import ShownDocuments
from registry.search.sync import IndexSync
from registry.search.upkeep import KeptVocabulary
from registry.search.whoosh_index.whoosh_backend import WhooshBackend
from registry.settings import Settings
from registry.succession.handing_on import hand_on
from registry.units.loader import name_units_of_today

# Before people come to work; what came back the evening before is told as well.
REMINDED_AT = time(7, 30)

log = logging.getLogger(__name__)


@dataclass
class Registry:
    """Everything the doors need, in one object handed to them."""

    settings: Settings
    database: Database
    rulebook: Rulebook
    backend: SearchBackend
    sync: IndexSync
    objects: ObjectFolder
    fetch: Fetch
    vocabulary: KeptVocabulary = field(default_factory=KeptVocabulary)
    shown: ShownDocuments = field(default_factory=ShownDocuments)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def calendar(self) -> Workdays:
        """The working days of this city."""
        return _workdays(self.rulebook, self.settings.calendar)

    @property
    def looker(self) -> Looker:
        """What looking at published addresses needs."""
        return Looker(self.fetch, self.objects)

    @property
    def counting(self) -> Counting:
        return _counting(self.rulebook, self.settings.calendar)

    @property
    def freezer(self) -> Freezer:
        """What closing a period needs."""
        return Freezer(self.objects, self.rulebook, self.counting.calendars, self.state_dates)

    @property
    def thresholds(self) -> Thresholds:
        states = self.rulebook.deadlines.states
        return Thresholds(states.due_soon_workdays, states.long_overdue_workdays)

    def state_dates(self, as_of: date | None = None) -> StateDates:
        """The comparisons for states on a day; today when none is given."""
        return state_dates(as_of or self.database.today(), self.calendar, self.thresholds)

    def finder(self, session: Session) -> Finder:
        """What searches with the words and rules of now."""
        words = self.vocabulary.current(session, self.rulebook, self.database.today())
        return Finder(self.backend, self.rulebook, words, self.shown)

    def observer(self, session: Session, as_of: date | None = None, *, unit_code: str | None = None) -> Observer:
        """What stands and what is mended on a day, today when none is given, by the rules of the day."""
        dates = self.state_dates(as_of)
        return Observer(session, dates, self.rulebook.assessment.on(dates.as_of), unit_code=unit_code)

    def start(self) -> None:
        """Begin the background work of a serving process: index, due jobs, and the words searches need."""
        self.sync.start()
        for name, work in (("jobs", self._run_jobs), ("words", self._learn_words)):
            thread = threading.Thread(target=work, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def _learn_words(self) -> None:
        """So that the first search need not wait for dictionaries."""
        with self.database.read() as session:
            self.finder(session)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=10)
        self.sync.stop()
        self.backend.close()
        self.database.dispose()

    def _run_jobs(self) -> None:
        while not self._stop.is_set():
            try:
                self.do_due_jobs()
            except Exception:
                log.exception("jobs interrupted")
            self._stop.wait(30)

    def do_due_jobs(self) -> int:
        """Everything that is due now, once; returns how many jobs were done. Today's daily job is asked for first."""
        today = self.database.today()
        with self.database.work(SYSTEM, audited=False) as work:
            jobs.ask_for(work, "daily", f"daily:{today}", work.now)
            jobs.ask_for(work, "reminders", f"reminders:{today}", datetime.combine(today, REMINDED_AT, CITY_TIME))
        tasks = {"daily": self.begin_day, "reminders": self._remind_today}
        number = 0
        while jobs.do_next(self.database, tasks, {"mail": self._mail}):
            number += 1
        return number

    def remind(self, day: date | None = None, *, keep: bool = True) -> list[tuple[Digest, User]]:
        """Make a day's digests (today's when none is given) and ask for their mails; returns those made now."""
        with self.database.work(SYSTEM, audited=False, keep=keep) as work:
            made = self._make_digests(work, day or work.today)
            work.session.flush()
            work.session.expunge_all()
            return made

    def _remind_today(self, work: Work) -> None:
        """Today's, also when the job runs days after it was asked for: what was true then has been overtaken."""
        self._make_digests(work, work.today)

    def _make_digests(self, work: Work, day: date) -> list[tuple[Digest, User]]:
        times = self.rulebook.deadlines.reminders
        made = make_digests(work, self.state_dates(day), self.counting, times, self.calendar)
        for digest, user in made:
            if self.settings.smtp_url is not None and user.email and user.mail_wanted:
                jobs.ask_for(work, "mail", f"mail:{digest.id}", work.now)
        return made

    def _mail(self, key: str) -> None:
        deliver(self.database, self.settings, UUID(key.removeprefix("mail:")))

    def begin_day(self, work: Work) -> None:
        """What a new day brings: new names of units, what ended duties hand on, occasions that arise, publications due."""
        name_units_of_today(work)
        hand_on(work, work.today)
        raise_occasions(work, self.counting)
        drop_old_forms(work)
        today, yesterday = work.today, work.today - timedelta(days=1)
        begun = select(Publication.id, Duty.item_id).where(
            Publication.duty_id == Duty.id, col(Publication.published_on).in_((today, yesterday))
        )
        for publication_id, item_id in work.session.exec(begun):
            work.touch("publication", publication_id)
            work.touch("item", item_id)
        arisen = (
            select(Duty.item_id)
            .where(Occasion.duty_id == Duty.id, col(Occasion.arises_on).in_((today, yesterday)))
            .distinct()
        )
        for item_id in work.session.exec(arisen):
            work.touch("item", item_id)
        work.audited = True


def open_registry(
    settings: Settings,
    *,
    clock: Callable[[], datetime] | None = None,
    backend: SearchBackend | None = None,
    fetch: Fetch | None = None,
) -> Registry:
    """The registry on its data folder; an empty one is prepared first: tables, data, occasions, index."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.database_address, clock=clock)
    migrate(database)
    with database.read() as session:
        rulebook = folder.current_rulebook(session)
    if rulebook is None:
        rulebook = load_data(database, settings.source, settings.calendar).rulebook
    backend = backend or open_engine(settings.index_folder, memory_mb=settings.search_memory_mb)
    sync = IndexSync(database, backend)
    objects, fetch = ObjectFolder(settings.object_folder), fetch or Fetcher(settings.public_url).fetch
    registry = Registry(settings, database, rulebook, backend, sync, objects, fetch)
    sync.dates, sync.rulebook = registry.state_dates, lambda: registry.rulebook
    database.after_commit = sync.wake if settings.index_in_background else sync.drain_quietly
    return registry


def open_engine(folder: Path, *, memory_mb: int = 64) -> SearchBackend:
    """The search engine on an index in `folder`, which need not be there yet."""
    return WhooshBackend(folder, memory_mb=memory_mb)


def load_data(database: Database, source: Path, calendar: str, *, keep: bool = True) -> LoadReport:
    """catalog/ and standards/ → database, with the duties and occasions that follow from them; with `keep=False` a dry run."""
    texts = folder.read_folder(source)
    with database.work(SYSTEM, keep=keep) as work:
        report = folder.load(work, texts)
        counting = _counting(report.rulebook, calendar)
        raise_occasions(work, counting)
        return replace(report, would_move=count_moves(work.session, counting))


def _counting(rulebook: Rulebook, calendar: str) -> Counting:
    calendars = {name: _workdays(rulebook, name) for name in rulebook.calendars}
    return Counting(calendars, calendar, rulebook.deadlines.rules)


_KNOWN_CALENDARS: dict[tuple[str, str], Workdays] = {}


def _workdays(rulebook: Rulebook, name: str) -> Workdays:
    """A calendar is built once for each version of the rules; building it walks through forty years."""
    key = (rulebook.version, name)
    if key not in _KNOWN_CALENDARS:
        _KNOWN_CALENDARS[key] = rulebook.workdays(name)
    return _KNOWN_CALENDARS[key]
