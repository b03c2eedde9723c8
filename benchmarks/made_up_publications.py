"""Publications in the real registry's tables, for benchmarks of whole requests: put in at once, past the services, as
nothing but reading is measured.
"""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from made_up_records import KINDS_OF_PAPER, PREFIXES, vocabulary
from sqlmodel import col, select

from registry.accounts.tables import User
from registry.bootstrap import Registry
from registry.database import SYSTEM, new_id
from registry.duties.tables import Duty, Occasion
from registry.publications.rules import RevisionState
from registry.publications.tables import Publication, Revision
from registry.units.tables import Unit

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def publish(registry: Registry, number: int, seed: int = 4) -> None:
    """`number` publications for the occasions there are, public since some day of the last ten years."""
    random = Random(seed)
    phrases, weights, _ = vocabulary()
    with registry.database.work(SYSTEM, audited=False) as work:
        author = User(username="benchmark", display_name="benchmark", created_at=NOW)
        work.session.add(author)
        work.session.flush()
        owed = work.session.exec(
            select(Occasion.id, Duty.id, Unit.name)
            .where(Occasion.duty_id == Duty.id)
            .join(Unit, col(Unit.code) == col(Duty.unit_code))
        ).all()
        rows = []
        for _ in range(number):
            words = random.choices(phrases, cum_weights=weights, k=12)
            rows.append(_rows(random, random.choice(owed), words, author.id))
        for start in range(0, number, 500):
            part = rows[start : start + 500]
            work.session.execute(sa.insert(Publication), [publication for publication, _ in part])
            work.session.execute(sa.insert(Revision), [revision for _, revision in part])


def _rows(
    random: Random, owed: tuple[UUID, UUID, str], words: list[str], author: UUID
) -> tuple[dict[str, Any], dict[str, Any]]:
    occasion, duty, unit = owed
    day = (NOW - timedelta(days=random.randrange(3650))).date()
    one, revision = new_id(), new_id()
    publication = {
        "id": one,
        "duty_id": duty,
        "occasion_id": occasion,
        "created_at": NOW,
        "version": 1,
        "public_revision_id": revision,
        "published_on": day,
    }
    return publication, {
        "id": revision,
        "publication_id": one,
        "number": 1,
        "state": RevisionState.APPROVED,
        "title": f"{unit}{day.year}年{words[0]}{random.choice(KINDS_OF_PAPER)}",
        "doc_no": f"{random.choice(PREFIXES)}〔{day.year}〕{random.randint(1, 300)}号",
        "summary": "，".join(words[1 : random.randint(4, 12)]),
        "formed_on": day,
        "published_on": day,
        "elements": [],
        "channels": [{"channel": "government_website", "address": "https://example.org/", "place": None}],
        "author_id": author,
        "edited_at": NOW,
        "return_reasons": [],
        "review_checks": [],
        "authors": [str(author)],
        "replies": [],
    }
