"""The data folders `catalog/` and `standards/` as a whole: read, check, load into the database, write back."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlmodel import Session, col, select

from registry.audit.service import Action, record
from registry.database import Work
from registry.datafiles import BadData, Document, Fault, decode, read_document
from registry.duties.files import FILE as ASSIGNMENTS
from registry.duties.files import AssignmentsFile, read_assignments
from registry.duties.loader import apply_assignments, assignments_file, export_assignments
from registry.duties.service import Counts as DutyCounts
from registry.duties.service import assign_duties
from registry.errors import NotFound
from registry.exchange.merging import merged
from registry.exchange.references import file_faults, reference_faults
from registry.exchange.tables import DataFile
from registry.items.files import AREAS_FILE, AreaEntry, AreaItems, catalog_file, read_areas, read_catalogs
from registry.items.loader import apply_areas, apply_catalog, export_areas
from registry.items.tables import Item
from registry.rulebook.book import ROOT, Rulebook, check_rulebook, read_documents, read_rulebook
from registry.units.files import FILE as UNITS
from registry.units.files import UnitEntry, read_units
from registry.units.loader import LoadCounts, apply_units, export_units, unit_entries

FOLDERS = ("catalog", "standards")


@dataclass(frozen=True)
class Checked:
    """Both folders, read and found to agree."""

    areas: tuple[AreaEntry, ...]
    units: tuple[UnitEntry, ...]
    assignments: AssignmentsFile
    catalogs: tuple[AreaItems, ...]
    rulebook: Rulebook


@dataclass(frozen=True)
class LoadReport:
    """What a load did: counts of rows per catalog file (per file for `standards/`), duties that follow, and the rulebook now in force.

    `would_move` counts due dates that are not what the new rules give until they are recomputed.
    """

    counts: Mapping[str, LoadCounts]
    duties: DutyCounts
    rulebook: Rulebook
    would_move: int = 0


def read_folder(path: Path) -> dict[str, str]:
    """File name (`catalog/units.yaml`) → text of everything in both folders; what does not belong there is for `check_folder` to say.

    Raises NotFound when `path` holds no such folders.
    """
    if not any((path / folder).is_dir() for folder in FOLDERS):
        raise NotFound("no_data_folders", path=str(path))
    files = [file for folder in FOLDERS for file in sorted((path / folder).rglob("*")) if file.is_file()]
    return {file.relative_to(path).as_posix(): decode(file.read_bytes()) for file in files}


def check_folder(texts: Mapping[str, str]) -> tuple[Checked | None, list[Fault]]:
    """Everything checked or None, with all faults of all files at once, in the order of file and line."""
    documents, faults = read_documents({name: text for name, text in texts.items() if name.endswith(".yaml")})
    rulebook, rule_faults = check_rulebook(texts, documents, readable=not faults)
    areas, area_faults = read_areas(documents)
    units, unit_faults = read_units(documents)
    assignments, assignment_faults = read_assignments(documents)
    listed = (
        [str(code) for _, code in documents[AREAS_FILE].every("areas", "*", "code")] if AREAS_FILE in documents else []
    )
    catalogs, catalog_faults = read_catalogs(documents, listed)
    faults += rule_faults + area_faults + unit_faults + assignment_faults + catalog_faults
    faults += file_faults(frozenset(texts), documents)
    faults += reference_faults(documents)
    if faults or rulebook is None or areas is None or units is None or assignments is None or catalogs is None:
        return None, sorted(set(faults))
    return Checked(areas, units, assignments, tuple(catalogs), rulebook), []


def load(work: Work, texts: Mapping[str, str]) -> LoadReport:
    """Make the database what the folders say. Raises BadData with every fault before anything is written; repeating it writes nothing."""
    checked, faults = check_folder(texts)
    if checked is None:
        raise BadData(faults)
    units, assignments = _with_changes_of_pages(work.session, texts, checked)
    counts = _keep_standards(work, texts)
    counts[UNITS] = apply_units(work, units)
    counts[AREAS_FILE] = apply_areas(work, checked.areas)
    for catalog in checked.catalogs:
        counts[catalog_file(catalog.standard.area)] = apply_catalog(
            work, catalog, checked.rulebook.deadlines.vocabulary
        )
    counts[ASSIGNMENTS] = apply_assignments(work, assignments)
    _keep_files(work, {name: texts[name] for name in (UNITS, ASSIGNMENTS)})
    duties = assign_duties(work)
    return LoadReport(dict(sorted(counts.items())), duties, checked.rulebook)


def _with_changes_of_pages(
    session: Session, texts: Mapping[str, str], checked: Checked
) -> tuple[tuple[UnitEntry, ...], AssignmentsFile]:
    """The file's units and assignments with what was changed on pages since the file was loaded last.

    An entry that still reads as it did then says nothing new. Raises BadData for entries changed on both sides.
    """
    before = _files_loaded_last(session, (UNITS, ASSIGNMENTS))
    units, unit_clashes = merged(
        read_units(before)[0], checked.units, unit_entries(session), key=lambda unit: unit.code
    )
    known, kept = read_assignments(before)[0], assignments_file(session)
    roles, role_clashes = merged(
        known.roles if known else None,
        checked.assignments.roles,
        kept.roles if kept else (),
        key=lambda entry: (entry.role, entry.level),
    )
    faults = [*_clashes(texts, UNITS, "units", unit_clashes), *_clashes(texts, ASSIGNMENTS, "roles", role_clashes)]
    if faults:
        raise BadData(faults)
    return units, replace(checked.assignments, roles=roles)


def _clashes(texts: Mapping[str, str], file: str, name: str, indexes: Sequence[int]) -> Iterator[Fault]:
    document, _ = read_document(file, texts[file])
    if document is not None:
        for index in indexes:
            entry = document.value[name][index]
            yield document.fault((name, index), "changed_on_page", entry.get("code") or entry.get("role"))


def _files_loaded_last(session: Session, names: Collection[str]) -> dict[str, Document]:
    rows = session.exec(select(DataFile).where(col(DataFile.current), col(DataFile.path).in_(names)))
    read = (read_document(row.path, row.text)[0] for row in rows)
    return {document.name: document for document in read if document is not None}


def _keep_files(work: Work, texts: Mapping[str, str]) -> None:
    """Remember what the files said, to tell next time what is new in them; what they changed has its entries already."""
    rows = work.session.exec(select(DataFile).where(col(DataFile.current), col(DataFile.path).in_(texts)))
    current = {row.path: row for row in rows}
    for name, text in texts.items():
        row, sha256 = current.get(name), hashlib.sha256(text.encode()).hexdigest()
        if row is None or row.sha256 != sha256:
            work.session.add(DataFile(path=name, sha256=sha256, text=text, loaded_at=work.now))
        if row is not None:
            row.current = row.sha256 == sha256


def _keep_standards(work: Work, texts: Mapping[str, str]) -> dict[str, LoadCounts]:
    """Keep each new version of a file of `standards/`; items are indexed again when one changed, as their labels come from there."""
    current = _current_files(work.session)
    wanted = {name: text for name, text in texts.items() if name.startswith(ROOT)}
    counts: dict[str, LoadCounts] = {}
    for name, text in sorted(wanted.items()):
        counts[name] = _keep_file(work, current.pop(name, None), name, text)
    for name, row in current.items():
        row.current = False
        record(work, Action.DATA_LOAD, "file", name, {"sha256": (row.sha256, None)})
        counts[name] = LoadCounts(absent=1)
    work.session.flush()
    if any(count.updated or count.absent for count in counts.values()):
        for item_id in work.session.exec(select(Item.id)):
            work.touch("item", item_id)
    return counts


def _keep_file(work: Work, row: DataFile | None, name: str, text: str) -> LoadCounts:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    if row is not None and row.sha256 == sha256:
        return LoadCounts(unchanged=1)
    before = row.sha256 if row is not None else None
    if row is not None:
        row.current = False
    work.session.add(DataFile(path=name, sha256=sha256, text=text, loaded_at=work.now))
    record(work, Action.DATA_LOAD, "file", name, {"sha256": (before, sha256)})
    return LoadCounts(created=1) if row is None else LoadCounts(updated=1)


def _current_files(session: Session) -> dict[str, DataFile]:
    """Those of `standards/`."""
    own = select(DataFile).where(col(DataFile.current), col(DataFile.path).startswith(ROOT))
    rows = session.exec(own.order_by(col(DataFile.path)))
    return {row.path: row for row in rows}


def current_rulebook(session: Session) -> Rulebook | None:
    """The rulebook loaded last, None before the first load. Raises BadData when this version of the program reads it differently."""
    texts = {name: row.text for name, row in _current_files(session).items()}
    if not texts:
        return None
    rulebook, faults = read_rulebook(texts)
    if rulebook is None:
        raise BadData(faults)
    return rulebook


def export_folder(session: Session) -> dict[str, str]:
    """File name → text: `catalog/` from the rows, `standards/` as loaded. Loading it again changes nothing."""
    standards = {name: row.text for name, row in _current_files(session).items()}
    rulebook = current_rulebook(session)
    areas = export_areas(session, rulebook.deadlines.vocabulary) if rulebook else {}
    return {**areas, **export_units(session), **export_assignments(session), **standards}


def write_folder(files: Mapping[str, str], path: Path) -> None:
    """Write the files below `path`; each is whole or not there."""
    for name, text in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(target.name + ".partial")
        partial.write_bytes(text.encode())
        partial.replace(target)
