"""The city's 2017 report: each of the 21 notes on its consistency is reported by name, and the sums that hold are said to hold.

Figures, headings and slips stand in `report_2017.txt` as recorded, in their sections; what connects them is ours.
"""

import pytest

from registry.annual.checking.telling import places_in_words, sentence_of
from tests.annual.reports import AREAS, Check, Remark, Weight, checked, of_2017

C = Check

# (note, the check that reports it, what its sentence must name)
NOTES = [
    ("I01 受理点83=56+12+15", C.SUM_HOLDS, ["83个", "56 + 12 + 15"]),
    ("I02 公共资源交易133=19+16+98", C.SUM_HOLDS, ["133条", "19 + 16 + 98"]),
    ("I03 序号七出现两次，应为八", C.SECTION_NUMBERING, ["七、其他需要报告的事项", "八"]),
    ("I04 标题是编制说明残句", C.STRAY_HEADING, ["等内容进行编制"]),
    ("I05 引言7个组成部分，正文8个", C.SCOPE_MISMATCH, ["7个部分", "8个", "其他需要报告的事项"]),
    ("I06 38条在第二、五部分重复", C.REPEATED_ACROSS, ["38条", "失业保险费率信息"]),
    ("I06 657条在第二、五部分重复", C.REPEATED_ACROSS, ["657条"]),
    ("I06 收费部分放的是发布信息数", C.FEES_WITHOUT_AMOUNT, ["收费和减免"]),
    ("I07 38条与依企业申请38条次", C.SAME_NUMBER, ["失业保险费率信息38条", "申请公开信息38条次"]),
    ("I08 98次条同段两次", C.REPEATED_WITHIN, ["98次条"]),
    ("I08 消费警示11期两次", C.REPEATED_WITHIN, ["《消费警示》11期"]),
    ("I08 消费指南11期两次", C.REPEATED_WITHIN, ["《消费指南》11期"]),
    ("I08 414两次", C.REPEATED_ACROSS, ["414次"]),
    ("I08 58两次", C.REPEATED_ACROSS, ["58件"]),
    ("I08 1172两次", C.REPEATED_ACROSS, ["1172件"]),
    ("I08 35008两次", C.REPEATED_WITHIN, ["35008条"]),
    ("I08 3场次两次", C.REPEATED_ACROSS, ["3场次"]),
    ("I08 公报4期两次", C.REPEATED_ACROSS, ["政府公报4期"]),
    ("I09 未制发而公开16件", C.DENIED_AND_COUNTED, ["未制发规范性文件", "16件"]),
    ("I10 水质公开11次与简报11期", C.NEARLY_THE_SAME, ["水质状况公开11次", "水质简报11期"]),
    ("I10 按月应为12", C.SHORT_OF_MONTHS, ["水质简报11期", "12期"]),
    ("I11 1600份与1600余份", C.EXACT_AND_ABOUT, ["1600份", "1600余份"]),
    ("I12 依申请无答复分类、无结转", C.REQUESTS_WITHOUT_RESULTS, ["38条次", "结转"]),
    ("I13 县级市不制定行政法规", C.BEYOND_COMPETENCE, ["行政法规", "国务院"]),
    ("I13 县级市不制定地方性法规", C.BEYOND_COMPETENCE, ["地方性法规"]),
    ("I14 通知网站公开", C.SLIP, ["通知", "通过"]),
    ("I14 各乡、市属各部门", C.SLIP, ["各乡", "各乡镇"]),
    ("I14 困政府信息公开", C.SLIP, ["困", "因"]),
    ("I14 农产品品价格", C.DOUBLED_CHARACTER, ["品品"]),
    ("I14 发发展指引", C.DOUBLED_CHARACTER, ["发发"]),
    ("I14 帮助措施与帮扶措施", C.SLIP, ["帮助措施", "帮扶措施"]),
    ("I14 段落断行", C.BROKEN_PARAGRAPH, ["规范性文件数16件"]),
    ("I15 计量单位混用", C.MIXED_MEASURES, ["次条", "条次", "批次"]),
    ("I16 网站35008条无勾稽", C.NOT_RECONCILED, ["35008条"]),
    ("I16 207条合并7类", C.MERGED_CLASSES, ["207条", "7类"]),
    ("I16 公共法律服务没有数字", C.AREA_WITHOUT_FIGURE, ["公共法律服务"]),
    ("I17 收费目录清单4期还是4类", C.PERIODS_OR_KINDS, ["4期", "省定价目录"]),
    ("I18 按月公开没有写次月几日", C.RHYTHM_WITHOUT_DAY, ["按月公开财政收支"]),
    ("I19 414次与94.45%", C.IMPOSSIBLE_RATE, ["391/414 = 94.44%", "392/414 = 94.69%"]),
    ("I19 查询414次与转接414次", C.REPEATED_ACROSS, ["查询414次", "转接"]),
    ("I20 已回复1151件（98.21%）", C.REST_NOT_TOLD, ["1151件", "98.21%"]),
    ("I21 渠道合计46043", C.CHANNEL_TOTAL, ["46043", "只计1条"]),
]


@pytest.fixture(scope="module")
def remarks() -> list[Remark]:
    return checked(of_2017(), areas=AREAS)


@pytest.mark.parametrize(("note", "check", "named"), NOTES, ids=[note for note, _, _ in NOTES])
def test_every_note_is_reported_by_name(remarks: list[Remark], note: str, check: Check, named: list[str]) -> None:
    sentences = [sentence_of(one) for one in remarks if one.check is check]
    assert any(all(word in sentence for word in named) for sentence in sentences), sentences


def test_only_the_sums_that_hold_are_said_to_hold(remarks: list[Remark]) -> None:
    assert sorted(str(one.context["total"]) for one in remarks if one.weight is Weight.HOLDS) == ["133条", "83个"]
    assert [one for one in remarks if one.check in (C.SUM_DIFFERS, C.REST_DIFFERS, C.DIFFERING_VALUES)] == []


def test_what_must_be_changed_stands_first(remarks: list[Remark]) -> None:
    order = [list(Weight).index(one.weight) for one in remarks]
    assert order == sorted(order)


def test_places_are_told_as_printed(remarks: list[Remark]) -> None:
    heading = next(one for one in remarks if one.check is C.STRAY_HEADING)
    assert places_in_words(heading) == "第七部分（第2个）"
    fees = next(one for one in remarks if one.check is C.REPEATED_ACROSS and one.context["found"] == "657条")
    assert places_in_words(fees) == "第二部分（三）第3句、第五部分第1句"
