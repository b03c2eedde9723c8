"""Proving that closed periods are what was signed: bytes, hash, rule, row, chain and log, each on its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from registry.audit.service import Action
from registry.audit.service import seal as seal_entry
from registry.audit.tables import AuditEntry
from registry.closing.freezing import hash_of, sums
from registry.closing.lines import Basis, basis_from, counts_record, item_from, occasion_from
from registry.closing.queries import frozen_chain, lines_of
from registry.closing.rules import GENESIS, seal
from registry.closing.tables import FrozenPeriod
from registry.coverage.rules import Counts, state
from registry.duties.tables import ClosedPeriod
from registry.errors import NotFound
from registry.objects import ObjectFolder


class Part(StrEnum):
    """What is proved: 文件在 · 摘要相符 · 按规则复算相符 · 登记的数字相符 · 前后相连 · 日志相符."""

    FILE = "file"
    CONTENT = "content"
    RULE = "rule"
    ROW = "row"
    CHAIN = "chain"
    LOG = "log"


@dataclass(frozen=True)
class Proof:
    """Which parts were looked at for one period, and which of them do not hold; a part nobody could look at does not hold."""

    code: str
    hash: str
    failed: frozenset[Part]

    @property
    def holds(self) -> bool:
        return not self.failed


def prove_all(session: Session, objects: ObjectFolder) -> list[Proof]:
    """One proof for each frozen period in the order of closing, and for each the log tells of and whose row is gone."""
    chain = frozen_chain(session)
    proofs = [prove(session, objects, one, chain) for one in chain]
    known = {one.code for one in chain}
    gone = [entry for entry in _entries(session) if "hash" in entry.changes and entry.subject_id not in known]
    return proofs + [Proof(entry.subject_id, entry.changes["hash"][1], frozenset(Part)) for entry in gone]


def prove(
    session: Session, objects: ObjectFolder, frozen: FrozenPeriod, chain: Sequence[FrozenPeriod] | None = None
) -> Proof:
    """Read the file again, count it again by the rule of states, and compare with row, chain and log."""
    chain = frozen_chain(session) if chain is None else chain
    failed: set[Part] = set()
    try:
        packed = objects.get(frozen.object_digest)
        if hash_of(packed) != (frozen.content_hash, frozen.size_bytes):
            failed.add(Part.CONTENT)
        failed |= set(_wrong_numbers(session, frozen, packed))
    except NotFound:
        failed |= {Part.FILE, Part.CONTENT, Part.RULE, Part.ROW}
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        failed |= {Part.CONTENT, Part.RULE, Part.ROW}
    if not _is_chained(frozen, chain):
        failed.add(Part.CHAIN)
    if not _is_logged(session, frozen):
        failed.add(Part.LOG)
    return Proof(frozen.code, frozen.hash, frozenset(failed))


def _wrong_numbers(session: Session, frozen: FrozenPeriod, packed: bytes) -> Iterator[Part]:
    counted = count_again(packed)
    if not counted.agrees:
        yield Part.RULE
    period = session.get(ClosedPeriod, frozen.code)
    said = (frozen.basis, frozen.board, frozen.flow, frozen.occasions)
    found = (counted.basis.as_record(), sums(counted.board), sums(counted.flow), counted.occasions)
    is_same_period = period is not None and (
        (counted.basis.code, counted.basis.first_on, counted.basis.last_on, frozen.closed_at)
        == (period.code, period.first_on, period.last_on, period.closed_at)
    )
    if said != found or not is_same_period:
        yield Part.ROW


@dataclass(frozen=True)
class Recount:
    """A frozen file counted again.

    `agrees`: every state is what `coverage.rules.state` says of its facts, and the counts of every item are those of its occasions.
    """

    basis: Basis
    board: Mapping[tuple[str, str], Counts]
    flow: Mapping[tuple[str, str], Counts]
    occasions: int
    otherwise: int
    agrees: bool


def count_again(packed: bytes) -> Recount:
    """From the frozen facts alone."""
    lines = lines_of(packed)
    basis = basis_from(next(lines))
    written: dict[tuple[str, str, str], tuple[dict[str, int], dict[str, int]]] = {}
    items: dict[tuple[str, str, str], tuple[Counts, Counts]] = {}
    board: dict[tuple[str, str], Counts] = {}
    flow: dict[tuple[str, str], Counts] = {}
    number = otherwise = 0
    for line in lines:
        if line["line"] == "item":
            one, _ = item_from(line)
            written[one.unit, one.standard, one.item] = counts_record(one.board), counts_record(one.flow)
            continue
        occasion = occasion_from(line)
        judged, key = state(occasion.facts, basis.dates), occasion.key
        number, otherwise = number + 1, otherwise + (judged is not occasion.state)
        of_item = items.setdefault((key.unit, key.standard, key.item), (Counts(), Counts()))
        places = [of_item[0], board.setdefault((key.unit, occasion.area), Counts())]
        if basis.has(occasion.limit):
            places += [of_item[1], flow.setdefault((key.unit, occasion.area), Counts())]
        for counts in places:
            counts.add(judged)
    counted = {place: (counts_record(one), counts_record(other)) for place, (one, other) in items.items()}
    return Recount(basis, board, flow, number, otherwise, agrees=otherwise == 0 and counted == written)


def _is_chained(frozen: FrozenPeriod, chain: Sequence[FrozenPeriod]) -> bool:
    before = next((one for one in chain if one.number == frozen.number - 1), None)
    expected = before.hash if before is not None else GENESIS
    if before is None and frozen.number != 1:
        return False
    sealed = seal(
        number=frozen.number,
        code=frozen.code,
        content_hash=frozen.content_hash,
        closed_at=frozen.closed_at,
        previous_hash=frozen.previous_hash,
    )
    return frozen.previous_hash == expected and frozen.hash == sealed


def _is_logged(session: Session, frozen: FrozenPeriod) -> bool:
    """Whether the sealed log says the same two hashes, in an entry that is itself unaltered."""
    entry = next((one for one in _entries(session) if one.subject_id == frozen.code), None)
    if entry is None or seal_entry(entry) != entry.hash:
        return False
    told = {name: after for name, (_, after) in entry.changes.items()}
    return (told.get("content_hash"), told.get("hash")) == (frozen.content_hash, frozen.hash)


def _entries(session: Session) -> Sequence[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.action == Action.PERIOD_CLOSE.value)
    return session.exec(query.order_by(col(AuditEntry.number))).all()
