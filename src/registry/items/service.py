"""Changes of single items, as an import makes them; the catalog files go through `loader.py`."""

from collections.abc import Sequence

from sqlmodel import col, func, select

from registry.accounts.permissions import Permission, require
from registry.database import Work
from registry.deadlines.vocabulary import Vocabulary
from registry.items.files import ItemEntry
from registry.items.loader import apply_item, parts_of
from registry.items.tables import Item
from registry.units.loader import LoadCounts


def put_items(work: Work, standard_code: str, entries: Sequence[ItemEntry], vocabulary: Vocabulary) -> LoadCounts:
    """Make these items of a standard what the entries say; new ones stand behind all others. Every other item stays as it is.

    Each item changed has its entry in the log. Raises Forbidden unless the actor may load data.
    """
    require(work.actor, Permission.LOAD_DATA)
    rows = {row.code: row for row in work.session.exec(select(Item).where(Item.standard_code == standard_code))}
    parts = parts_of(work.session, standard_code)
    last = work.session.exec(select(func.max(col(Item.position))).where(Item.standard_code == standard_code)).one()
    position = int(last or 0)
    counts = LoadCounts()
    for entry in entries:
        row = rows.get(entry.code)
        position += row is None
        apply_item(
            work, standard_code, entry, row, parts, vocabulary, counts, position=row.position if row else position
        )
    work.session.flush()
    return counts
