"""Each check of a report's text: what it must find, and what it must leave alone."""

import pytest

from registry.annual.checking.telling import places_in_words, sentence_of
from tests.annual.reports import Check, Weight, checked, found_in

C = Check

FOUND = [
    (C.SECTION_NUMBERING, "一、概述\n内容。\n三、主动公开\n内容。", "“二”"),
    (C.SECTION_NUMBERING, "一、概述\n（一）甲。\n（三）乙。", "(二)"),
    (C.STRAY_HEADING, "一、概述\n内容。\n二、请按以下要求进行编制\n内容。", "进行编制"),
    (
        C.SCOPE_MISMATCH,
        "全文由概述、存在问题组成。\n一、概述\n内容。\n二、收费情况\n内容。\n三、存在问题\n内容。",
        "二、收费情况",
    ),
    (C.SCOPE_MISMATCH, "报告包括概述、复议诉讼情况等部分。\n一、概述\n内容。", "复议诉讼情况"),
    (C.FEES_WITHOUT_AMOUNT, "一、收费和减免情况\n发布信息38条。", "收费和减免"),
    (C.SUM_DIFFERS, "共受理申请10件，其中网络申请6件、信函申请5件。", "6 + 5 = 11"),
    (C.SUM_DIFFERS, "公开信息100条：教育40条、卫生50条。", "40 + 50 = 90"),
    (C.SUM_HOLDS, "共受理申请11件，其中网络申请6件、信函申请5件。", "6 + 5"),
    (C.SUM_HOLDS, "发布信息1,234条（教育1,000条、卫生200条、住房34条）。", "1000 + 200 + 34"),
    (C.SUM_HOLDS, "受理点83个，机关56个，企业12个，乡镇15个。", "56 + 12 + 15"),
    (C.IMPOSSIBLE_RATE, "接听电话100次，接通率94.45%。", "94/100 = 94.00%"),
    (C.REST_NOT_TOLD, "收到来信100件，除4件正在办理外均已回复。", "96件（96.00%）"),
    (C.REST_DIFFERS, "收到来信100件，除4件正在办理外，已回复95件。", "应余96件"),
    (C.EXACT_AND_ABOUT, "印发手册500份。向群众发放手册500余份。", "500余份"),
    (C.DIFFERING_VALUES, "受理社会保障申请12件。全年社会保障申请15件。", "12件"),
    (C.DENIED_AND_COUNTED, "未收到群众来信来访。处理群众来信来访3件。", "3件"),
    (C.SAME_NUMBER, "公开教育领域45条。公开卫生健康45条。", "教育领域45条"),
    (C.REPEATED_WITHIN, "公开教育领域信息45条。全年教育领域信息45条。", "2次"),
    (C.REQUESTS_WITHOUT_RESULTS, "一、依申请公开情况\n收到申请9条。", "9条"),
    (C.BEYOND_COMPETENCE, "我县制定了地方性法规2部。", "地方性法规"),
    (C.SLIP, "截止2017年底，全部完成。", "截至"),
    (C.DOUBLED_CHARACTER, "加强对基层的的指导。", "的的"),
    (C.PERIODS_OR_KINDS, "编发简报3期（工作动态、经验交流、问题通报）。", "3类"),
    (C.ENUMERATION_DIFFERS, "制定制度4项（主动公开制度、保密审查制度、年报制度）。", "3项"),
    (C.RHYTHM_WITHOUT_DAY, "每季度公布考核结果。", "每季度公布"),
    (C.MERGED_CLASSES, "公开规划、住房、建设、交通、水利信息50条。", "5类"),
    (C.BROKEN_PARAGRAPH, "一、概述\n全年公开\n信息50条。", "全年公开"),
]


@pytest.mark.parametrize(("check", "text", "named"), FOUND)
def test_it_is_found_and_named(check: Check, text: str, named: str) -> None:
    sentences = [sentence_of(remark) for remark in found_in(text, check)]
    assert any(named in sentence for sentence in sentences), sentences


LEFT_ALONE = [
    (C.SECTION_NUMBERING, "一、甲情况\n内容。\n二、乙情况\n（一）丙。\n（二）丁。\n三、戊情况\n（一）己。"),
    (
        C.SECTION_NUMBERING,
        "\n".join(f"{number}、第几部分\n内容。" for number in "一二三四五六七八九")
        + "\n十、末尾部分\n内容。\n十一、附件情况\n内容。",
    ),
    (
        C.SCOPE_MISMATCH,
        "全文由概述、主动公开情况、存在问题组成。\n一、概述\n内容。\n二、主动公开情况\n内容。\n三、存在问题\n内容。",
    ),
    (C.FEES_WITHOUT_AMOUNT, "一、收费和减免情况\n2017年未收取任何费用。"),
    (C.FEES_WITHOUT_AMOUNT, "一、收费情况\n收取邮寄费120元。"),
    (C.SUM_DIFFERS, "发布信息46期、信息增刊（月刊）12期、专报58期。"),
    (C.SUM_DIFFERS, "共受理10件，其中网络申请6件。"),
    (C.SUM_HOLDS, "修改文件5个、废止3个、失效2个。"),
    (C.IMPOSSIBLE_RATE, "接听电话400次，接通率94.25%。"),  # 377/400
    (C.IMPOSSIBLE_RATE, "接通电话377次，接通率94.25%。"),  # 377 of 400
    (C.REST_NOT_TOLD, "收到来信100件，除4件正在办理外，已回复96件。"),
    (C.EXACT_AND_ABOUT, "印发手册500份。发放手册600余份。"),
    (C.DENIED_AND_COUNTED, "未收到行政复议申请。公开规范性文件3件。"),
    (C.SAME_NUMBER, "召开会议2次。举办培训2次。"),
    (C.REQUESTS_WITHOUT_RESULTS, "一、依申请公开情况\n收到申请9条，予以公开6条，不予公开3条，结转0条。"),
    (C.DOUBLED_CHARACTER, "依法公开开展情况，层层落实，人人参与，常常检查，方方面面都好。"),
    (C.PERIODS_OR_KINDS, "编发简报12期（工作动态、经验交流、问题通报）。"),
    (C.ENUMERATION_DIFFERS, "制定制度4项（主动公开制度、保密审查制度等）。"),
    (C.RHYTHM_WITHOUT_DAY, "每季度后10个工作日内公布考核结果。每月公布收支，次月15日前完成。"),
    (C.BROKEN_PARAGRAPH, "某市2017年年度报告\n本报告依法编制。\n一、概述\n（一）全年公开信息50条。\n（二）落实责任。"),
    (C.YEAR_ON_YEAR, "公开教育领域信息45条。"),
]


@pytest.mark.parametrize(("check", "text"), LEFT_ALONE)
def test_what_is_right_is_left_alone(check: Check, text: str) -> None:
    assert found_in(text, check) == []


def test_numbers_of_years_documents_and_telephones_are_no_figures() -> None:
    text = "2017年12月31日，按楚市政办通〔2017〕95号文件，电话0878—3167327，邮编675000，第3次会议。" * 2
    assert checked(text) == []


def test_full_width_characters_are_read_alike() -> None:
    remark = found_in("（一）共受理申请１０件，其中网络６件、信函５件。", C.SUM_DIFFERS)[0]
    assert remark.context["total"] == "10件"
    assert places_in_words(remark) == "引言（一）第1句"


def test_figures_that_doubled_or_halved_since_the_year_before_are_named() -> None:
    before = "公开教育领域信息20条，住房保障信息30条，食品安全信息40条，新开栏目1个。"
    now = "公开教育领域信息40条，住房保障信息59条，食品安全信息20条，新开栏目3个。"
    found = found_in(now, C.YEAR_ON_YEAR, previous=before)
    assert [one.context["now"] for one in found] == ["40条", "20条"]


def test_areas_are_asked_for_by_name() -> None:
    text = "公开财政预决算信息464条，城乡规划、住房等信息207条，制定城乡规划、公共法律服务2个领域的目录。"
    silent = [
        one.context["area"]
        for one in checked(text, areas=("城乡规划", "财政预决算", "公共法律服务"))
        if one.check is C.AREA_WITHOUT_FIGURE
    ]
    assert silent == ["公共法律服务"]


def test_a_consistent_report_has_nothing_to_change() -> None:
    text = """本报告由概述、主动公开情况、依申请公开情况、收费情况组成。
一、概述
2025年，全市公开信息133条，其中土地交易19条、产权交易16条、政府采购98条。
二、主动公开情况
（一）公开数量。经政府网站发布信息133条。
三、依申请公开情况
收到申请9条，予以公开6条，不予公开3条，没有结转。
四、收费情况
全年未收取费用。"""
    assert [sentence_of(one) for one in checked(text) if one.weight is Weight.WRONG] == []
