"""A data file loaded again over rows that people have changed on pages since: what each side says anew is kept."""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

Entry = TypeVar("Entry")


def merged(
    before: Sequence[Entry] | None, file: Sequence[Entry], kept: Sequence[Entry], *, key: Callable[[Entry], Hashable]
) -> tuple[tuple[Entry, ...], list[int]]:
    """(the entries to go by, the indexes in `file` of those both sides changed differently).

    `before` is the file as it was loaded last, `kept` what the rows say now. An entry of the file that is as before gives way to its row;
    a row nobody changed gives way to the file. Rows that never were in a file stay, at the end; those the file dropped are dropped.
    Without `before` (nothing is known of the last load) the file wins.
    """
    if before is None:
        return tuple(file), []
    old, rows = {key(one): one for one in before}, {key(one): one for one in kept}
    entries: list[Entry] = []
    clashes: list[int] = []
    for index, entry in enumerate(file):
        was, row = old.get(key(entry)), rows.get(key(entry), entry)
        if entry not in (was, row) and row != was:
            clashes.append(index)
        entries.append(row if entry == was else entry)
    in_file = {key(one) for one in file}
    entries += [one for one in kept if key(one) not in in_file and key(one) not in old]
    return tuple(entries), clashes
