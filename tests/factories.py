"""People and publications for tests: plain functions with sensible defaults, made by the same services as the real ones."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from registry.accounts import service as accounts
from registry.accounts.passwords import hash_password
from registry.accounts.sessions import keep_password
from registry.annual import compiling
from registry.annual import service as annual
from registry.annual.compiled import PREFACE
from registry.annual.queries import find_return, get_format, load_report
from registry.assessment.requirement_checks import find_requirement
from registry.assessment.self_assessments import latest_number
from registry.assessment.service import record_self_assessment
from registry.bootstrap import Registry
from registry.database import CITY_TIME, SYSTEM, Actor
from registry.duties.tables import Duty, Occasion
from registry.evidence.rules import Outcome
from registry.evidence.tables import Evidence
from registry.items.tables import Element, Item
from registry.publications import deciding
from registry.publications import service as publications
from registry.publications.attachments import attach_files, bring
from registry.publications.tables import Attachment, Publication
from registry.reports.briefings.basis import drafted
from registry.reports.briefings.figures import gather
from registry.reports.briefings.service import issue_briefing

PASSWORD = "Lan-Xiang7river"

# 财政局 and an item it owes every year; most tests need no other.
UNIT = "CX-101"
ITEM = "BUD-01-01"

# A requirement that units assess themselves.
REQUIREMENT = "M2-1"

# The points of standards/management/m3.yaml, written out: a program that ticks them relies on these codes.
REVIEW_CHECKS = ("no_state_secret", "no_trade_secret", "no_personal_data", "content_correct", "elements_complete")


def create_user(
    registry: Registry, username: str = "editor", *, roles: Iterable[str] = ("editor",), unit: str | None = UNIT
) -> Actor:
    """An account whose owner has already chosen PASSWORD, as the one who acts. Roles that belong to no unit: `unit=None`."""
    roles = frozenset(roles)
    with registry.database.work(SYSTEM) as work:
        user, _ = accounts.create_user(work, username=username, display_name="某人", unit_code=unit, roles=roles)
        keep_password(work, user, hash_password(PASSWORD))
        return Actor(username, roles=roles, user_id=user.id, unit_code=unit, door="web")


def create_token(registry: Registry, actor: Actor, name: str = "test") -> dict[str, str]:
    """Headers with which the API knows `actor`."""
    assert actor.user_id is not None
    with registry.database.work(actor) as work:
        _, secret = accounts.create_token(work, actor.user_id, name=name)
    return {"Authorization": f"Bearer {secret}"}


def find_occasion(session: Session, *, unit: str = UNIT, item: str = ITEM) -> Occasion:
    """The oldest occasion a unit has for an item."""
    query = select(Occasion).where(
        Occasion.duty_id == Duty.id, Duty.unit_code == unit, Duty.item_id == Item.id, Item.code == item
    )
    occasion = session.exec(query.order_by(col(Occasion.counted_from), col(Occasion.id))).first()
    assert occasion is not None, f"{unit} owes nothing for {item}"
    return occasion


def element_ids(session: Session, item: str = ITEM) -> list[str]:
    query = select(Element.id).where(Element.item_id == Item.id, Item.code == item).order_by(col(Element.position))
    return [str(one) for one in session.exec(query)]


def publication_values(registry: Registry, *, item: str = ITEM, **changes: Any) -> dict[str, Any]:
    """What PublicationSchema gives for a complete publication of today."""
    today = registry.database.clock().astimezone(CITY_TIME).date()
    with registry.database.read() as session:
        elements = element_ids(session, item)
        channel = session.exec(select(Item).where(Item.code == item)).one().channels[0]
    return {
        "title": "楚雄市2026年一般公共预算收支表",
        "doc_no": "楚市财〔2026〕12号",
        "summary": None,
        "formed_on": date(2026, 2, 12),
        "published_on": today,
        "elements": elements,
        "channels": [{"channel": channel, "address": "https://www.cxs.gov.cn/info/1016/208010.htm", "place": None}],
    } | changes


def create_publication(
    registry: Registry, author: Actor, *, item: str = ITEM, occasion_id: UUID | None = None, **changes: Any
) -> UUID:
    """A draft of `author` for an occasion of the unit; `changes` replace single values."""
    values = publication_values(registry, item=item, **changes)
    with registry.database.work(author) as work:
        wanted = occasion_id or find_occasion(work.session, unit=author.unit_code or "", item=item).id
        return publications.create_publication(work, wanted, values).id


def attach(registry: Registry, author: Actor, publication_id: UUID, name: str, content: bytes) -> Attachment:
    """A file brought to the draft, checked as every door checks it."""
    brought = bring(registry.objects, name, content, most_bytes=registry.settings.attachment_mb * 1024 * 1024)
    with registry.database.work(author) as work:
        version = version_of(work.session, publication_id)
        (attachment,) = attach_files(work, publication_id, [brought], version=version)
        work.session.expunge(attachment)
        return attachment


def submit(registry: Registry, author: Actor, publication_id: UUID) -> None:
    with registry.database.work(author) as work:
        version = version_of(work.session, publication_id)
        publications.submit_publication(work, publication_id, version=version, objects=registry.objects)


def approve(registry: Registry, reviewer: Actor, publication_id: UUID) -> None:
    with registry.database.work(reviewer) as work:
        version = version_of(work.session, publication_id)
        asked = registry.rulebook.review_checks
        deciding.approve_publication(
            work, publication_id, version=version, objects=registry.objects, checks=REVIEW_CHECKS, asked=asked
        )


def publish(registry: Registry, author: Actor, reviewer: Actor, *, item: str = ITEM, **changes: Any) -> UUID:
    """A publication that has gone the whole way."""
    publication_id = create_publication(registry, author, item=item, **changes)
    submit(registry, author, publication_id)
    approve(registry, reviewer, publication_id)
    return publication_id


def create_self_assessment(
    registry: Registry, author: Actor, *, requirement: str = REQUIREMENT, unit: str | None = None, **changes: Any
) -> UUID:
    """What the author's unit (or `unit`) says of a requirement; `changes` replace single values."""
    values: dict[str, Any] = {
        "period": "2026",
        "verdict": "fulfilled",
        "reason": "已建立登记制度",
        "evidence_address": "https://www.cxs.gov.cn/info/1016/208011.htm",
        "evidence_doc_no": None,
        "evidence_on": None,
    } | changes
    wanted = find_requirement(registry.rulebook, requirement)
    assert wanted is not None
    unit_code = unit or author.unit_code or ""
    with registry.database.work(author) as work:
        version = latest_number(work.session, requirement, unit_code)
        return record_self_assessment(work, wanted, unit_code, values, version=version).id


def version_of(session: Session, publication_id: UUID) -> int:
    return session.get_one(Publication, publication_id).version


def create_photograph(registry: Registry, publication_id: UUID, recorder: Actor) -> UUID:
    """A photograph of a notice board that nobody has cleared, straight into the table: also of what is not public yet."""
    with registry.database.work(recorder, audited=False) as work:
        photograph = Evidence(
            publication_id=publication_id,
            channel="notice_board",
            outcome=Outcome.OFFLINE,
            seen_at=work.now,
            recorded_by=recorder.user_id,
            place="市政务服务中心公示栏",
            posted_from=work.today,
            capture=registry.objects.put(b"\xff\xd8\xff\xe0 a picture"),
            media_type="image/jpeg",
        )
        work.session.add(photograph)
        return photograph.id


def fill_figures(
    registry: Registry, author: Actor, year: int, given: Mapping[str, int | str], *, rest_is_zero: bool = True
) -> None:
    """Figures of the author's unit, handed over: those of `given`, and zero everywhere else."""
    form, unit = get_format(registry.rulebook, year), author.unit_code or ""
    figures = {cell: Decimal(figure) for cell, figure in given.items()}
    with registry.database.work(author) as work:
        stored = find_return(work.session, unit, year)
        version = stored.version if stored else 0
        saved = annual.save_figures(work, form, unit, year, figures=figures, counted={}, notes={}, version=version)
        annual.submit_figures(work, form, unit, year, version=saved.version, rest_is_zero=rest_is_zero)


def report_figures(
    registry: Registry, author: Actor, reviewer: Actor, year: int, given: Mapping[str, int | str]
) -> None:
    """Figures of a unit that count."""
    fill_figures(registry, author, year, given)
    form, unit = get_format(registry.rulebook, year), author.unit_code or ""
    with registry.database.work(reviewer) as work:
        stored = find_return(work.session, unit, year)
        assert stored is not None
        annual.confirm_figures(work, form, unit, year, version=stored.version)


def confirm_annual_report(registry: Registry, year: int, *, reason: str = "其余单位尚未报送") -> None:
    """The city's report of a year with a text in every part, confirmed by another person of the office."""
    writer, confirmer = (
        create_user(registry, f"report-{what}-{year}", roles=("office",), unit=None) for what in ("writer", "confirmer")
    )
    form = get_format(registry.rulebook, year)
    sections = dict.fromkeys((PREFACE, *(section.code for section in form.sections)), "照写。")
    with registry.database.work(writer) as work:
        version = load_report(work.session, registry.rulebook, year).version
        compiling.write_sections(work, registry.rulebook, year, sections=sections, version=version)
    with registry.database.work(confirmer) as work:
        compiling.confirm_report(work, registry.rulebook, year, version=version + 1, missing_reason=reason)


def issued_briefing(registry: Registry, period: str = "2026-02", number: str = "楚政公开办〔2026〕1号") -> UUID:
    """A briefing about a period as it is drafted, issued by somebody of the office."""
    issuer = create_user(registry, "issuer", roles=("office",), unit=None)
    with registry.database.work(issuer) as work:
        figures = gather(work.session, period, work.today, registry.state_dates, registry.rulebook)
        texts = drafted(figures, registry.rulebook, registry.calendar, work.today)
        values = vars(texts) | {"number": number, "issued_on": work.today, "digest": figures.digest}
        return issue_briefing(work, values, figures, registry.objects).id
