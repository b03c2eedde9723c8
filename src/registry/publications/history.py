"""The versions of a publication as a reader may see them, each beside the one before."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from registry.publications.queries import list_revisions
from registry.publications.rules import Why
from registry.publications.steps import CONTENT
from registry.publications.tables import Publication, Revision


@dataclass(frozen=True)
class Version:
    """`before` is the version the same reader saw before it, None for the first.

    `is_open` when the reader may see what stood in it, `compares` when also what stood in the one before.
    """

    revision: Revision
    before: Revision | None
    is_open: bool
    compares: bool

    @property
    def changed(self) -> list[str]:
        """Names of the fields in which it differs from the one before."""
        if self.before is None:
            return []
        return [name for name in CONTENT if getattr(self.before, name) != getattr(self.revision, name)]


def versions_of(session: Session, publication: Publication, *, to_staff: bool) -> list[Version]:
    """Newest first: to staff of the unit all, to the public those that were public.

    What was taken back, or corrected because it told of persons, keeps its place in the public's list but not its content.
    """
    revisions = list_revisions(session, publication.id, public_only=not to_staff)
    first_open = 0 if to_staff else _first_open(revisions, is_withdrawn=publication.withdrawn_on is not None)
    versions = [
        Version(
            one,
            before,
            is_open=one.number >= first_open,
            compares=before is not None and before.number >= first_open,
        )
        for before, one in zip((None, *revisions), revisions, strict=False)
    ]
    return versions[::-1]


def _first_open(revisions: Sequence[Revision], *, is_withdrawn: bool) -> int:
    """The number from which on the public may see contents; one past the last when nothing is."""
    if is_withdrawn:
        return max((one.number for one in revisions), default=0) + 1
    return max((one.number for one in revisions if one.correction_why == Why.PERSONAL_DATA), default=0)
