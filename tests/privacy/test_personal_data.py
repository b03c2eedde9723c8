"""What is found in a text and what is not, case by case; check digits were computed by hand from the standards."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.privacy.personal_data import find_in_number, find_in_text, without_personal_data
from registry.privacy.personal_numbers import is_credit_code, is_identity_number
from tests.privacy import made_up_people as made_up

# 53230119900307123: 5·7+3·9+2·10+3·5+0·8+1·4+1·2+9·1+9·6+0·3+0·7+3·9+0·10+7·5+1·8+2·4+3·2 = 250, 250 mod 11 = 8, so 4.
IDENTITY = "532301199003071234"
# 5·7+3·9+2·10+3·5+0·8+1·4+1·2+9·1+9·6+0·3+0·7+1·9+0·10+1·5+0·8+0·4+9·2 = 198, 198 mod 11 = 0, so 1; with 014: 200 mod 11 = 2, so X.
IDENTITY_X = "53230119900101002X"

FOUND = [
    ("identity", f"申请人身份证号{IDENTITY}，已核实", "identity_number", "532301********1234"),
    ("with spaces", f"{IDENTITY[:6]} {IDENTITY[6:14]} {IDENTITY[14:]}", "identity_number", "532301********1234"),
    ("with dashes", f"{IDENTITY[:6]}-{IDENTITY[6:14]}-{IDENTITY[14:]}", "identity_number", "532301********1234"),
    ("in wide digits", IDENTITY.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"}), "identity_number", "532301********1234"),
    ("digit by digit", " ".join(IDENTITY), "identity_number", "532301********1234"),
    ("over a line break", f"{IDENTITY[:9]}\n{IDENTITY[9:]}", "identity_number", "532301********1234"),
    ("after Latin letters that say so", f"ID{IDENTITY}", "identity_number", "532301********1234"),
    ("after a serial number", f"1 {IDENTITY} 村民", "identity_number", "532301********1234"),
    ("fifteen digits", "身份证532301900307123", "identity_number", "532301******123"),
    ("inside a web address", f"https://example.cn/?id={IDENTITY}", "identity_number", "532301********1234"),
    ("mobile", "联系电话：13812345678", "mobile_number", "138****5678"),
    ("mobile in groups", "138 1234 5678", "mobile_number", "138****5678"),
    ("mobile with dashes", "138-1234-5678", "mobile_number", "138****5678"),
    ("mobile of the country", "+86 13812345678", "mobile_number", "138****5678"),
    ("mobile of the country in one", "+8613812345678", "mobile_number", "138****5678"),
    ("mobile from afar", "013812345678", "mobile_number", "138****5678"),
    ("mobile in an address of mail", "13812345678@139.com", "mobile_number", "138****5678"),
    ("mobile over a line break", "1381234\n5678", "mobile_number", "138****5678"),
    ("segment 19", "19912345678", "mobile_number", "199****5678"),
    ("mobile before the name of a county", "13812345678 元谋县", "mobile_number", "138****5678"),
    ("mobile before a surname", "13812345678 万家坝村", "mobile_number", "138****5678"),
    ("mobile before an age", "13812345678年龄45岁", "mobile_number", "138****5678"),
    ("mobile after a star", "*13812345678", "mobile_number", "138****5678"),
    ("mobile of who gets an invoice", "发票收件人13812345678", "mobile_number", "138****5678"),
    ("mobile before a wide comma", "13812345678，3号", "mobile_number", "138****5678"),
    ("mobile in a numbered list", "1.13812345678", "mobile_number", "138****5678"),
    ("card in fours", "卡号 6222 0212 3456 7890 128", "bank_card", "6222***********0128"),
    ("card in one", "开户行及账号6228480012345678903", "bank_card", "6228***********8903"),
    ("plate", "云EA1234", "number_plate", "云EA***4"),
    ("plate with a dot", "车牌云E·12345号", "number_plate", "云E1***5"),
    ("plate of an electric car", "云ED12345", "number_plate", "云ED***5"),
    ("flat", "楚雄市鹿城镇龙江小区3栋2单元501室", "home_address", "楚雄市鹿城镇龙江小区***"),
    ("flat in Chinese numerals", "阳光小区三幢一单元四零二室", "home_address", "阳光小区***"),
    ("room where people live", "阳光花园3栋501", "home_address", "阳光花园***"),
    ("room of a building of no office", "永安路鼎兴名都8幢A座1602号", "home_address", "永安路鼎兴名都***"),
    ("house of a villagers' group", "东瓜镇大冷山村三组12号", "home_address", "东瓜镇大冷山村***"),
    ("house said to be a home", "家庭住址：楚雄市鹿城镇龙江路12号", "home_address", "楚雄市鹿城镇龙江路***"),
    ("passport that is called so", "护照号码：E12345678", "travel_document", "E1*****78"),
]  # fmt: skip

LEFT_ALONE = [
    ("identity with a wrong check digit", IDENTITY[:17] + "5"),
    ("identity of no day", "532301199002301232"),
    ("identity of no province", "992301199003071234"),
    ("part of a longer number", f"9{IDENTITY}"),
    ("already masked identity", "532301********1234"),
    ("already masked mobile", "138****5678"),
    ("credit code", "统一社会信用代码91350100M000100Y43"),
    ("document number", "楚市财〔2026〕12号"),
    ("hotline", "法律援助热线12348，政务服务热线12345"),
    ("telephone of an office", "0878-3123456、(0878)3123456、08783123456"),
    ("free hotline", "400-812-3456"),
    ("amount in yuan", "合计13812345678元"),
    ("amount with thousands", "13,812,345,678.00"),
    ("amount with decimals", "13812345678.25"),
    ("amount with a sign", "￥13812345678"),
    ("project code", "项目代码：2601-532301-04-01-123456"),
    ("permit of the planning office", "建字第532301202600012号"),
    ("permit that would pass as an identity", "施工许可证编号：532301200001011012"),
    ("number of a book", "ISBN 978-7-5093-1234-5"),
    ("number of a page", "https://www.cxs.gov.cn/info/1016/13812345678.htm"),
    ("card with a wrong check digit", "6222021234567890123"),
    ("office in a street", "楚雄市鹿城镇鹿城路12号"),
    ("office in a room", "政务服务中心3楼302室"),
    ("office in a building", "行政中心5号楼512室"),
    ("school", "楚雄师范学院雁塔校区3栋201室"),
    ("offices of the city", "州级行政办公区3号楼402室"),
    ("amount in ten thousands", "共13812345678万元"),
    ("flats that are counted", "改造龙江小区12栋530户"),
    ("stairs that are counted", "共3栋2单元12户居民"),
    ("households that are counted", "涉及三组12户45人"),
    ("plot of land", "东瓜镇西营村三组12号地块"),
    ("standard", "符合GB50016-2014和济宁DB37/T 5008"),
    ("steering group", "领导小组2026年3号文"),
    ("hash", "a13812345678b9c0d1e2f30718293a4b5c6d7e8f"),
    ("year and number", "2026年第13812345号"),
]


@pytest.mark.parametrize(("text", "kind", "masked"), [case[1:] for case in FOUND], ids=[case[0] for case in FOUND])
def test_what_belongs_to_a_person_is_found_and_masked(text: str, kind: str, masked: str) -> None:
    assert [(one.kind.value, one.masked) for one in find_in_text(text)] == [(kind, masked)]


@pytest.mark.parametrize("text", [case[1] for case in LEFT_ALONE], ids=[case[0] for case in LEFT_ALONE])
def test_what_belongs_to_nobody_is_left_alone(text: str) -> None:
    assert find_in_text(text) == []


def test_several_in_one_text_are_all_found_in_order() -> None:
    text = f"甲{IDENTITY}电话13812345678/13912345678，车云EA1234"

    kinds = [one.kind.value for one in find_in_text(text)]

    assert kinds == ["identity_number", "mobile_number", "mobile_number", "number_plate"]
    assert without_personal_data(text) == "甲532301********1234电话138****5678/139****5678，车云EA***4"


NUMBERS = [
    ("mobile", "13812345678", "手机号", False, ["mobile_number"]),
    ("mobile without a heading", "13812345678", "", False, ["mobile_number"]),
    ("money shown as money", "13812345678", "", True, []),
    ("money by its heading", "13812345678", "预算数（元）", False, []),
    ("identity cut to fifteen digits", "532301199003071000", "证件号", False, ["identity_number"]),
    ("card cut to fifteen digits", "6228480012345670000", "账号", False, ["bank_card"]),
    ("money of eighteen digits", "532301209003071000", "", False, []),
    ("old identity", "532301900307123", "", False, ["identity_number"]),
]


@pytest.mark.parametrize(
    ("digits", "label", "is_amount", "kinds"), [case[1:] for case in NUMBERS], ids=[case[0] for case in NUMBERS]
)
def test_numbers_of_a_spreadsheet(digits: str, label: str, is_amount: bool, kinds: list[str]) -> None:
    assert [one.kind.value for one in find_in_number(digits, label=label, is_amount=is_amount)] == kinds


def test_a_column_of_codes_is_read_as_codes() -> None:
    assert find_in_text("13812345678", label="合同编号") == []
    assert find_in_text("E12345678", label="护照号")[0].masked == "E1*****78"
    assert find_in_text("楚雄市鹿城镇龙江路12号", label="现住址")[0].masked == "楚雄市鹿城镇龙江路***"


CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=20)
SEEDS = st.integers(0, 2**32)


@given(seed=SEEDS, before=CHINESE, after=CHINESE)
def test_every_identity_number_in_a_chinese_text_is_found(seed: int, before: str, after: str) -> None:
    number = made_up.identity_number(Random(seed))
    masks = [one.masked for one in find_in_text(f"{before}，{number}{after}")]

    assert f"{number[:6]}********{number[-4:]}" in masks


@given(seed=SEEDS, before=CHINESE)
def test_every_mobile_and_card_number_in_a_chinese_text_is_found(seed: int, before: str) -> None:
    random = Random(seed)
    mobile, card = made_up.mobile_number(random), made_up.card_number(random)
    masks = [one.masked for one in find_in_text(f"{before}：{mobile}，{card}。")]

    assert masks[-2:] == [f"{mobile[:3]}****{mobile[-4:]}", f"{card[:4]}{'*' * (len(card) - 8)}{card[-4:]}"]


@given(seed=SEEDS, before=CHINESE, after=CHINESE)
def test_no_credit_code_is_ever_taken_for_a_person(seed: int, before: str, after: str) -> None:
    code = made_up.credit_code(Random(seed))

    assert is_credit_code(code)
    assert find_in_text(f"{before}，{code}，{after}") == find_in_text(f"{before}，，{after}") == []


@given(st.text(max_size=300))
def test_any_text_can_be_looked_through_and_masking_leaves_nothing(text: str) -> None:
    assert find_in_text(without_personal_data(text)) == []


@given(seed=SEEDS, place=st.integers(0, 17))
def test_one_wrong_digit_is_no_identity_number(seed: int, place: int) -> None:
    """MOD 11-2 finds every single slip."""
    number = made_up.identity_number(Random(seed))
    digit = number[place]
    wrong = number[:place] + ("1" if digit == "0" or digit == "X" else str(int(digit) - 1)) + number[place + 1 :]

    assert is_identity_number(number)
    assert not is_identity_number(wrong)
