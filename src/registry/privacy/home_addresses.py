"""Addresses that lead to somebody's door: below the number of the building, or the number of a house in a village. Pure.

A unit's address ends at the building or names an office (政务服务中心3楼302室), and is what people need to find it; so a room alone is
nothing. A flat (单元), a room in a place where people live, and a house of a villagers' group is; and any house number said to be where
a person lives. Flats that are counted (3栋530户) are no address.
"""

import re
from collections.abc import Iterator

HAN = r"\u3400-\u9fff"
NUMBER = r"(?:[0-9]{1,5}|[一二三四五六七八九十百]{1,5}|[A-Za-z])"
GAP = r"[-—\s]{0,2}"
COUNTED = "(?![0-9户套平米㎡年人万元])"
DOOR = rf"[0-9]{{3,4}}(?:-[0-9])?(?:室|号|房|{COUNTED})"
LIVED_IN = "(?:小区|花园|家园|公寓|嘉苑|[雅名馨佳景新锦苑]苑|新村|宿舍|家属[院区楼]|生活区|安置[房点区]|公租房|廉租房|保障房|住宅[区楼]?)"
NO_HOUSE = "(?!地块|宗地|文|公告|令|线|标|机|井|桥|变|图|坝|塘|窑|楼|路|矿|泵|闸|洞|水)"
WHERE = rf"[{HAN}0-9A-Za-z·]{{0,30}}"

FLAT = re.compile(
    rf"{NUMBER}(?:号楼|号院|号|栋|幢|座|楼|#)?{GAP}{NUMBER}\s?单元{GAP}(?:[0-9]{{1,2}}[楼层]{GAP})?"
    rf"(?:(?:[0-9]{{1,4}}|[一二三四五六七八九十零〇]{{1,4}})(?:室|号|房)|[0-9]{{3,4}}(?:户(?![{HAN}])|{COUNTED}))"
)
ROOM_WHERE_PEOPLE_LIVE = re.compile(
    rf"{LIVED_IN}[{HAN}A-Za-z0-9]{{0,6}}?{NUMBER}(?:号楼|栋|幢|座|#){GAP}(?:[0-9]{{1,2}}[楼层])?{DOOR}"
    rf"|{LIVED_IN}[{HAN}A-Za-z]{{0,4}}[0-9]{{1,3}}[-—][0-9]{{1,2}}[-—][0-9]{{3,4}}(?![0-9])"
)
ROOM_OFF_A_STREET = re.compile(rf"[路街巷道]{NUMBER}号[{HAN}]{{0,10}}?{NUMBER}(?:号楼|栋|幢){GAP}{DOOR}")
ROOM_OF_A_BUILDING = re.compile(rf"{NUMBER}(?:号楼|栋|幢){GAP}(?:[A-Za-z]座)?[0-9]{{3,4}}(?:室|号|房)(?![0-9{HAN}])")
HOUSE_OF_A_GROUP = re.compile(
    rf"[村屯寨庄乡镇区处会][{HAN}]{{0,12}}?(?:(?:第?{NUMBER})(?:村民|居民)?小?[组社]|[村居]民小组|小组|自然村)[ ,，]?附?"
    rf"[0-9]{{1,4}}(?:[-—之][0-9]{{1,3}})?号{NO_HOUSE}"
)
LIVES_AT = (
    "(?:家庭住址|家庭地址|现住址?|住址|户籍地址|户籍所在地|户籍地|户口所在地|居住地址?|常住地址|身份证地址|通讯住址)"
)
SAID_TO_LIVE = re.compile(
    rf"{LIVES_AT}[:：为在是]?\s{{0,3}}(?P<home>{WHERE}?[0-9]{{1,5}}(?:-[0-9]{{1,3}})?号{NO_HOUSE})"
)
HOME = re.compile(rf"{WHERE}?[0-9]{{1,5}}(?:-[0-9]{{1,3}})?号{NO_HOUSE}")

OFFICES = re.compile(
    "局|委员会|中心|法院|检察|派出所|司法所|律师|事务所|公证|仲裁|办公|大厦|大楼|写字楼|商铺|公司|银行|学校|学院|校区|医院|馆|窗口|机关|行政"
    "|园区|广场|商场|市场|基地|厂|酒店|宾馆|党校|政府"
)

PATTERNS = (
    (FLAT, re.compile("单元")),
    (ROOM_WHERE_PEOPLE_LIVE, re.compile(LIVED_IN)),
    (HOUSE_OF_A_GROUP, re.compile("[组社村]")),
    (ROOM_OFF_A_STREET, re.compile("[栋幢楼]")),
    (ROOM_OF_A_BUILDING, re.compile("[栋幢楼]")),
)
"""Each with what has to be in a text at all: looking for a word is many times quicker than for an address."""

UNLESS_OFFICES = (ROOM_OFF_A_STREET, ROOM_OF_A_BUILDING)

HEAD = re.compile(rf"[{HAN}0-9A-Za-z·]{{0,24}}$")
FIRST_NUMBER = re.compile(rf"第?{NUMBER}(?=号|栋|幢|座|单元|村民|居民|小?[组社]|#|-|—|室|楼)|附?[0-9]{{1,4}}(?=号)")


def find_addresses(text: str, label: str = "") -> Iterator[tuple[str, int, int]]:
    """(the address cut at the road or village, start, end) of each. `label` is the heading of the column the text stands in."""
    for pattern, word in PATTERNS:
        for found in pattern.finditer(text) if word.search(text) else ():
            if pattern not in UNLESS_OFFICES or not OFFICES.search(text, _begin(text, found.start()), found.end()):
                yield _cut(text, found.start(), found.end())
    for found in SAID_TO_LIVE.finditer(text):
        yield _cut(text, found.start("home"), found.end("home"))
    if re.search(LIVES_AT, label):
        for found in HOME.finditer(text):
            yield _cut(text, found.start(), found.end())


def _cut(text: str, start: int, end: int) -> tuple[str, int, int]:
    """With the words before it that belong to the address, up to its first number."""
    begin = _begin(text, start)
    address = text[begin:end]
    number = FIRST_NUMBER.search(address)
    return f"{address[: number.start()] if number else ''}***", begin, end


def _begin(text: str, start: int) -> int:
    head = HEAD.search(text, max(0, start - 24), start)
    return head.start() if head else start
