"""Looking through everything a version would make public – its fields, the names of its files, every text inside them – for personal data.

What a file holds is looked for once for each version of the rules and kept under the file's digest (`FileScreening`): a check page or a
submission reads rows, not files. Only masks are kept and told.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files as package_files
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry import wording
from registry.errors import Issue
from registry.files import reading
from registry.files.kinds import FileKind
from registry.files.pieces import NotRead, Part, Piece, Place
from registry.objects import ObjectFolder
from registry.privacy.personal_data import Finding, find_in_number, find_in_text, without_personal_data
from registry.privacy.telling import found_issue
from registry.publications.tables import Attachment, FileScreening, Revision, RevisionAttachment

KEPT_OF_A_FILE = 200
TOLD_OF_A_FILE = 10
UNREAD = "not_read"

SCREENED_FIELDS = ("title", "doc_no", "summary", "correction_reason")
SCREENED_OF_CHANNELS = ("address", "place")


@dataclass(frozen=True)
class Found:
    """Personal data in one place: `field` as issues name it, `where` in words, `kind`, and what to write instead."""

    field: str
    where: str
    kind: str
    masked: str


@dataclass(frozen=True)
class Screening:
    """Everything found in a version. `counts` counts also what `found` leaves out of a file with very many."""

    found: Sequence[Found] = ()
    not_read: Sequence[str] = ()
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def is_clean(self) -> bool:
        return not self.counts

    @property
    def left_out(self) -> int:
        """How many were found beyond those in the lists."""
        return self.counts.total() - len(self.found) - len(self.not_read)

    def issues(self) -> list[Issue]:
        """One for each place, cut short in a file with very many; what submitting is refused with."""
        told: Counter[str] = Counter()
        issues: list[Issue] = []
        for one in self.found:
            told[one.field] += 1
            if told[one.field] <= TOLD_OF_A_FILE:
                issues.append(found_issue(one.field, one.where, one.kind, one.masked))
        issues += [Issue("files", "file_not_checked", {"where": where}) for where in self.not_read[:TOLD_OF_A_FILE]]
        rest = self.counts.total() - len(issues)
        if rest > 0:
            issues.append(Issue("files", "personal_data_more", {"count": rest}))
        return issues


def screen_revision(session: Session, objects: ObjectFolder, revision: Revision) -> Screening:
    """What this version would tell about people."""
    found, not_read, counts = _screen_fields(revision), list[str](), Counter[str]()
    counts.update(one.kind for one in found)
    for attachment in carried_files(session, revision):
        name = without_personal_data(attachment.file_name)
        in_name = [
            _told("files", file_words(name, Place(Part.NAME)), one) for one in find_in_text(attachment.file_name)
        ]
        screening = screening_of(session, objects, attachment.sha256, attachment.kind)
        inside = [Found("files", file_words(name, _place(one)), one["kind"], one["masked"]) for one in screening.found]
        unread = [
            wording.label("not_read", one["why"]).format(where=file_words(name, _place(one)))
            for one in screening.not_read
        ]
        found += in_name + inside
        not_read += unread
        counts.update(one.kind for one in in_name)
        counts.update(screening.counts)
    return Screening(found, not_read, counts)


def _screen_fields(revision: Revision) -> list[Found]:
    values = [(name, name, getattr(revision, name)) for name in SCREENED_FIELDS]
    values += [
        (f"channels.{index}.{name}", "channels", channel.get(name))
        for index, channel in enumerate(revision.channels)
        for name in SCREENED_OF_CHANNELS
    ]
    return [
        _told(place, wording.label("field", word), one)
        for place, word, value in values
        if value
        for one in find_in_text(value)
    ]


class Worded(Protocol):
    """What has the texts of a version."""

    @property
    def channels(self) -> Sequence[Mapping[str, Any]]: ...


def kinds_in_fields(version: Worded) -> Collection[str]:
    """The kinds of personal data in the fields of a version; what a version says never changes, so it is looked for once."""
    texts = [getattr(version, name) for name in SCREENED_FIELDS]
    texts += [channel.get(name) for channel in version.channels for name in SCREENED_OF_CHANNELS]
    return _kinds_in(tuple(text for text in texts if text))


@lru_cache(maxsize=50_000)
def _kinds_in(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(one.kind.value for text in texts for one in find_in_text(text))


def carried_files(session: Session, revision: Revision) -> Sequence[Attachment]:
    """The files of a version, in the order in which they were brought."""
    query = select(Attachment).where(
        Attachment.id == RevisionAttachment.attachment_id, RevisionAttachment.revision_id == revision.id
    )
    return session.exec(query.order_by(col(Attachment.id))).all()


def screening_of(session: Session, objects: ObjectFolder, sha256: str, kind: FileKind) -> FileScreening:
    """The kept result of today's rules. A file last looked through by older ones is read again; a session that writes keeps that."""
    kept = session.get(FileScreening, (sha256, rules_version()))
    if kept is None:
        kept = screen_file(sha256, kind, objects.get(sha256))
        session.add(kept)
    return kept


def kept_kinds(session: Session) -> Mapping[UUID, Collection[str]]:
    """By version, the kinds of personal data found in its files, and their names, when last looked through; no file is read again."""
    kept = (
        sa.select(
            col(RevisionAttachment.revision_id), col(Attachment.sha256), col(Attachment.file_name),
            col(FileScreening.rules), col(FileScreening.counts),
        )
        .join(Attachment, col(Attachment.id) == col(RevisionAttachment.attachment_id))
        .join(FileScreening, col(FileScreening.sha256) == col(Attachment.sha256))
    )  # fmt: skip
    screenings: dict[tuple[UUID, str], set[str]] = {}
    for revision_id, sha256, name, rules, counts in session.execute(kept):
        if rules == rules_version() or (revision_id, sha256) not in screenings:
            in_name = {one.kind.value for one in find_in_text(name)}
            screenings[(revision_id, sha256)] = in_name | (counts.keys() - {UNREAD})
    found: dict[UUID, set[str]] = {}
    for (revision_id, _), kinds in screenings.items():
        found.setdefault(revision_id, set()).update(kinds)
    return found


def screen_file(sha256: str, kind: FileKind, content: bytes) -> FileScreening:
    """Read a file and find. Raises Invalid when the file cannot be read at all."""
    found: dict[tuple[str, ...], None] = {}
    not_read: list[dict[str, str]] = []
    for piece in reading.read(kind, content):
        if isinstance(piece, NotRead):
            not_read.append({**_row(piece.place), "why": piece.why.value})
            continue
        for one in _find(piece):
            place = _row(_exact(piece, one))
            found[(one.kind.value, one.masked, place["part"], place["at"], place["within"])] = None
    counts = Counter(key[0] for key in found)
    if not_read:
        counts[UNREAD] = len(not_read)
    names = ("kind", "masked", "part", "at", "within")
    rows = [dict(zip(names, key, strict=True)) for key in list(found)[:KEPT_OF_A_FILE]]
    return FileScreening(
        sha256=sha256, rules=rules_version(), found=rows, counts=dict(counts), not_read=not_read[:KEPT_OF_A_FILE]
    )


@cache
def rules_version() -> str:
    """Changes whenever the code that reads files or finds in them does, so that nobody can forget to change it."""
    sources = [
        *package_files("registry.files").iterdir(),
        *package_files("registry.privacy").iterdir(),
    ]
    digest = hashlib.sha256()
    for source in sorted(sources, key=lambda one: one.name):
        if source.name.endswith(".py"):
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def file_words(name: str, place: Place) -> str:
    """附件“…”工作表“…”B3."""
    return wording.label("format", "in_file").format(name=name, place=place_words(place))


def place_words(place: Place) -> str:
    row, _, column = place.at.partition("-")
    text = wording.label("file_place", place.part.value)
    return text.format(at=place.at, within=place.within, row=row, column=column)


def _told(field_name: str, where: str, finding: Finding) -> Found:
    return Found(field_name, where, finding.kind.value, finding.masked)


def _find(piece: Piece) -> Iterable[Finding]:
    if piece.is_number:
        return find_in_number(piece.text, label=piece.label, is_amount=piece.is_amount)
    return find_in_text(piece.text, label=piece.label)


def _exact(piece: Piece, finding: Finding) -> Place:
    if piece.first_line is None:
        return piece.place
    line = piece.first_line + piece.text.count("\n", 0, finding.start)
    return Place(piece.place.part, str(line), piece.place.within)


def _row(place: Place) -> dict[str, str]:
    """A place as it is stored; a sheet may bear somebody's number as its name."""
    return {"part": place.part.value, "at": place.at, "within": without_personal_data(place.within)}


def _place(row: dict[str, Any]) -> Place:
    return Place(Part(row["part"]), row["at"], row["within"])
