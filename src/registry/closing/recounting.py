"""复算: a closed period against what the database knows now. What differs is told and changes nothing."""

from dataclasses import dataclass

from sqlmodel import Session

from registry.closing.freezing import Freezer, live_occasions
from registry.closing.proving import Recount, count_again
from registry.closing.queries import occasions_of
from registry.closing.rules import Change, changes
from registry.closing.tables import FrozenPeriod


@dataclass(frozen=True)
class Comparison:
    """`recount` is from the frozen facts; `since` is what the facts of the same day are otherwise now, by the same thresholds.

    `rulebook_now` and `calendars_now` are the versions in use, where they are others.
    """

    recount: Recount
    since: list[Change]
    rulebook_now: str
    calendars_now: dict[str, str]


def compare_with_now(session: Session, frozen: FrozenPeriod, freezer: Freezer) -> Comparison:
    """Raises NotFound when the frozen file is missing or altered."""
    packed = freezer.objects.get(frozen.object_digest)
    recount = count_again(packed)
    since = changes(occasions_of(packed), live_occasions(session, recount.basis.dates))
    then = recount.basis.calendars
    return Comparison(
        recount=recount,
        since=since,
        rulebook_now="" if freezer.rulebook.version == recount.basis.rulebook else freezer.rulebook.version,
        calendars_now={
            name: one.version for name, one in sorted(freezer.calendars.items()) if then.get(name) != one.version
        },
    )
