"""Numbers and addresses of nobody, drawn from a seed: valid in form, belonging to no person, and without a name."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

# Regions of 楚雄州 and some elsewhere; provinces as in GB/T 2260.
REGIONS = ("532301", "532322", "532331", "530102", "110105", "310115", "440106", "510104", "650102", "820000")
MOBILE_SEGMENTS = (
    "130",
    "135",
    "139",
    "145",
    "147",
    "150",
    "159",
    "166",
    "173",
    "178",
    "180",
    "189",
    "191",
    "198",
    "199",
)
CARD_PREFIXES = ("621226", "622848", "622202", "625965", "621700", "436742", "955880", "402658", "518710")
CARD_LENGTHS = {"436742": 19, "955880": 19, "402658": 16, "518710": 16}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity_number(random: Random) -> str:
    day = date(1940, 1, 1) + timedelta(days=random.randrange(29_000))
    body = f"{random.choice(REGIONS)}{day:%Y%m%d}{random.randrange(1000):03}"
    return body + "10X98765432"[sum(int(one) * weight for one, weight in zip(body, WEIGHTS, strict=True)) % 11]


def old_identity_number(random: Random) -> str:
    day = date(1920, 1, 1) + timedelta(days=random.randrange(29_000))
    return f"{random.choice(REGIONS[:-1])}{day:%y%m%d}{random.randrange(1000):03}"


def mobile_number(random: Random) -> str:
    return f"{random.choice(MOBILE_SEGMENTS)}{random.randrange(10**8):08}"


def card_number(random: Random) -> str:
    prefix = random.choice(CARD_PREFIXES)
    length = CARD_LENGTHS.get(prefix) or random.choice((16, 17, 18, 19))
    body = prefix + "".join(str(random.randrange(10)) for _ in range(length - len(prefix) - 1))
    digits = [int(one) for one in reversed(body)]
    total = sum(sum(divmod(2 * one, 10)) if place % 2 == 0 else one for place, one in enumerate(digits))
    return f"{body}{-total % 10}"


def plate(random: Random) -> str:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    digits = "".join(str(random.randrange(10)) for _ in range(4))
    return random.choice(
        (
            f"云E{random.choice(letters)}{digits}",
            f"云E·{digits}{random.randrange(10)}",
            f"云A{random.choice('DF')}{random.randrange(10)}{digits}",
            f"川A {digits[:2]}{random.choice(letters)}{digits[2:]}",
        )
    )


def home_address(random: Random) -> str:
    number, door = random.randrange(1, 40), 100 * random.randrange(1, 12) + random.randrange(1, 9)
    return random.choice(
        (
            f"楚雄市鹿城镇龙江小区{number}栋{random.randrange(1, 5)}单元{door}室",
            f"楚雄市东瓜镇阳光花园{number}幢{door}号",
            f"楚雄市紫溪镇云龙村民委员会大村小组{number}号",
            f"楚雄市苍岭镇西营村{random.choice('一二三四')}组{number}号",
            f"家庭住址：楚雄市鹿城镇团结路{number}号",
        )
    )


KINDS: dict[str, Callable[[Random], str]] = {
    "identity_number": identity_number,
    "mobile_number": mobile_number,
    "bank_card": card_number,
    "number_plate": plate,
    "home_address": home_address,
}


def credit_code(random: Random) -> str:
    """统一社会信用代码 by GB 32100-2015 with a true check character."""
    characters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = (
        random.choice(("11", "12", "51", "52", "91", "92", "93"))
        + random.choice(("532301", "532322", "530102", "100000", "440106"))
        + "".join(random.choice("0123456789ABCDEFGHJKLMNPQRTUWXY"[:10] * 6 + "ABCDEFGHJK") for _ in range(9))
    )
    total = sum(characters.index(one) * pow(3, place, 31) for place, one in enumerate(body))
    return body + characters[-total % 31]
