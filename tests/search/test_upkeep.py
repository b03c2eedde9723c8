"""The vocabulary follows what becomes public."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.bootstrap import Registry
from registry.database import SYSTEM
from registry.search.meaning.suggestions import suggest
from registry.search.meaning.vocabulary import Vocabulary
from registry.units.tables import Unit
from tests.factories import create_user, publish

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

TODAY = date(2026, 3, 2)


def words(registry: Registry, today: date = TODAY) -> Vocabulary:
    with registry.database.read() as session:
        return registry.vocabulary.current(session, registry.rulebook, today)


def publish_titled(registry: Registry, title: str, **values: object) -> None:
    editor, reviewer = create_user(registry, "editor"), create_user(registry, "reviewer", roles=["reviewer"])
    publish(registry, editor, reviewer, title=title, **values)


def test_it_begins_with_rules_units_and_items(registry: Registry) -> None:
    known = words(registry)
    assert known.units["财政局"] == {"CX-101"}
    assert known.areas["财政预决算"] == "budgets"
    assert {"控规", "预算法", "部门预算"} <= set(known.same)
    assert "一般公共预算" in known.lexicon.sounding("ybggys")
    assert known.lexicon.weight("收支总体情况表") or known.lexicon.weight("收支总体情况")


def test_it_learns_what_was_published_and_stays_the_same_until_then(registry: Registry) -> None:
    before = words(registry)
    assert before.lexicon.sounding("pihuoluo") == ()
    assert words(registry) is before

    publish_titled(registry, "披火罗预算公开")
    after = words(registry)
    assert after is before
    assert after.lexicon.sounding("phlys") == ("披火罗预算",)


def test_it_knows_nothing_of_what_is_to_come(registry: Registry) -> None:
    publish_titled(registry, "披火罗预算公开", published_on=TODAY + timedelta(days=30))
    assert words(registry).lexicon.sounding("phlys") == ()


def test_a_renamed_unit_is_found_and_offered_by_its_new_name(registry: Registry) -> None:
    words(registry)
    with registry.database.work(SYSTEM, audited=False) as work:
        unit = work.session.get(Unit, "CX-101")
        assert unit is not None
        unit.name = "楚雄市钱粮局"
        work.touch("unit", "CX-101")
    known = words(registry)
    assert known.units["楚雄市钱粮局"] == known.units["财政局"] == {"CX-101"}
    assert [one.text for one in suggest(known.offers, "钱粮局")] == ["楚雄市钱粮局"]


def test_other_rules_make_another_vocabulary(registry: Registry) -> None:
    before = words(registry)
    registry.rulebook = replace(registry.rulebook, version="other")
    assert words(registry) is not before
