"""The vocabulary of a process, kept current: built from rulebook and database, then taught what has changed since."""

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.database import IndexRequest
from registry.items.tables import Area, Element, Item
from registry.publications.tables import Publication, Revision
from registry.rulebook.book import Rulebook
from registry.search.documents import ITEM, PUBLICATION, batches
from registry.search.meaning.suggestions import Offer, offer
from registry.search.meaning.text import COUNTRY
from registry.search.meaning.vocabulary import Vocabulary
from registry.units.tables import Unit, UnitAlias, UnitName

TITLES_AT_FIRST = 10_000


class KeptVocabulary:
    """One vocabulary for all threads. What became public is learned with the first query after it; what is no longer
    public is not forgotten before the rules change, and leads nowhere until then.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._vocabulary = Vocabulary()
        self._version = ""
        self._seen = 0

    def current(self, session: Session, rulebook: Rulebook, today: date) -> Vocabulary:
        """The vocabulary with everything public today; while another thread renews it, the one there was."""
        newest = session.execute(sa.select(sa.func.max(IndexRequest.sequence))).scalar_one() or 0
        if (self._version, self._seen) != (rulebook.version, newest) and self._lock.acquire(blocking=not self._version):
            try:
                self._renew(session, rulebook, today, newest)
            finally:
                self._lock.release()
        return self._vocabulary

    def _renew(self, session: Session, rulebook: Rulebook, today: date, newest: int) -> None:
        if self._version != rulebook.version or newest < self._seen:
            self._vocabulary = built(session, rulebook, today)
        elif newest > self._seen:
            self._learn_changes(session, today)
            self._vocabulary.offers = tuple(offers(session, rulebook))
        self._version, self._seen = rulebook.version, newest

    def _learn_changes(self, session: Session, today: date) -> None:
        changed = select(IndexRequest.kind, IndexRequest.subject_id).where(col(IndexRequest.sequence) > self._seen)
        ids: dict[str, set[str]] = {}
        for kind, subject_id in session.exec(changed.distinct()):
            ids.setdefault(kind, set()).add(subject_id)
        for batch in batches(sorted(map(UUID, ids.get(ITEM, ())))):
            self._vocabulary.learn_texts(item_texts(session, batch))
        for batch in batches(sorted(map(UUID, ids.get(PUBLICATION, ())))):
            self._vocabulary.learn_texts(public_titles(session, today, batch))
        if "unit" in ids:
            learn_units(self._vocabulary, session)


def built(session: Session, rulebook: Rulebook, today: date) -> Vocabulary:
    """A vocabulary from the start: rules first, then names, then texts."""
    vocabulary = Vocabulary()
    learn_rules(vocabulary, rulebook)
    learn_units(vocabulary, session)
    for area in session.exec(select(Area)):
        vocabulary.learn_area(area.code, filter(None, (area.name, area.later_name)))
    vocabulary.learn_texts(item_texts(session))
    vocabulary.learn_texts(public_titles(session, today))
    vocabulary.offers = tuple(offers(session, rulebook))
    return vocabulary


def offers(session: Session, rulebook: Rulebook) -> Iterator[Offer]:
    """Common queries, areas, units by all their names, items with the level above their title."""
    for query in rulebook.query_words.common:
        yield offer(query, "common")
    for area in session.exec(select(Area).order_by(col(Area.position))):
        yield offer(area.name, "area", filter(None, (area.later_name,)))
    aliases = _aliases(session)
    for code, names in _unit_names(session).items():
        yield offer(names[0], "unit", (*names[1:], *aliases.get(code, ())), rank=2)
    for item in session.exec(select(Item).order_by(col(Item.code))):
        yield offer(" ".join(item.titles[-2:]) if len(item.titles) > 2 else item.title, "item", (item.title,), rank=1)


def learn_rules(vocabulary: Vocabulary, rulebook: Rulebook) -> None:
    """Synonyms, words, ways of asking, and the names of laws, with or without the country's."""
    for group in rulebook.synonyms:
        vocabulary.learn_group(group)
    vocabulary.learn_query_words(rulebook.query_words)
    vocabulary.learn_words(rulebook.words)
    for regulation in rulebook.regulations.values():
        names = (regulation.title, regulation.short, regulation.title.removeprefix(COUNTRY))
        vocabulary.learn_names([one for one in dict.fromkeys(names) if one])


def learn_units(vocabulary: Vocabulary, session: Session) -> None:
    """Every unit under all its names and aliases."""
    aliases = _aliases(session)
    for code, names in _unit_names(session).items():
        vocabulary.learn_unit(code, names, aliases.get(code, ()))


def _unit_names(session: Session) -> Mapping[str, Sequence[str]]:
    """Unit code → its name now, then those it has had."""
    names = {code: [name] for code, name in session.exec(select(Unit.code, Unit.name).order_by(col(Unit.position)))}
    for code, name in session.exec(select(UnitName.unit_code, UnitName.name)):
        names[code] = [*names[code], *([name] if name not in names[code] else [])]
    return names


def _aliases(session: Session) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for code, alias in session.exec(select(UnitAlias.unit_code, UnitAlias.alias)):
        found.setdefault(code, []).append(alias)
    return found


def item_texts(session: Session, ids: Collection[UUID] | None = None) -> Iterable[str]:
    """Titles, paths and elements of items."""
    items = select(Item)
    elements = select(Element.text)
    if ids is not None:
        items, elements = items.where(col(Item.id).in_(ids)), elements.where(col(Element.item_id).in_(ids))
    for item in session.exec(items):
        yield from (item.title, item.path)
    yield from session.exec(elements)


def public_titles(session: Session, today: date, ids: Collection[UUID] | None = None) -> Iterable[str]:
    """Titles of what the public can see; of all publications, the newest."""
    statement = (
        select(Revision.title)
        .join(Publication, col(Publication.public_revision_id) == col(Revision.id))
        .where(col(Publication.published_on) <= today, col(Publication.withdrawn_on).is_(None))
        .order_by(col(Publication.published_on).desc(), col(Publication.id))
    )
    statement = statement.limit(TITLES_AT_FIRST) if ids is None else statement.where(col(Publication.id).in_(ids))
    return session.exec(statement).all()
