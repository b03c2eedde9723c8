"""Tables in every layout found in the country, drawn in every format: each row comes out as a person reads it.

The expected results were written by hand from the tables. `every` in a file holds for all its items.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from registry.exchange.comparing import ComparedRow, RowAction
from registry.exchange.importing import read_item_record
from registry.exchange.reading.reading import Owner, TableReader
from registry.exchange.reading.records import ReadFile
from registry.rulebook.book import Rulebook
from tests.exchange.tables import FORMATS, expected_items, read_source

HERE = Path(__file__).parent
VARIANTS = sorted((HERE / "variants").glob("*.table"))
PASTED = sorted((HERE / "pasted").glob("*.txt"))
OWNERS = {"12-office-for-body": "楚雄市财政局", "13-no-body": "楚雄市财政局"}


@pytest.fixture(scope="module")
def reader(rulebook: Rulebook) -> TableReader:
    return TableReader(rulebook)


def items_of(found: ReadFile, rulebook: Rulebook) -> list[dict[str, Any]]:
    """The items as `registry items import` prints them, without code and clauses, which no table has."""
    records = [
        read_item_record(ComparedRow(item, RowAction.CREATE, None, None, None, None), rulebook) for item in found.items
    ]
    return [{name: value for name, value in one.items() if name not in ("code", "deadline")} for one in records]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("path", VARIANTS, ids=lambda path: path.stem)
def test_a_layout_is_read_as_people_read_it(path: Path, kind: str, reader: TableReader, rulebook: Rulebook) -> None:
    name, draw = FORMATS[kind]
    expected = expected_items(json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))

    found = reader.read(name, draw(read_source(path)), Owner(OWNERS.get(path.stem)))

    assert items_of(found, rulebook) == expected


@pytest.mark.parametrize("path", PASTED, ids=lambda path: path.stem)
def test_a_text_that_lost_its_columns_is_read_too(path: Path, reader: TableReader, rulebook: Rulebook) -> None:
    expected = expected_items(json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))

    found = reader.read(path.name, path.read_bytes())

    assert items_of(found, rulebook) == expected
