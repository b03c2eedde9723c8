"""Making a generation the current one: everything is on the disk and vouched for before it becomes visible."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from whoosh.codec.whoosh3 import W3Segment

from registry.search.whoosh_index.vouching import Checks, check_file, check_of, write_checks, write_durably
from registry.search.whoosh_index.whoosh_format import files_of, remove_unused, write_contents


def commit(build: Path, generation: int, segments: Sequence[W3Segment], held: Checks) -> None:
    """The table of contents is replaced in one step; files of former generations are removed afterwards. `held` has
    the new watermark and source, and vouches for the files there were before.
    """
    name, content = write_contents(segments, generation)
    files = {file: held.files.get(file) or check_file(build / file) for file in files_of(build, segments)}
    write_checks(build, generation, replace(held, files=files | {name: check_of(content)}))
    write_durably(build / name, content)
    remove_unused(build, generation, segments)
