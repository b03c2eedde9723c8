"""How much a cell looks like what a column holds: for headers that are cut short and for texts that lost their columns."""

import re
from functools import lru_cache

from registry.deadlines.reading import read
from registry.deadlines.vocabulary import Vocabulary
from registry.exchange.grids.spelling import joined, name_key
from registry.exchange.reading.channels import ChannelWords

SERIAL = re.compile(r"\d{1,4}[.、]?")
BOOK = re.compile(r"《[^》]{2,}》")
LAW = re.compile(r"(?:法|条例|办法|规定|规则|细则|通知|意见|决定|方案|规划)(?:[（(][^（）()]*[)）])?[》等]*$")
BODY = re.compile(
    r"(?:局|政府|办公室|办事处|办|委员会|委|中心|部门|机关|街道|镇|乡|科|股|所|院|站|单位|机构|大队|队|厅|处|村委会|居委会)"
    r"(?:[（(][^（）()]*[)）])?$"
)
NUMBERED = re.compile(r"(?:^|[\n;；。])\s*(?:[①-⑳]|\d{1,2}[.、．](?!\d)|[（(]\d{1,2}[)）]|●)")
TIME = re.compile(r"工作日|公开|及时|实时|即时|日内|[年月]\d|每[年月季]|长期|永久|之日|按[月季年]")
FEW_PAUSES = 2
SENTENCE = re.compile(r"[。；;]|应当")
SHORT, MIDDLING, LONG = 24, 60, 120


class Likeness:
    """Judges texts; each judgement is between 0 (cannot be) and 1 (surely)."""

    def __init__(self, vocabulary: Vocabulary, channels: ChannelWords, ticks: frozenset[str]) -> None:
        self.vocabulary, self.channels, self.ticks = vocabulary, channels, ticks
        self.of = lru_cache(maxsize=50_000)(self._of)

    def _of(self, role: str, text: str) -> float:
        plain = joined(text)
        if role == "serial":
            return 1.0 if SERIAL.fullmatch(plain) else 0.0
        if role in ("tick", "everyone", "groups", "active", "on_request", "level"):
            return 1.0 if not plain or name_key(plain) in self.ticks else 0.0
        if not plain or SERIAL.fullmatch(plain) or name_key(plain) in self.ticks:
            return 0.0
        return float(getattr(self, f"_{role}", self._anything)(plain, text))

    def _anything(self, plain: str, text: str) -> float:
        return 0.35

    def _title(self, plain: str, text: str) -> float:
        if len(plain) > MIDDLING or self.channels.has_mark(plain) or BOOK.match(plain) or SENTENCE.search(plain):
            return 0.05
        taken = max(self._deadline_text(plain, text), 0.0 if len(plain) > SHORT else self._channels(plain, text))
        if taken > 0.6:
            return 0.15
        is_name = not NUMBERED.search(text) and len(plain) <= SHORT and plain.count("、") < FEW_PAUSES
        return 0.6 if is_name else 0.3

    def _elements(self, plain: str, text: str) -> float:
        if self.channels.has_mark(plain) or self._deadline_text(plain, text) > 0.8:
            return 0.1
        if NUMBERED.search(text) or "；" in plain or ";" in plain:
            return 0.8
        return 0.35 if BOOK.match(plain) else 0.55

    def _legal_bases(self, plain: str, text: str) -> float:
        if plain.startswith("《") or BOOK.match(plain):
            return 1.0
        return 0.7 if BOOK.search(plain) else 0.6 if LAW.search(plain) else 0.02

    def _deadline_text(self, plain: str, text: str) -> float:
        if len(plain) > LONG * 2 or not TIME.search(plain) or BOOK.match(plain) or self.channels.has_mark(plain):
            return 0.0
        reading = read(plain, self.vocabulary)
        if reading.clauses and (len(plain) <= MIDDLING or "日" in plain):
            return 1.0
        return 0.7 if reading.warnings != ("nothing_found",) and len(plain) <= MIDDLING else 0.1

    def _body(self, plain: str, text: str) -> float:
        if self.channels.has_mark(plain) or len(plain) > LONG or "《" in plain:
            return 0.0
        return 0.85 if BODY.search(plain) and not self.channels.find(plain) else 0.1

    def _channels(self, plain: str, text: str) -> float:
        if self.channels.has_mark(plain):
            return 1.0
        found = self.channels.find(plain)
        return (0.9 if found.exact else 0.6) if found and len(plain) <= MIDDLING else 0.05
