"""A province that does not exist: counties × units × items × two years of quarters, straight into the tables.

About 85 of 100 occasions are answered, some late, some withdrawn again; some have rulings; of what is public some was not found at its
address on two days. The same seed gives the same province, on both databases.
"""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from registry.bootstrap import Registry
from registry.database import new_id
from registry.items.tables import Element, Item

COUNTIES, UNITS, ITEMS = 129, 60, 16
QUARTERS = tuple(date(year, month, 1) for year in (2025, 2026) for month in (1, 4, 7, 10))
TODAY = date(2026, 12, 20)
NOON = datetime(2026, 12, 20, 4, tzinfo=UTC)

# A basis as counting leaves it, so that the rows are as wide as real ones.
BASIS = json.dumps({"clause": {"kind": "within", "count": 20, "unit": "workday", "direction": "within"}, "calendar": "national",
                    "calendar_version": "2026.1", "provisional": False, "rules": ["start-day-code", "disclosure-2019"]})  # fmt: skip
CHANNEL = {"channel": "government_website", "place": None}


@dataclass(frozen=True)
class ItemFacts:
    item_id: UUID
    elements: Sequence[str]


def build_province(registry: Registry, occasions: int = 1_000_000, *, seed: int = 6) -> None:
    """Fill a registry that has just been opened; `occasions` is met within one quarter of a unit."""
    chance = random.Random(seed)
    with registry.database.read() as session:
        elements: dict[UUID, list[str]] = {}
        for element in session.exec(select(Element).order_by(col(Element.position))):
            elements.setdefault(element.item_id, []).append(str(element.id))
        items = [
            ItemFacts(one, elements.get(one, [])) for one in session.exec(select(Item.id).order_by(col(Item.code)))
        ]
    people = [new_id(), new_id()]
    _insert(registry, "user_account", [_person(one, place) for place, one in enumerate(people)])
    units = -(-occasions // (ITEMS * len(QUARTERS)))
    _insert(registry, "unit", (_unit(place) for place in range(units)))
    duties = [(new_id(), f"P{place:05}", item) for place in range(units) for item in chance.sample(items, ITEMS)]
    _insert(registry, "duty", ({"id": one, "item_id": item.item_id, "unit_code": unit, "part": "lead",
                                "starts_on": date(2025, 1, 1)} for one, unit, item in duties))  # fmt: skip
    history = _History(chance, people)
    for quarter in QUARTERS:
        rows = [history.occasion(duty, quarter, item) for duty, _, item in duties]
        _insert(registry, "occasion", rows)
        for table in ("publication", "revision", "evidence", "ruling"):
            _insert(registry, table, history.take(table))
    with registry.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE" if registry.database.is_sqlite else "VACUUM ANALYZE"))


def _person(user_id: UUID, place: int) -> dict[str, Any]:
    return {
        "id": user_id,
        "username": f"province-{place}",
        "display_name": "某人",
        "mail_wanted": False,
        "must_change_password": True,
        "created_at": NOON,
    }


def _unit(place: int) -> dict[str, Any]:
    return {"code": f"P{place:05}", "position": 1000 + place, "name": f"某县{place // UNITS}单位{place % UNITS}",
            "kind": "municipal_organ", "reception_point": False, "certainty": "reconstructed"}  # fmt: skip


class _History:
    """What became of occasions, row by row and table by table."""

    def __init__(self, chance: random.Random, people: Sequence[UUID]) -> None:
        self._chance = chance
        self._writer, self._reviewer = people
        self._rows: dict[str, list[dict[str, Any]]] = {}

    def take(self, table: str) -> list[dict[str, Any]]:
        return self._rows.pop(table, [])

    def occasion(self, duty: UUID, quarter: date, item: ItemFacts) -> dict[str, Any]:
        due_on = quarter + timedelta(days=self._chance.randrange(20, 110))
        row = {"id": new_id(), "duty_id": duty, "kind": "period", "period": f"{quarter.year}-Q{quarter.month // 3 + 1}",
               "event": "", "counted_from": quarter, "arises_on": quarter, "due_on": due_on, "assumed": False,
               "provisional": False, "basis": BASIS, "created_at": NOON}  # fmt: skip
        fate = self._chance.random()
        if fate < 0.87:
            self._publish(duty, row["id"], due_on, item)
        elif fate < 0.92:
            self._rule(duty, row["id"], quarter, due_on)
        return row

    def _publish(self, duty: UUID, occasion: UUID, due_on: date, item: ItemFacts) -> None:
        published_on = due_on + timedelta(days=self._chance.randrange(-18, 4))
        is_withdrawn = self._chance.random() < 0.01
        publication, revision = new_id(), new_id()
        self._add("publication", id=publication, duty_id=duty, occasion_id=occasion, created_at=NOON, version=3,
                  public_revision_id=revision, published_on=published_on,
                  withdrawn_on=published_on + timedelta(days=60) if is_withdrawn else None)  # fmt: skip
        covered = item.elements if self._chance.random() < 0.8 else item.elements[1:]
        address = f"https://www.example.gov.cn/info/{publication.hex[-12:]}.htm"
        moment = datetime.combine(published_on, NOON.time(), UTC)
        self._add("revision", id=revision, publication_id=publication, number=1, state="approved", title="某年某季度某事项的公开信息",
                  formed_on=published_on, published_on=published_on, elements=json.dumps(covered),
                  channels=json.dumps([{**CHANNEL, "address": address}]), author_id=self._writer, edited_at=moment,
                  reviewer_id=self._reviewer, decided_at=moment, return_reasons="[]", review_checks="[]", authors="[]",
                  replies="[]")  # fmt: skip
        self._look(publication, revision, address, moment)

    def _look(self, publication: UUID, revision: UUID, address: str, moment: datetime) -> None:
        fate = self._chance.random()
        outcomes = (
            ("not_seen", "not_seen")
            if fate < 0.004
            else ("unknown",)
            if fate < 0.03
            else ("seen",)
            if fate < 0.6
            else ()
        )
        for days, outcome in enumerate(outcomes, start=1):
            self._add("evidence", id=new_id(), publication_id=publication, revision_id=revision, channel=CHANNEL["channel"],
                      address=address, outcome=outcome, seen_at=moment + timedelta(days=days), cleared=True)  # fmt: skip

    def _rule(self, duty: UUID, occasion: UUID, quarter: date, due_on: date) -> None:
        kind = self._chance.choice(("nothing_to_publish", "nothing_to_publish", "not_applicable", "extended"))
        self._add("ruling", id=new_id(), kind=kind, duty_id=duty, occasion_id=occasion, reason="经批准", from_on=quarter,
                  extended_to=due_on + timedelta(days=30) if kind == "extended" else None, requested_by=self._writer,
                  decided_by=self._reviewer, decided_on=quarter + timedelta(days=5))  # fmt: skip

    def _add(self, table: str, **row: Any) -> None:
        self._rows.setdefault(table, []).append(row)


def _insert(registry: Registry, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """As fast as each database takes rows; columns a row does not name are NULL or what the column says."""
    found = list(rows)
    if not found:
        return
    names = list(found[0])
    with registry.database.engine.connect() as connection:
        raw: Any = connection.connection
        if registry.database.is_sqlite:
            marks = ", ".join("?" * len(names))
            raw.execute("BEGIN")
            raw.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", _spelled(found))  # noqa: S608 - names of ours
            raw.execute("COMMIT")
        else:
            with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
                for row in found:
                    copy.write_row(tuple(row.values()))
            raw.commit()


def _spelled(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """Values as SQLAlchemy writes them on SQLite."""
    for row in rows:
        yield tuple(_spell(value) for value in row.values())


def _spell(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value
