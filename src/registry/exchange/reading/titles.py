"""事项名称: broken lines joined, numbers taken off the name."""

import re

from registry.exchange.grids.spelling import joined

NUMBER = re.compile(
    r"^(?P<number>\d{1,3}(?:\.\d{1,3})+|\d{1,3}(?=[.．、])|[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|[一二三四五六七八九十]{1,3}(?=、))"
    r"[.．、\s]*(?=[^\d\s年月日%])"
)
NOTHING = re.compile(r"[-－—─―/\\]*")


def title_of(text: str) -> tuple[str, str | None]:
    """(name, number written before it): 1.1主要文艺活动 → 主要文艺活动 and 1.1; ─ is no name at all."""
    plain = joined(text)
    if NOTHING.fullmatch(plain):
        return "", None
    found = NUMBER.match(plain)
    if found is None:
        return plain, None
    return plain[found.end() :], found["number"].strip("（）()")
