"""公开渠道和载体: boxes ticked and not ticked, in one cell or many, with or without marks, known names and strangers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from registry.exchange.grids.spelling import joined, name_key
from registry.rulebook.columns import Columns

URL = re.compile(r"(?:https?://|www\.)[^\s，。；、（）()《》\u4e00-\u9fff]+", re.IGNORECASE)
NUMBERING = re.compile(r"^(?:\d{1,2}[.、．](?!\d)|[①-⑳]|[（(]\d{1,2}[)）])")
SEPARATOR = re.compile(r"[、,，;；\s]+")
BRACKETED = re.compile(r"[（(\[【](?P<mark>[√✓✔xX×]|\s*)[)）\]】]")
REST = re.compile(r"[（(：:]|[—-]{2,}|_{2,}")
EMPTY_REST = re.compile(r"^[（(：:_\s)）—。.；;，,、-]*$")
HELD = 0xE000
TRAILING = "。.；;，,、:：_ "
BOX_CHARACTER = "口"


@dataclass(frozen=True)
class Found:
    """A channel with whether the name is exactly a known one."""

    code: str
    exact: bool


@dataclass(frozen=True)
class ReadChannels:
    """Codes in the order of the table; `notes` is what else was written (addresses, names behind 其他); `unknown` names nobody knows.

    `marked` says that the cell had boxes at all.
    """

    codes: tuple[str, ...]
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    marked: bool = False


class ChannelWords:
    """Names and marks as `standards/columns.yaml` has them."""

    def __init__(self, columns: Columns) -> None:
        self.selected = frozenset(columns.check_marks.selected)
        self.empty = frozenset(columns.check_marks.empty)
        self.codes = {
            name_key(name): channel.code for channel in columns.channels for name in (channel.name, *channel.synonyms)
        }
        self.longest_first = sorted(self.codes, key=len, reverse=True)
        names = "|".join(map(re.escape, self.longest_first))
        marks = "".join(map(re.escape, sorted((self.selected | self.empty) - {BOX_CHARACTER})))
        # 口 is a box only where no word can go on with it: at the start, behind a space or mark, or before a channel's name.
        box = rf"(?:(?<![\u3400-\u9fff]){BOX_CHARACTER}|{BOX_CHARACTER}(?={names}))"
        self.mark = re.compile(rf"[{marks}]|{box}" if BOX_CHARACTER in self.empty else f"[{marks}]")
        self.find = lru_cache(maxsize=8192)(self._find)

    def has_mark(self, text: str) -> bool:
        return self.mark.search(text) is not None

    def is_selected(self, mark: str) -> bool:
        return mark in self.selected

    def _find(self, text: str) -> Found | None:
        """The channel a name means: itself, or a longer name that ends with or contains a known one (嘉荫县司法局公众号)."""
        key = name_key(URL.sub("", text))
        if key in self.codes:
            return Found(self.codes[key], exact=True)
        bare = name_key(re.sub(r"\([^()]*\)", "", key))
        if bare in self.codes:
            return Found(self.codes[bare], exact=True)
        for name in self.longest_first:
            if len(name) > 1 and bare.endswith(name):
                return Found(self.codes[name], exact=False)
        for name in self.longest_first:
            if len(name) > 2 and name in bare:
                return Found(self.codes[name], exact=False)
        return None

    def read(self, text: str) -> ReadChannels:
        """A whole cell; lines without a mark behind marked ones are notes or the rest of a broken name."""
        plain = BRACKETED.sub(
            lambda found: "√" if found["mark"].strip() in "√✓✔" and found["mark"].strip() else "□", text
        )
        plain = plain if self.has_mark(plain) else text
        if not self.has_mark(plain):
            return self._unmarked(text)
        labels: list[tuple[str, bool]] = []
        notes: list[str] = []
        for line in self._lines(plain):
            self._marked_line(line, labels, notes)
        return self._collected([label for label, chosen in labels if chosen], notes, marked=True)

    def _lines(self, text: str) -> Iterator[str]:
        """Lines, those that only go on with a broken name joined to the one before."""
        whole = ""
        for line in text.split("\n"):
            if not whole or self.mark.match(line.strip()) or self._is_complete(whole):
                if whole:
                    yield whole
                whole = line.strip()
            else:
                whole += line.strip()
        if whole:
            yield whole

    def _is_complete(self, line: str) -> bool:
        last = self.mark.split(line)[-1]
        return bool(joined(last)) and name_key(last) in self.codes

    def _marked_line(self, line: str, labels: list[tuple[str, bool]], notes: list[str]) -> None:
        marks = list(self.mark.finditer(line))
        if not marks:
            notes.append(joined(line))
            return
        before = joined(line[: marks[0].start()])
        if before and not joined(line[marks[-1].end() :]):
            starts = [0, *(mark.end() for mark in marks)]
            spans = zip(starts, marks, strict=False)
            labels += [(line[start : mark.start()], self.is_selected(mark[0])) for start, mark in spans]
            return
        if before:
            notes.append(before)
        for mark, following in zip(marks, [*marks[1:], None], strict=True):
            label = line[mark.end() : following.start() if following else len(line)]
            if joined(label) or not following:
                labels.append((label, self.is_selected(mark[0])))

    def _unmarked(self, text: str) -> ReadChannels:
        """Names alone: all of them are meant. Known names are taken out first, as some have the separators inside."""
        labels: list[str] = []
        for line in text.split("\n"):
            labels += self._cut(NUMBERING.sub("", joined(line)))
        return self._collected(labels, [], marked=False)

    def _cut(self, line: str) -> list[str]:
        if not line or name_key(line) in self.codes:
            return [line] if line else []
        if URL.search(line):
            return [part for part in re.split(r"[、；;]", line) if part]
        held, names = line, list[str]()
        for name in self.longest_first:
            if ("/" in name or "、" in name) and name in name_key(held):
                held = name_key(held).replace(name, f"、{chr(HELD + len(names))}、")
                names.append(name)
        held_for = {chr(HELD + at) for at in range(len(names))}
        parts = re.split(r"[、,，;；\s]+|(?<=\D)\d{1,2}[.、．](?=\D)|[①-⑳]", held)
        restored = (names[ord(part) - HELD] if part in held_for else part for part in parts if part)
        return [one for part in restored for one in self._slashed(part)]

    def _slashed(self, part: str) -> Sequence[str]:
        """政府网站/政务新媒体 are two where each is a channel of its own."""
        pieces = [piece for piece in re.split(r"[/和及]", part) if piece]
        return (
            pieces
            if len(pieces) > 1 and all(self.find(piece) for piece in pieces) and not self._knows(part)
            else [part]
        )

    def _knows(self, part: str) -> bool:
        return name_key(part) in self.codes

    def _collected(self, labels: Sequence[str], notes: list[str], *, marked: bool) -> ReadChannels:
        codes: list[str] = []
        unknown: list[str] = []
        for label in labels:
            name = joined(label).strip(TRAILING)
            if not name:
                continue
            code, note, is_strange = self._one(NUMBERING.sub("", name))
            codes.append(code)
            notes += [note] if note else []
            unknown += [name] if is_strange else []
        return ReadChannels(tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(notes)), tuple(unknown), marked)

    def _one(self, name: str) -> tuple[str, str | None, bool]:
        """(code, what to keep beside it, whether the name is a stranger)."""
        found = self.find(name)
        if found and name_key(name) in self.codes:
            return found.code, None if found.code != OTHER or name_key(name) in PLAIN_OTHER else name, False
        head, rest = _head(name)
        known = self.codes.get(name_key(head))
        if known and rest:
            return known, None if EMPTY_REST.match(rest) else name, False
        if found:
            return found.code, name, False
        return OTHER, name, True


OTHER = "other"
PLAIN_OTHER = {"其他", "其它", "其他渠道"}


def _head(name: str) -> tuple[str, str]:
    """政府网站（http://…） → 政府网站 and the rest; 其他：征地平台 → 其他 and the rest."""
    at = REST.search(name)
    url = URL.search(name)
    cut = min([one.start() for one in (at, url) if one and one.start() > 0], default=len(name))
    return name[:cut], name[cut:]
