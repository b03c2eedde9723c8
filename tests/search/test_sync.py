"""The index follows the database, whatever happens to either."""

import shutil
import threading
import time
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import Session, SQLModel, col, select

from registry.accounts.tables import User
from registry.audit.service import Action, record
from registry.coverage.rules import StateDates
from registry.database import SYSTEM, Database, IndexRequest, new_id
from registry.duties.tables import Duty, Occasion, OccasionKind, Part
from registry.items.tables import Area, Element, ElementKind, Item, LegalBasis, Standard
from registry.publications.rules import RevisionState
from registry.publications.tables import Publication, Revision
from registry.search import sync as sync_module
from registry.search.backend import IndexUnusable
from registry.search.documents import SearchDocument
from registry.search.meaning.vocabulary import Vocabulary
from registry.search.memory_backend import MemoryBackend
from registry.search.service import Finder, as_json, find
from registry.search.sync import IndexSync
from registry.search.whoosh_index.whoosh_backend import WhooshBackend
from registry.units.tables import Certainty, Unit, UnitAlias, UnitKind
from tests.search.made_up import MONDAY, ask, item

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/registry.sqlite", clock=lambda: NOON)
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.dispose()


class Titles:
    """Stands for the tables: titles by id, and what was asked for."""

    def __init__(self) -> None:
        self.titles: dict[UUID, str] = {}
        self.asked: list[Collection[UUID] | None] = []

    def __call__(self, session: Session, kind: str, ids: Collection[UUID] | None) -> Iterator[SearchDocument]:
        if kind == "item":
            self.asked.append(ids)
            for one, title in self.titles.items():
                if ids is None or one in ids:
                    yield item(f"T-{one}", title, id=str(one))


@pytest.fixture
def titles() -> Titles:
    return Titles()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


def change(database: Database, titles: Titles, title: str, subject: UUID | None = None) -> UUID:
    """A committed change of one item, audited."""
    subject = subject or new_id()
    with database.work(SYSTEM) as work:
        titles.titles[subject] = title
        record(work, Action.ITEM_CHANGE, "item", subject)
        work.touch("item", subject)
    return subject


def found(sync: IndexSync, text: str) -> int:
    return sync.backend.search(ask(text)).total


def test_an_empty_folder_is_filled_and_then_followed(database: Database, titles: Titles, root: Path) -> None:
    first = change(database, titles, "政府预算")
    sync = IndexSync(database, WhooshBackend(root), titles)
    assert sync.drain() == 1
    assert found(sync, "政府预算") == 1
    change(database, titles, "政府决算", first)
    change(database, titles, "部门决算")
    with database.read() as session:
        assert sync.lag(session) == 2
    assert sync.drain() == 2
    assert (found(sync, "预算"), found(sync, "决算")) == (0, 2)
    assert sync.drain() == 0
    with database.read() as session:
        assert sync.lag(session) == 0


def test_a_crash_between_commit_and_index_loses_nothing(database: Database, titles: Titles, root: Path) -> None:
    change(database, titles, "财政决算")
    IndexSync(database, WhooshBackend(root), titles).drain()
    change(database, titles, "政府预算")
    change(database, titles, "部门预算")
    after_restart = IndexSync(database, WhooshBackend(root), titles)
    assert after_restart.drain() == 2
    assert found(after_restart, "预算") == 2


def test_several_changes_of_one_thing_are_indexed_once(database: Database, titles: Titles) -> None:
    sync = IndexSync(database, MemoryBackend(), titles)
    subject = change(database, titles, "第一")
    sync.drain()
    for title in ("第二", "第三", "第四"):
        change(database, titles, title, subject)
    titles.asked.clear()
    assert sync.drain() == 3
    assert [list(ids or ()) for ids in titles.asked] == [[subject]]
    assert sync.backend.status().watermark == 4


def test_what_is_no_longer_to_be_found_leaves_the_index(database: Database, titles: Titles) -> None:
    sync = IndexSync(database, MemoryBackend(), titles)
    subject = change(database, titles, "政府预算")
    sync.drain()
    change(database, titles, "", subject)
    del titles.titles[subject]
    sync.drain()
    assert found(sync, "") == 0


def test_a_dry_run_leaves_no_request(database: Database, titles: Titles) -> None:
    change(database, titles, "政府预算")
    with database.work(SYSTEM, keep=False) as work:
        record(work, Action.ITEM_CHANGE, "item", "x")
        work.touch("item", new_id())
    with database.read() as session:
        assert len(session.exec(select(IndexRequest)).all()) == 1


@pytest.mark.parametrize("damage", ["folder", "pointer", "build"])
def test_a_damaged_folder_is_built_anew_without_being_asked(
    database: Database, titles: Titles, root: Path, damage: str
) -> None:
    change(database, titles, "政府预算")
    sync = IndexSync(database, WhooshBackend(root), titles)
    sync.drain()
    (build,) = root.glob("build-*")
    match damage:
        case "folder":
            shutil.rmtree(root)
        case "pointer":
            (root / "current").write_text("{}")
        case "build":
            next(build.glob("*.pst")).write_bytes(b"")
    assert found(sync, "政府预算") == 1
    assert sync.drain() == 1
    assert sync.backend.status().ok
    assert found(IndexSync(database, WhooshBackend(root), titles), "政府预算") == 1


def test_the_index_of_another_database_is_built_anew(
    database: Database, titles: Titles, root: Path, tmp_path: Path
) -> None:
    other, others = Database(f"sqlite:///{tmp_path}/other.sqlite", clock=lambda: NOON), Titles()
    SQLModel.metadata.create_all(other.engine)
    change(other, others, "别处的预算")
    IndexSync(other, WhooshBackend(root), others).drain()
    change(database, titles, "政府预算")
    sync = IndexSync(database, WhooshBackend(root), titles)
    assert sync.drain() == 1
    assert (found(sync, "政府预算"), found(sync, "别处")) == (1, 0)
    other.dispose()


def test_an_index_ahead_of_a_restored_database_is_built_anew(database: Database, titles: Titles) -> None:
    sync = IndexSync(database, MemoryBackend(), titles)
    subjects = [change(database, titles, "政府预算") for _ in range(3)]
    sync.drain()
    with database.work(SYSTEM, audited=False) as work:
        work.session.delete(work.session.get(IndexRequest, 3))
    del titles.titles[subjects[2]]
    sync.drain()
    assert (found(sync, "政府预算"), sync.backend.status().watermark) == (2, 2)


def test_old_requests_are_pruned_and_a_late_index_is_built_anew(
    database: Database, titles: Titles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_module, "KEPT_REQUESTS", 2)
    monkeypatch.setattr(sync_module, "PRUNED_AT_ONCE", 1)
    late, sync = MemoryBackend(), IndexSync(database, MemoryBackend(), titles)
    change(database, titles, "政府预算")
    IndexSync(database, late, titles).drain()
    for _ in range(6):
        change(database, titles, "政府预算")
        sync.drain()
    with database.read() as session:
        assert [row.sequence for row in session.exec(select(IndexRequest).order_by(col(IndexRequest.sequence)))] == [
            5,
            6,
            7,
        ]
    behind = IndexSync(database, late, titles)
    assert behind.drain() == 7
    assert found(behind, "政府预算") == 7


class Failing(MemoryBackend):
    """Refuses the first `failures` applications."""

    def __init__(self, failures: int, error: Exception) -> None:
        super().__init__()
        self.failures, self.error = failures, error

    def apply(self, *arguments: object) -> None:
        if self.failures:
            self.failures -= 1
            raise self.error
        super().apply(*arguments)


def test_an_index_found_unusable_while_writing_is_built_anew(database: Database, titles: Titles) -> None:
    sync = IndexSync(database, Failing(1, IndexUnusable()), titles)
    change(database, titles, "政府预算")
    sync.drain()
    change(database, titles, "部门预算")
    assert sync.drain() == 2
    assert found(sync, "预算") == 2


def test_a_failure_is_told_and_the_requests_wait(
    database: Database, titles: Titles, caplog: pytest.LogCaptureFixture
) -> None:
    sync = IndexSync(database, Failing(1, OSError("no space left")), titles)
    change(database, titles, "政府预算")
    sync.drain()
    change(database, titles, "部门预算")
    sync.drain_quietly()
    assert (found(sync, "部门预算"), "no space left" in caplog.text) == (0, True)
    sync.drain_quietly()
    assert found(sync, "部门预算") == 1


def test_the_thread_wakes_survives_failures_and_stops(
    database: Database, titles: Titles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_module, "INTERVAL_SECONDS", 0.01)
    change(database, titles, "政府预算")
    sync = IndexSync(database, Failing(2, RuntimeError("once")), titles)
    database.after_commit = sync.wake
    sync.start()
    try:
        wait_until(lambda: found(sync, "政府预算") == 1)
        change(database, titles, "部门预算")
        wait_until(lambda: found(sync, "部门预算") == 1)
    finally:
        sync.stop()
    assert "index-sync" not in [thread.name for thread in threading.enumerate()]


def wait_until(holds: object, seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it never came to hold"
        time.sleep(0.01)


class Rules:
    """As much of a rulebook as search asks for."""

    class Named:
        def __init__(self, name: str) -> None:
            self.name = name

    class Regulation:
        title, short, editions = "中华人民共和国预算法", "预算法", ()

    channels = {"government_website": Named("政府网站")}  # noqa: RUF012 - a stand-in
    levels = {"county": Named("县级")}  # noqa: RUF012 - a stand-in
    regulations = {"budget-law": Regulation()}  # noqa: RUF012 - a stand-in


@pytest.fixture
def filled(database: Database) -> Database:
    """One item of the 财政局 with one publication, on tables as they are."""
    with database.work(SYSTEM) as work:
        sure = Certainty.RECONSTRUCTED
        add = work.session.add
        add(Unit(code="CX-101", position=1, name="楚雄市财政局", kind=UnitKind.MUNICIPAL_ORGAN, certainty=sure))
        work.session.flush()
        add(UnitAlias(alias="财政局", unit_code="CX-101", position=1))
        add(Area(code="budgets", position=1, prefix="BUD", name="财政预决算", summary="-"))
        work.session.flush()
        add(
            Standard(
                code="BUD-2018",
                area_code="budgets",
                title="目录",
                version="1",
                issuer_code="CX-101",
                effective_from=date(2018, 2, 2),
                certainty=sure,
                sources=[],
            )
        )
        work.session.flush()
        row = Item(
            standard_code="BUD-2018",
            code="BUD-01-01",
            position=1,
            titles=["政府预算公开", "政府预算"],
            deadline_text="批准后20日内",
            deadline=[],
            body="财政部门",
            roles=[],
            channels=["government_website"],
            audience_everyone=True,
            methods=["active"],
            levels=["county"],
            certainty=sure,
            sources=[],
            extra={},
        )
        add(row)
        work.session.flush()
        element = Element(item_id=row.id, position=1, kind=ElementKind.TABLE, text="一般公共预算收入表")
        duty = Duty(item_id=row.id, unit_code="CX-101", part=Part.LEAD, starts_on=date(2018, 2, 2))
        writer = User(username="w", display_name="w", created_at=NOON)
        for one in (
            element,
            LegalBasis(item_id=row.id, position=1, regulation="budget-law", articles=["第十四条"]),
            duty,
            writer,
        ):
            add(one)
        work.session.flush()
        occasion = Occasion(
            duty_id=duty.id,
            kind=OccasionKind.PERIOD,
            period="2026",
            counted_from=date(2026, 1, 30),
            arises_on=date(2026, 1, 30),
            due_on=date(2026, 2, 19),
            basis={},
            created_at=NOON,
        )
        add(occasion)
        work.session.flush()
        publication = Publication(
            duty_id=duty.id, occasion_id=occasion.id, created_at=NOON, published_on=date(2026, 2, 10)
        )
        add(publication)
        work.session.flush()
        revision = Revision(
            publication_id=publication.id,
            number=1,
            state=RevisionState.APPROVED,
            title="2026年政府预算<草案>",
            doc_no="楚政发〔2026〕5号",
            formed_on=date(2026, 2, 1),
            published_on=date(2026, 2, 10),
            elements=[str(element.id)],
            channels=[{"channel": "government_website", "address": "https://example.org/", "place": None}],
            author_id=writer.id,
            edited_at=NOON,
            return_reasons=[],
            review_checks=[],
            authors=[],
            replies=[],
        )
        add(revision)
        work.session.flush()
        publication.public_revision_id = revision.id
        record(work, Action.DATA_LOAD, "data", "x")
        work.touch("item", row.id)
        work.touch("publication", publication.id)
    return database


def search_in(database: Database, text: str, **values: object) -> dict[str, object]:
    sync = IndexSync(database, MemoryBackend())
    sync.dates, sync.rulebook = lambda: MONDAY, Rules
    sync.drain()
    with database.read() as session:
        return as_json(
            find(session, Finder(sync.backend, Rules(), Vocabulary()), text, ask(**values)),
            lambda kind, id_: f"/{kind}s/{id_}",
        )


def test_a_result_has_the_shape_of_the_contract(filled: Database) -> None:
    result = search_in(filled, "政府预算", kinds=["item"])
    (hit,) = result.pop("hits")
    assert result.pop("took_ms") >= 0
    assert result == {
        "total": 1,
        "page": 1,
        "size": 20,
        "facets": {
            "kind": [
                {"value": "item", "label": "公开事项", "count": 1},
                {"value": "publication", "label": "公开信息", "count": 1},
            ],
            "area": [{"value": "budgets", "label": "财政预决算", "count": 1}],
            "unit": [{"value": "CX-101", "label": "楚雄市财政局", "count": 1}],
            "state": [{"value": "met", "label": "已公开（按时）", "count": 1}],
            "year": [],
            "channel": [{"value": "government_website", "label": "政府网站", "count": 1}],
            "level": [{"value": "county", "label": "县级", "count": 1}],
        },
        "also_searched": [],
        "did_you_mean": None,
    }
    assert (hit.pop("id"), hit.pop("score")) != ("", 0)
    assert hit == {
        "kind": "item",
        "code": "BUD-01-01",
        "title": "政府预算",
        "area": "budgets",
        "unit": "楚雄市财政局",
        "state": "met",
        "date": None,
        "url": "/items/BUD-01-01",
        "highlights": {
            "title": ["<mark>政府预算</mark>"],
            "path": ["<mark>政府预算</mark>公开 / <mark>政府预算</mark>"],
        },
    }


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("财政局", ["item", "publication"]),
        ("预算法", ["item"]),
        ("第十四条", ["item"]),
        ("楚政发 5号", ["publication"]),
        ("楚政发[2026]5", ["publication"]),
        ("财政预决算", ["item", "publication"]),
        ("收入表", ["item", "publication"]),
    ],
)
def test_everything_people_know_of_a_thing_finds_it(filled: Database, text: str, kinds: list[str]) -> None:
    assert sorted(hit["kind"] for hit in search_in(filled, text)["hits"]) == kinds


def test_highlights_are_escaped(filled: Database) -> None:
    (hit,) = search_in(filled, "草案")["hits"]
    assert hit["highlights"] == {"title": ["2026年政府预算&lt;<mark>草案</mark>&gt;"]}
    assert (hit["state"], hit["date"], hit["url"]) == ("published", "2026-02-10", f"/publications/{hit['id']}")


def test_a_chosen_value_without_hits_is_still_shown(filled: Database) -> None:
    facets = search_in(filled, "预算", areas=["urban-rural-planning"])["facets"]
    assert facets["area"][-1] == {"value": "urban-rural-planning", "label": "urban-rural-planning", "count": 0}


def test_a_changed_unit_brings_its_items_and_publications_up_to_date(filled: Database) -> None:
    sync = IndexSync(filled, MemoryBackend())
    sync.dates, sync.rulebook = lambda: MONDAY, Rules
    sync.drain()
    with filled.work(SYSTEM) as work:
        work.session.add(UnitAlias(alias="市财局", unit_code="CX-101", position=2))
        record(work, Action.UNIT_CHANGE, "unit", "CX-101")
        work.touch("unit", "CX-101")
    sync.drain()
    assert found(sync, "市财局") == 2


def test_withdrawing_takes_a_publication_out_of_the_public_search(filled: Database) -> None:
    with filled.work(SYSTEM) as work:
        publication = work.session.exec(select(Publication)).one()
        publication.withdrawn_on = date(2026, 3, 2)
        record(work, Action.PUBLICATION_WITHDRAW, "publication", publication.id)
        work.touch("publication", publication.id)
    assert search_in(filled, "草案")["total"] == 0
    (hit,) = search_in(filled, "草案", public_only=False)["hits"]
    assert hit["state"] == "withdrawn"
    before = StateDates(date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 1))
    assert search_in(filled, "草案", dates=before)["total"] == 1
