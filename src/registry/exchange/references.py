"""What must agree between the data files: every code named somewhere stands where it belongs, and nothing stands twice.

The files are read loosely here, value by value, so that a fault in one entry hides none in the others. A file that cannot be read at all
is left out, and nothing is said against it by others.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from registry.datafiles import Document, Fault
from registry.duties.files import FILE as ASSIGNMENTS
from registry.items.files import AREAS_FILE as AREAS
from registry.items.files import catalog_file
from registry.rulebook.book import (
    ANNUAL,
    CALENDARS,
    COLUMNS,
    DISCLOSURE,
    MANAGEMENT,
    REQUIRED,
    cited,
    repeated,
    shape_of,
)
from registry.units.files import FILE as UNITS

Documents = Mapping[str, Document]
NAMED_FILES = (AREAS, UNITS, ASSIGNMENTS)


def file_faults(names: frozenset[str], documents: Documents) -> Iterator[Fault]:
    """Files that are missing, and files nobody would read."""
    areas = _codes(documents, AREAS, "areas", "*", "code")
    catalogs = {catalog_file(area) for area in areas or ()}
    for name in sorted({*NAMED_FILES, *REQUIRED, *catalogs} - names):
        yield Fault(name, 1, "", "missing_file")
    for name in sorted(names - {*NAMED_FILES, *REQUIRED, *catalogs}):
        if not _has_a_place(name, areas):
            yield Fault(name, 1, "", "unexpected_file", PurePosixPath(name).name)


def _has_a_place(name: str, areas: frozenset[str] | None) -> bool:
    path = PurePosixPath(name)
    if path.parent.as_posix() == "catalog":
        return areas is None and path.suffix == ".yaml"
    if f"{path.parent.as_posix()}/" == DISCLOSURE:
        return path.suffix == ".yaml" and (areas is None or path.stem in areas)
    return shape_of(name) is not None


def catalogs_in(documents: Documents) -> list[Document]:
    """The catalogs of the areas, in the order of their names."""
    return [one for name, one in documents.items() if name.startswith("catalog/") and name not in NAMED_FILES]


def reference_faults(documents: Documents) -> Iterator[Fault]:
    for check in CHECKS:
        yield from check(documents)


def _codes(documents: Documents, file: str, *pattern: str) -> frozenset[str] | None:
    """All texts at a place of a file; None when the file cannot be read."""
    if file not in documents:
        return None
    return frozenset(value for _, value in documents[file].every(*pattern) if isinstance(value, str))


def _unknown(
    document: Document, known: frozenset[str] | None, code: str, *pattern: str, tell: bool = True
) -> Iterator[Fault]:
    for path, value in document.every(*pattern):
        if known is not None and isinstance(value, str) and value not in known:
            yield document.fault(path, code, value, sorted(known) if tell else "")


def _repeated(documents: Documents) -> Iterator[Fault]:
    for file, pattern in (
        (AREAS, ("areas", "*", "code")),
        (AREAS, ("areas", "*", "prefix")),
        (AREAS, ("areas", "*", "name")),
        (UNITS, ("units", "*", "code")),
    ):
        if file in documents:
            yield from repeated(documents[file], pattern)
    for catalog in catalogs_in(documents):
        yield from repeated(catalog, ("sources", "*", "ref"))
    yield from _repeated_across(documents, "items", "*", "code")
    yield from _repeated_across(documents, "standard", "code")


def _repeated_across(documents: Documents, *pattern: str) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for catalog in catalogs_in(documents):
        for path, code in catalog.every(*pattern):
            if str(code) in seen:
                yield catalog.fault(path, "duplicate", code, seen[str(code)])
            seen.setdefault(str(code), f"{catalog.name}:{catalog.line_of(path)}")


def _units(documents: Documents) -> Iterator[Fault]:
    known = _codes(documents, UNITS, "units", "*", "code")
    if ASSIGNMENTS in documents:
        for pattern in (("roles", "*", "units", "*", "unit"), ("roles", "*", "except", "*")):
            yield from _unknown(documents[ASSIGNMENTS], known, "unknown_unit", *pattern, tell=False)
    for catalog in catalogs_in(documents):
        yield from _unknown(catalog, known, "unknown_unit", "standard", "issuer", tell=False)


def _calendars(documents: Documents) -> Iterator[Fault]:
    """A unit's calendar is a file of `standards/calendar/`."""
    names = [PurePosixPath(name) for name in documents]
    known = frozenset(name.stem for name in names if f"{name.parent.as_posix()}/" == CALENDARS)
    if UNITS in documents:
        yield from _unknown(documents[UNITS], known, "not_accepted", "units", "*", "calendar")


def _columns(documents: Documents) -> Iterator[Fault]:
    for field in ("level", "method", "channel"):
        known = _codes(documents, COLUMNS, f"{field}s", "*", "code")
        for catalog in catalogs_in(documents):
            yield from _unknown(catalog, known, f"unknown_{field}", "items", "*", f"{field}s", "*")
    if ASSIGNMENTS in documents:
        levels = _codes(documents, COLUMNS, "levels", "*", "code")
        yield from _unknown(documents[ASSIGNMENTS], levels, "unknown_level", "roles", "*", "level")


def _sources(documents: Documents) -> Iterator[Fault]:
    for catalog in catalogs_in(documents):
        known = _codes(documents, catalog.name, "sources", "*", "ref")
        yield from _unknown(catalog, known, "unknown_source", "items", "*", "sources", "*")


def _citations(documents: Documents) -> Iterator[Fault]:
    yield from cited(documents, "catalog/", ("items", "*", "legal_bases", "*"))


def _areas(documents: Documents) -> Iterator[Fault]:
    """A catalog belongs to the area it is named after, and its items carry that area's prefix."""
    known = _codes(documents, AREAS, "areas", "*", "code")
    prefixes = dict(_prefixes(documents))
    for catalog in catalogs_in(documents):
        area = PurePosixPath(catalog.name).stem
        yield from _unknown(catalog, known, "unknown_area", "standard", "area")
        for path, value in catalog.every("standard", "area"):
            if value != area and (known is None or value in known):
                yield catalog.fault(path, "wrong_name", value, area)
        for path, code in catalog.every("items", "*", "code"):
            if area in prefixes and not str(code).startswith(f"{prefixes[area]}-"):
                yield catalog.fault(path, "wrong_prefix", code, f"{prefixes[area]}-…")


def _prefixes(documents: Documents) -> Iterator[tuple[str, str]]:
    for _, entry in documents[AREAS].every("areas", "*") if AREAS in documents else ():
        if isinstance(entry, dict) and isinstance(entry.get("prefix"), str):
            yield str(entry.get("code")), entry["prefix"]


def _roles(documents: Documents) -> Iterator[Fault]:
    """Every role of an item has, at each level of the item, an entry in the assignments, be it an empty one."""
    if ASSIGNMENTS not in documents:
        return
    known = {_role_and_level(entry) for _, entry in documents[ASSIGNMENTS].every("roles", "*")}
    for catalog in catalogs_in(documents):
        for path, role in catalog.every("items", "*", "roles", "*"):
            item = catalog.value["items"][path[1]]
            levels = item.get("levels")
            missing = [level for level in levels if (role, level) not in known] if isinstance(levels, list) else []
            if missing:
                yield catalog.fault(path, "unassigned_role", role, [str(level) for level in missing])


def _role_and_level(entry: object) -> tuple[object, object]:
    if not isinstance(entry, dict):
        return None, None
    return str(entry.get("role")), str(entry.get("level"))


def _procedures(documents: Documents) -> Iterator[Fault]:
    """No procedure names a stranger. An item may have none yet, as one that an import has just made."""
    for name, document in documents.items():
        catalog = documents.get(catalog_file(PurePosixPath(name).stem))
        if not name.startswith(DISCLOSURE) or catalog is None:
            continue
        items = _codes(documents, catalog.name, "items", "*", "code")
        yield from _unknown(document, items, "unknown_item", "procedures", "*", "items", "*", tell=False)


def _compilers(documents: Documents) -> Iterator[Fault]:
    """The unit that compiles the annual report is one of the register."""
    known = _codes(documents, UNITS, "units", "*", "code")
    for name, document in documents.items():
        if name.startswith(ANNUAL):
            yield from _unknown(document, known, "unknown_unit", "compiler", tell=False)


def _requirements(documents: Documents) -> Iterator[Fault]:
    """The items a requirement is computed for stand in a catalog."""
    catalogs = catalogs_in(documents)
    known = frozenset(str(code) for one in catalogs for _, code in one.every("items", "*", "code"))
    for name, document in documents.items():
        if name.startswith(MANAGEMENT) and catalogs:
            yield from _unknown(document, known, "unknown_item", "requirements", "*", "items", "*", tell=False)


CHECKS: tuple[Callable[[Documents], Iterator[Fault]], ...] = (
    _repeated,
    _units,
    _calendars,
    _columns,
    _sources,
    _citations,
    _areas,
    _roles,
    _procedures,
    _compilers,
    _requirements,
)
