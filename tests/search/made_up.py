"""Made-up documents and questions for the tests of search."""

from datetime import date
from typing import Any

from registry.coverage.rules import OccasionState, Openness, StateDates
from registry.search.backend import SearchRequest
from registry.search.documents import SearchDocument
from registry.search.meaning.text import needles
from registry.search.plan import Alternative, Plan, Wanted

MONDAY = StateDates(as_of=date(2026, 3, 2), soon_until=date(2026, 3, 9), long_before=date(2026, 1, 30))

MET = Openness(None, OccasionState.MET)


def item(code: str, title: str, **values: Any) -> SearchDocument:
    """An item of the budget area owed by one unit and settled, unless told otherwise."""
    given = {"area": "budgets", "units": ("CX-101",), "channels": ("government_website",), "levels": ("county",)}
    return SearchDocument(
        **{
            "kind": "item",
            "id": f"id-{code}",
            "code": code,
            "title": title,
            "url_id": code,
            "openness": MET,
            **given,
            **values,
        }
    )


def publication(number: int, title: str, **values: Any) -> SearchDocument:
    """A publication of 10 February 2026."""
    day = values.pop("published_on", date(2026, 2, 10))
    return item(
        f"BUD-01-0{number}",
        title,
        **{
            "kind": "publication",
            "id": f"pub-{number}",
            "published_on": day,
            "public_from": day,
            "year": day.year,
            "openness": None,
        }
        | values,
    )


DOCUMENTS = (
    item(
        "BUD-01-01",
        "政府预算",
        path="政府预算公开 / 政府预算",
        content=("一般公共预算收入表", "“三公”经费预算总额和分项数额"),
        basis="财政部关于切实做好地方预决算公开工作的通知 财预〔2016〕143号",
        unit_names="楚雄市财政局\n财政局",
        openness=Openness(date(2026, 3, 5), OccasionState.MET),
    ),
    item(
        "BUD-02-01",
        "部门预算",
        content=("部门收支总体情况表",),
        units=("CX-101", "CX-102"),
        levels=("county", "township"),
        openness=Openness(date(2025, 12, 1), OccasionState.MET_LATE),
    ),
    item("BUD-05-01", "地方政府债务", content=("债务限额和余额",), notes="随政府预算公开", channels=("gazette",)),
    item(
        "PLS-01-01",
        "法律援助服务",
        area="public-legal-services",
        units=("CX-103",),
        content=("法律援助申请条件", "办理流程"),
        body="县级司法行政部门",
        openness=None,
    ),
    item(
        "URP-02-03",
        "公共服务设施规划",
        area="urban-rural-planning",
        units=("CX-102",),
        content=("政府服务中心公共设施一览",),
    ),
    publication(1, "楚雄市2026年政府预算公开", doc_no="楚政发〔2026〕5号", content=("2026年一般公共预算草案",)),
    publication(2, "楚雄市2025年部门决算", published_on=date(2025, 8, 20), units=("CX-102",)),
    publication(3, "将于三月底公开的政府预算", published_on=date(2026, 3, 31)),
    publication(4, "已撤回的政府预算", public_to=date(2026, 2, 20)),
)


def plan_of(text: str) -> Plan:
    """The query taken literally: every needle stands in the document, or is scattered in it."""
    if not text.strip():
        return Plan(everything=True)
    wanted = tuple(Wanted((Alternative(needle, scattered=True),)) for needle in needles(text))
    return Plan(wanted, exact=text.strip())


def ask(text: str | Plan = "", **values: Any) -> SearchRequest:
    """A question on Monday 2 March 2026, as text or planned; filters may be given as lists."""
    named = {name: frozenset(value) if isinstance(value, list) else value for name, value in values.items()}
    plan = text if isinstance(text, Plan) else plan_of(text)
    return SearchRequest(plan, dates=named.pop("dates", MONDAY), **named)
