"""The page of a duty: what is owed, and how each last day was counted."""

from datetime import date

import pytest

from registry.bootstrap import Registry
from registry.database import SYSTEM
from registry.duties.service import record_event
from tests import factories
from tests.pages import Pages

pytestmark = pytest.mark.one_database


def duty_of(registry: Registry, item: str) -> str:
    with registry.database.read() as session:
        return str(factories.find_occasion(session, item=item).duty_id)


def test_the_count_of_a_budget_is_shown_with_its_article(page: Pages, registry: Registry) -> None:
    """预算法 第十四条: twenty days from 31 March 2026, the customary day of the congress."""
    text = page(f"/duties/{duty_of(registry, 'BUD-01-01')}").text

    assert "从 2026年3月31日 的次日起算，数满 20日，最后一日为 2026年4月20日" in text
    assert "《中华人民共和国预算法》第十四条" in text
    assert "起算日没有登记" in text


def test_a_recorded_event_replaces_the_assumed_day(page: Pages, registry: Registry) -> None:
    duty = duty_of(registry, "BUD-01-01")
    with registry.database.work(SYSTEM) as work:
        occasion = factories.find_occasion(work.session)
        record_event(
            work,
            occasion.duty_id,
            event="市人大批准",
            event_on=date(2026, 2, 12),
            counting=registry.counting,
            period="2026",
        )
    text = page(f"/duties/{duty}").text

    assert "最后一日为 2026年3月4日" in text
    assert "起算日没有登记" not in text


@pytest.mark.parametrize("item", ["BUD-06-01", "BUD-07-01"])
def test_a_text_without_a_number_names_the_law_that_gives_one(page: Pages, registry: Registry, item: str) -> None:
    """条例 2019 第二十六条 stands in for 按月 and 及时."""
    text = page(f"/duties/{duty_of(registry, item)}").text

    assert "时限文字没有写明天数，按《中华人民共和国政府信息公开条例》第二十六条计" in text


def test_the_unit_s_page_leads_to_the_count(page: Pages, registry: Registry) -> None:
    assert f"/duties/{duty_of(registry, 'BUD-01-01')}" in page("/units/CX-101").links("怎样算的")


def test_an_unknown_duty_is_not_found(page: Pages) -> None:
    assert page("/duties/01890a5d-ac96-774b-bcce-b302099a8057", status=404).h1


def test_a_date_counted_over_a_year_nobody_has_announced_is_marked(page: Pages, registry: Registry) -> None:
    """Chuxiong's days off of 2026 are not known, so working days of 2026 are provisional; calendar days are not."""
    workdays, days = (page(f"/duties/{duty_of(registry, item)}").text for item in ("BUD-07-01", "BUD-01-01"))

    assert "（暂定）" in workdays
    assert "（暂定）" not in days
    assert "（暂定）" in page(f"/coverage/occasions?unit={factories.UNIT}&item=BUD-07-01").text
