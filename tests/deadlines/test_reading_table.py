"""The 74 deadline texts met in published directories, each with its meaning written by hand – none of it produced by the reader."""

from dataclasses import dataclass
from typing import NamedTuple

import pytest

from registry.deadlines.clauses import Clause
from registry.deadlines.reading import Reading, read
from registry.rulebook.book import Rulebook


@dataclass(frozen=True)
class Meaning:
    """What is compared of one clause."""

    kind: str
    trigger: str | None = None
    count: int | None = None
    unit: str | None = None
    period: str | None = None
    on: str | None = None
    applies_to: str | None = None


class Row(NamedTuple):
    """`clauses` is None where only the need for a rule and the warning matter; with `override` some clause yields to other law."""

    number: int
    text: str
    clauses: tuple[Meaning, ...] | None
    override: bool = False
    needs_rule: bool = False
    warnings: frozenset[str] = frozenset()


# What these kinds say their event is has no bearing on the date, or is left to whoever reads the text.
ANY_TRIGGER = {"min_notice", "periodic", "prompt", "realtime", "permanent", "before_event", "bare"}


def within(trigger: str, count: int, unit: str = "workday", applies_to: str | None = None) -> Meaning:
    return Meaning("within", trigger, count, unit, applies_to=applies_to)


def response(trigger: str | None, count: int, unit: str = "workday") -> Meaning:
    """Without a trigger any is accepted."""
    return Meaning("response", trigger, count, unit)


def min_notice(count: int, unit: str) -> Meaning:
    return Meaning("min_notice", None, count, unit)


def before_event(count: int, unit: str) -> Meaning:
    return Meaning("before_event", None, count, unit)


def warned(*codes: str) -> frozenset[str]:
    return frozenset(codes)


FORMED = "信息形成或者变更"
MADE = "制作或者获取信息"
SET = "制定或者获取信息"
CONGRESS = "本级人民代表大会或者其常务委员会批准"
FUNDS = "资金使用、案件办理、质量考核结果"

ROWS = (
    Row(1, "信息形成或者变更之日起20个工作日内", (within(FORMED, 20),)),
    Row(2, "信息形成或变更之日起20个工作日内", (within(FORMED, 20),)),
    Row(3, "自该信息形成或者变更之日起20个工作日内", (within(FORMED, 20),)),
    Row(
        4,
        "自该信息形成或者变更之日起20个工作日内予以公开,法律法规另有规定的除外。",
        (within(FORMED, 20),),
        override=True,
    ),
    # The table says 同4; the text names no 信息, so neither does the trigger. The same in row 7.
    Row(
        5,
        "自形成或者变更之日起20个工作日内予以公开,法律法规另有规定的从其规定。",
        (within("形成或者变更", 20),),
        override=True,
    ),
    Row(
        6,
        "信息形成或者变更之日起20个工作日内。法律、法规对政府信息公开的期限另有规定的,从其规定。",
        (within(FORMED, 20),),
        override=True,
    ),
    Row(7, "形成或者变更之日起20个工作日内予以公开", (within("形成或者变更", 20),)),
    Row(8, "公开事项信息形成或变更之日起20个工作日内公开", (within(FORMED, 20),)),
    Row(9, "信息形成之日起20个工作日内", (within("信息形成", 20),)),
    Row(10, "信息形成之后20个工作日内", (within("信息形成", 20),)),
    Row(11, "信息形成(变更)20 个工作日内", (within(FORMED, 20),)),
    Row(12, "信息形成(变更)5 个工作日内", (within(FORMED, 5),)),
    Row(13, "信息形成或者变更之日起20个工作日", (within(FORMED, 20),)),
    Row(14, "信息形成或变更之日起20工作日内", (within(FORMED, 20),)),
    # The bracket may qualify either clause, so which of the two carries the override is left open.
    Row(
        15,
        "信息产生、变更之日起20个工作日内公开,保持长期公开(相关政策法规另有规定的应从其规定)",
        (within("信息产生或者变更", 20), Meaning("permanent")),
        override=True,
    ),
    Row(
        16,
        "信息形成20个工作日内公开;其中行政许可、行政处罚事项应自作出行政决定之日起7个工作日内公示",
        (within("信息形成", 20), within("作出行政决定", 7, applies_to="行政许可、行政处罚事项")),
    ),
    # The table says 同16, but there the first clause is for everything; here both name what they are for. The words 其他相关信息 are spent
    # on the subset, so the trigger that remains is the one of row 7.
    Row(
        17,
        "执法决定信息在决定作出之日起7个工作日内公开,其他相关信息形成或变更之日起20个工作日内公开",
        (
            within("决定作出", 7, applies_to="执法决定信息"),
            within("形成或者变更", 20, applies_to="其他相关信息"),
        ),
    ),
    Row(
        18,
        "作出行政决定之日起7个工作日内,法律法规另有规定的从其规定",
        (within("作出行政决定", 7),),
        override=True,
    ),
    # The table infers the event from the column 事后公开 or the item's name; a text alone has neither, so a person decides.
    Row(19, "7个工作日", (Meaning("bare", None, 7, "workday"),), needs_rule=True),
    Row(20, "自制作或获取该信息之日起20个工作日内公开", (within(MADE, 20),)),
    Row(21, "制作或获取信息之日起7个工作日内", (within(MADE, 7),)),
    Row(
        22,
        "制作或获取信息之日起20个工作日内(资金使用、案件办理、质量考核结果按季度公开)",
        (within(MADE, 20), Meaning("periodic", period="quarter", applies_to=FUNDS)),
    ),
    Row(23, "制定或获取信息之日起10个工作日内", (within(SET, 10),)),
    Row(24, "制定或获取信息之日起10个工作日内,公示7个工作日", (within(SET, 10), min_notice(7, "workday"))),
    Row(
        25,
        "自该信息形成或者变更之日起30日内予以公开,法律法规另有规定的除外。",
        (within(FORMED, 30, "day"),),
        override=True,
    ),
    Row(26, "批前公示时间不得少于30日", (min_notice(30, "day"),)),
    Row(27, "批后公布应在规划批准后20个工作日内向社会公布", (within("规划批准", 20),)),
    Row(28, "公告的时间不得少于三十日", (min_notice(30, "day"),)),
    Row(29, "公告至少三十日", (min_notice(30, "day"),)),
    # 一般 lets the period be shortened when the reason is given, as the table says; a clause has no field for that.
    Row(30, "公开征求意见的期限一般不少于30日", (min_notice(30, "day"),)),
    Row(31, "本级人民代表大会或其常务委员会批准后20日内", (within(CONGRESS, 20, "day"),)),
    # 预算法 第十四条 has 二十日 for this event, so the missing 日 is certain and nobody has to decide.
    Row(
        32,
        "本级人民代表大会或其常务委员会批准后20内",
        (within(CONGRESS, 20, "day"),),
        warnings=warned("unit_missing"),
    ),
    Row(33, "本级政府财政部门批复后20日内", (within("本级政府财政部门批复", 20, "day"),)),
    # In 预算法 第十四条 a congress approves (批准) and a finance department replies (批复).
    Row(34, "人大会议批复后20日内", (within("人大会议批复", 20, "day"),), warnings=warned("trigger_unusual")),
    Row(35, "部门批复后20日内", (within("部门批复", 20, "day"),)),
    # The table says 同31; the text does not name who approves.
    Row(36, "在批准后二十日内", (within("批准", 20, "day"),)),
    Row(37, "分配结果确定后20个工作日内", (within("分配结果确定", 20),)),
    Row(38, "自收到申请之日起20个工作日内", (response("收到申请", 20),)),
    Row(
        39,
        "自收到申请之日起20个工作日内 自该信息形成或者变更之日起20个工作日内",
        (response("收到申请", 20), within(FORMED, 20)),
    ),
    Row(
        40,
        "自收到申请之日起15个工作日内予以答复,延长最长不超过15个工作日",
        (response("收到申请", 15), response("延长", 15)),
    ),
    Row(
        41,
        "自收到申请之日起20个工作日内予以答复,延长不得超过20个工作日",
        (response("收到申请", 20), response("延长", 20)),
    ),
    Row(42, "自收到申请之日起7个工作日内一次性告知补正", (response("收到申请", 7),)),
    Row(43, "自收到征求意见书之日起15个工作日内", (response("收到征求意见书", 15),)),
    Row(44, "实时公开", (Meaning("realtime"),)),
    Row(45, "及时公开", (Meaning("prompt"),)),
    Row(46, "按进展情况及时公开", (Meaning("prompt"),)),
    Row(47, "重大决策作出后及时公开", (Meaning("prompt"),)),
    # The table says the law has to be looked up. That is no gap in the text: the fall-back for 及时 holds until somebody has.
    Row(48, "按法定时限及时发布", (Meaning("prompt"),)),
    Row(49, "及时公开农村危房改造补助农户名单", (Meaning("prompt"),)),
    # The table counts 7 days; the week stays a week, which is the same date.
    Row(50, "提前一周发通知邀请", (before_event(1, "week"),)),
    # 行政许可法 第四十八条 with 第八十二条: working days. The text does not say which hearing it is about; for one under 行政处罚法 2021
    # 第八十五条 makes 七日 working days as well.
    Row(51, "举行听证的七日前", (before_event(7, "workday"),)),
    Row(52, "于召开听证会7日前送达", (before_event(7, "day"),)),
    # Not the word 实时, but the meaning: at the same time as the event.
    Row(53, "在实地启动拟征收土地工作时,在村公示栏公开", (Meaning("realtime"),)),
    Row(54, "拟征收土地现状调查结束后5个工作日内,在村公示栏公开", (within("拟征收土地现状调查结束", 5),)),
    Row(55, "按月公开", (Meaning("periodic", period="month"),)),
    # The table gives the quarter alone; the subset is named as it is in row 22.
    Row(56, "资金使用、案件办理、质量考核结果按季度公开", (Meaning("periodic", period="quarter", applies_to=FUNDS),)),
    Row(57, "半年至少更新1次", (Meaning("periodic", period="half_year"),)),
    Row(58, "每年1月31日前", (Meaning("fixed_date", period="year", on="01-31"),)),
    Row(59, "每年3月31日前", (Meaning("fixed_date", period="year", on="03-31"),)),
    Row(60, "至少每隔2年清理一次", (Meaning("periodic", None, 2, "year", period="year"),)),
    Row(61, "长期公开", (Meaning("permanent"),)),
    Row(62, "永久公开", (Meaning("permanent"),)),
    Row(63, "自发布或变更之日起20个工作日内", (within("发布或者变更", 20),), warnings=warned("circular")),
    Row(64, "最迟应在24小时内举行新闻发布会", (response(None, 24, "hour"),)),
    Row(65, "在48小时内予以回应", (response(None, 48, "hour"),)),
    # 行政处罚法 2021 第四十八条第二款 gives the event, which the text leaves out, and 第八十五条 makes the three days working days.
    # The law also names 确认违法 and 确认无效 as events; the table and this trigger do not.
    Row(66, "三日内撤回(处罚决定信息)", (within("变更或者撤销", 3),)),
    Row(67, "合同签订之日起2个工作日内公告", (within("合同签订", 2),)),
    Row(68, "监测时间点前2周内", None, needs_rule=True, warnings=warned("assessment_window")),
    Row(69, "监测时间点前6个月内", None, needs_rule=True, warnings=warned("assessment_window")),
    Row(70, "超过3个月未回应", None, needs_rule=True, warnings=warned("assessment_window")),
    Row(71, "制 定 或 获 取 信 息之日起 10 个 工作日内", (within(SET, 10),)),
    Row(72, "信息形成或者变更之日起 * 个工作日内", None, needs_rule=True, warnings=warned("masked")),
    Row(73, "每季度最后一天为考评时间节点", (Meaning("periodic", period="quarter"),)),
    Row(74, "定期(更新/公布)", (Meaning("periodic"),), needs_rule=True, warnings=warned("period_unknown")),
)


def meaning(found: Clause, *, any_trigger: bool) -> Meaning:
    return Meaning(
        kind=str(found.kind),
        trigger=None if any_trigger else found.trigger,
        count=found.count,
        unit=found.unit and str(found.unit),
        period=found.period,
        on=found.on,
        applies_to=found.applies_to,
    )


def meanings(clauses: tuple[Clause, ...], expected: tuple[Meaning, ...]) -> tuple[Meaning, ...]:
    """What was found, without the triggers that `expected` leaves open; a clause too many stays as it is."""
    open_triggers = [
        wanted.kind in ANY_TRIGGER or (wanted.kind == "response" and wanted.trigger is None) for wanted in expected
    ]
    open_triggers += [False] * (len(clauses) - len(expected))
    return tuple(meaning(found, any_trigger=is_open) for found, is_open in zip(clauses, open_triggers, strict=False))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_a_real_deadline_text_reads_as_a_person_reads_it(row: Row, rulebook: Rulebook) -> None:
    reading = read(row.text, rulebook.deadlines.vocabulary)
    assert reading.needs_rule is row.needs_rule
    assert row.warnings <= set(reading.warnings)
    if row.clauses is not None:
        assert meanings(reading.clauses, row.clauses) == row.clauses
        assert any(clause.override for clause in reading.clauses) is row.override


def spaced(text: str) -> str:
    return " ".join(text)


def full_width(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))


def numeral(text: str) -> str:
    return text.replace("20", "二十")


TRADITIONAL = {
    1: "信息形成或者變更之日起20個工作日內",
    16: "信息形成20個工作日內公開;其中行政許可、行政處罰事項應自作出行政決定之日起7個工作日內公示",
    31: "本級人民代表大會或其常務委員會批准後20日內",
}


def as_read(text: str, rulebook: Rulebook) -> tuple[tuple[Clause, ...], bool, tuple[str, ...]]:
    """All of a reading but the text itself."""
    reading: Reading = read(text, rulebook.deadlines.vocabulary)
    return reading.clauses, reading.needs_rule, reading.warnings


VARIANTS = [
    pytest.param(row.text, written(row.text), id=f"{row.number}-{written.__name__}")
    for written in (spaced, full_width, numeral)
    for row in ROWS
    if written(row.text) != row.text
] + [
    pytest.param(row.text, TRADITIONAL[row.number], id=f"{row.number}-traditional")
    for row in ROWS
    if row.number in TRADITIONAL
]


@pytest.mark.parametrize(("plain", "variant"), VARIANTS)
def test_the_same_words_written_otherwise_read_the_same(plain: str, variant: str, rulebook: Rulebook) -> None:
    assert as_read(variant, rulebook) == as_read(plain, rulebook)
