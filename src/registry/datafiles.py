"""The data folders' YAML: strict reading with line numbers, checking against shapes, and writing in one canonical form.

YAML guesses (`0012` becomes 10, `no` becomes False, the last of two equal keys wins). So every scalar is read as text and types come from
the shapes; what a person cannot see or would not expect (tabs, aliases, repeated keys) is refused with the line it stands in.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import yaml
from marshmallow import Schema, ValidationError, fields, post_dump, post_load, validates_schema

from registry import wording
from registry.errors import RegistryError

Path = tuple[str | int, ...]

EVIDENCE = ("evidenced", "evidenced_partial", "law", "reconstructed")
"""How sure a fact is; meanings stand in `standards/columns.yaml`."""

EVERY = "*"
DEEPEST = 12
LONGEST_FOUND = 60


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a data file: where (`items[3].legal_bases[0].regulation`), what was found, and what is accepted there."""

    file: str
    line: int
    field: str
    code: str
    found: str = ""
    accepted: str = ""

    @property
    def sentence(self) -> str:
        """The fault in Chinese, for people."""
        return wording.label("faults", self.code).format(found=self.found, accepted=self.accepted)

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.field} {self.code} {self.found!r} {self.accepted!r}"


class BadData(RegistryError):
    """The data folders have faults, all of them listed; nothing was loaded."""

    code = "bad_data"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__(number=len(self.faults))

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


@dataclass(frozen=True)
class Document:
    """A read file: mappings, lists and texts as they stand there, and the line of each."""

    name: str
    value: Any
    lines: Mapping[Path, int]

    def line_of(self, path: Path) -> int:
        """The line of a field, or of the closest thing around it when the field is not there."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path, code: str, found: object = "", accepted: Iterable[str] | str = "") -> Fault:
        listed = accepted if isinstance(accepted, str) else "、".join(accepted)
        return Fault(self.name, self.line_of(path), spelled(path), code, _shown(found), listed)

    def every(self, *pattern: str) -> Iterator[tuple[Path, Any]]:
        """All values at a path in which `*` stands for each entry of a list; what has another shape is passed over."""
        return _matching(self.value, (), pattern)


def _matching(value: Any, path: Path, pattern: Sequence[str]) -> Iterator[tuple[Path, Any]]:
    if not pattern:
        yield path, value
    elif pattern[0] == EVERY and isinstance(value, list):
        for index, one in enumerate(value):
            yield from _matching(one, (*path, index), pattern[1:])
    elif isinstance(value, dict) and pattern[0] in value:
        yield from _matching(value[pattern[0]], (*path, pattern[0]), pattern[1:])


def spelled(path: Path) -> str:
    """("items", 3, "code") → items[3].code"""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _shown(found: object) -> str:
    if isinstance(found, dict):
        found = "{" + "、".join(found) + "}"
    if isinstance(found, list):
        found = "[" + "、".join(_shown(one) for one in found) + "]"
    text = str(found)
    text = "".join(char if char.isprintable() else f"U+{ord(char):04X}" for char in text)
    return text if len(text) <= LONGEST_FOUND else text[: LONGEST_FOUND - 1] + "…"


# --- reading ---------------------------------------------------------------------------------------------------------------------------

UNREADABLE = (
    ("not_utf8", re.compile("[\ud800-\udfff]")),
    ("byte_order_mark", re.compile("\ufeff")),
    ("carriage_return", re.compile("\r")),
    ("tab", re.compile("\t")),
    ("control_character", re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")),
)


def decode(content: bytes) -> str:
    """The text of a file; bytes that are not UTF-8 stay recognisable, so that reading reports them with their line."""
    return content.decode("utf-8", errors="surrogateescape")


def unreadable(name: str, text: str) -> list[Fault]:
    """What makes a text unfit to be read at all: wrong encoding, tabs, characters nobody can see. One fault of each kind, the first."""
    found = ((code, pattern.search(text)) for code, pattern in UNREADABLE)
    faults = [_at(name, text, match.start(), code) for code, match in found if match]
    if not text.strip():
        faults.append(Fault(name, 1, "", "empty_file"))
    return faults


def _at(name: str, text: str, position: int, code: str) -> Fault:
    line = text.count("\n", 0, position) + 1
    return Fault(name, line, "", code, f"U+{ord(text[position]):04X}")


def read_document(name: str, text: str) -> tuple[Document | None, list[Fault]]:
    """Read one file; None when it cannot be read as a whole, else a document, together with all faults."""
    faults = unreadable(name, text)
    if faults:
        return None, faults
    reader = _Reader(name)
    try:
        value = reader.read(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        around = (text.splitlines() or [""])[min(line, text.count("\n") + 1) - 1 :][:1]
        return None, [
            *reader.faults,
            Fault(name, line, "", "not_yaml", _shown(around[0].strip() if around else "")),
        ]
    if reader.broken:
        return None, reader.faults
    return Document(name, value, reader.lines), reader.faults


_Parser: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _Reader:
    """Builds values from the parser's events, which still know of anchors, tags and repeated keys; a finished tree does not."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.lines: dict[Path, int] = {}
        self.broken = False

    def read(self, text: str) -> Any:
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=_Parser))
        value: Any = ""
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, (), "second_document")
                    self.broken = True
                    break
                value = self._value(next(self.events), ())
        if not documents:
            self.faults.append(Fault(self.name, 1, "", "empty_file"))
            self.broken = True
        return value

    def _refuse(self, event: Any, path: Path, code: str, found: object = "") -> None:
        self.faults.append(Fault(self.name, event.start_mark.line + 1, spelled(path), code, _shown(found)))

    def _value(self, event: Any, path: Path) -> Any:
        self.lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, path, "alias", f"*{event.anchor}")
            return ""
        if event.anchor:
            self._refuse(event, path, "anchor", f"&{event.anchor}")
        if event.tag:
            self._refuse(event, path, "tag", event.tag)
        if len(path) > DEEPEST and not isinstance(event, yaml.ScalarEvent):
            self._refuse(event, path[:DEEPEST], "too_deep")
            raise yaml.MarkedYAMLError(problem="too deep", problem_mark=event.start_mark)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path)
        return event.value

    def _mapping(self, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._value(event, (*path, "?"))
            if not isinstance(key, str):
                self._refuse(event, path, "key_not_text", key)
                key = "?"
            elif key in mapping:
                self._refuse(event, (*path, key), "repeated_key", key)
                key = "?"
            self.lines.pop((*path, "?"), None)
            self.lines.setdefault((*path, key), event.start_mark.line + 1)
            mapping[key] = self._value(next(self.events), (*path, key))
        mapping.pop("?", None)
        return mapping

    def _list(self, path: Path) -> list[Any]:
        entries: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            entries.append(self._value(event, (*path, len(entries))))
        return entries


# --- shapes ----------------------------------------------------------------------------------------------------------------------------
#
# A message is "code" or "code|what is accepted"; `check` turns it into a Fault with line and sentence.

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
ADDRESS = re.compile(r"https?://[^\s]+")
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _required(field: dict[str, Any]) -> dict[str, Any]:
    return {"error_messages": {"required": "missing_field", "null": "missing_field"}, **field}


class Text(fields.Field[str]):
    """A line of text no longer than its column; `choices` are the codes accepted, `pattern` the form."""

    def __init__(
        self,
        size: int,
        *,
        pattern: re.Pattern[str] | None = None,
        form: str = "",
        choices: Iterable[str] = (),
        **field: Any,
    ) -> None:
        super().__init__(**_required(field))
        self.size, self.pattern, self.form, self.choices = size, pattern, form, tuple(choices)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("not_text")
        problem = self._problem(value)
        if problem:
            raise ValidationError(problem)
        return value

    def _serialize(self, value: str | None, attr: str | None, obj: Any, **_: Any) -> str | None:
        return None if value is None else str(value)

    def _problem(self, value: str) -> str | None:
        if not value:
            return "empty_text"
        if not value.isprintable() and any(unicodedata.category(char) in INVISIBLE for char in value):
            return "invisible_character"
        if value != value.strip():
            return "surrounding_space"
        if self.choices and value not in self.choices:
            return "not_accepted|" + "、".join(self.choices)
        if len(value) > self.size:
            return f"too_long|{self.size}"
        if self.pattern and not self.pattern.fullmatch(value):
            return f"wrong_form|{self.form or self.pattern.pattern}"
        return None


class Lines(Text):
    """A text that may have several lines, none of them blank."""

    def _problem(self, value: str) -> str | None:
        if len(value) > self.size:
            return f"too_long|{self.size}"
        return next(filter(None, map(super()._problem, value.split("\n"))), None)


class Day(fields.Field[date]):
    """A date written YYYY-MM-DD."""

    def __init__(self, **field: Any) -> None:
        super().__init__(**_required(field))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> date:
        if not isinstance(value, str):
            raise ValidationError("not_text")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day is None or day.isoformat() != value:
            raise ValidationError("not_a_date|YYYY-MM-DD")
        return day

    def _serialize(self, value: date | None, attr: str | None, obj: Any, **_: Any) -> Any:
        return value


class MonthDay(Text):
    """A day of every year, MM-DD; 02-29 is not one."""

    def __init__(self, **field: Any) -> None:
        super().__init__(5, **field)

    def _problem(self, value: str) -> str | None:
        try:
            date.fromisoformat(f"2001-{value}")
        except ValueError:
            return "not_a_month_day|MM-DD"
        return None if MONTH_DAY.fullmatch(value) else "not_a_month_day|MM-DD"


class Whole(fields.Field[int]):
    """A whole number between two bounds, both included."""

    def __init__(self, least: int, most: int, **field: Any) -> None:
        super().__init__(**_required(field))
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> int:
        if not isinstance(value, str):
            raise ValidationError("not_text")
        if not re.fullmatch(r"-?[0-9]{1,9}", value):
            raise ValidationError(f"not_a_number|{self.least}–{self.most}")
        if not self.least <= int(value) <= self.most:
            raise ValidationError(f"number_out_of_range|{self.least}–{self.most}")
        return int(value)


class Flag(fields.Field[bool]):
    """true or false, spelled so."""

    def __init__(self, **field: Any) -> None:
        super().__init__(**_required(field))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> bool:
        if value not in ("true", "false"):
            raise ValidationError("not_a_flag|true、false")
        return bool(value == "true")


class Many(fields.List[Any]):
    """A list; `least` 1 refuses an empty one, so that an optional list is left out rather than written empty."""

    def __init__(
        self,
        inner: fields.Field[Any],
        *,
        least: int = 1,
        most: int = 5000,
        distinct: bool = True,
        **field: Any,
    ) -> None:
        field = _required(field)
        field["error_messages"]["invalid"] = "not_a_list"
        super().__init__(inner, **field)
        self.least, self.most, self.distinct = least, most, distinct

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if not isinstance(value, list):
            raise ValidationError("not_a_list")
        if len(value) < self.least:
            raise ValidationError("empty_list")
        if len(value) > self.most:
            raise ValidationError(f"too_many|{self.most}")
        loaded = tuple(super()._deserialize(value, attr, data, **options))
        self._refuse_repeated(value)
        return loaded

    def _refuse_repeated(self, value: list[Any]) -> None:
        repeated = {index: ["duplicate"] for index, one in enumerate(value) if self.distinct and one in value[:index]}
        if repeated:
            raise ValidationError(repeated)


def texts(size: int, **field: Any) -> Many:
    """A list of different texts."""
    return Many(Text(size), **field)


class Shape(Schema):
    """What a mapping of a file must look like, and the frozen dataclass it becomes; dumping gives the mapping back in field order."""

    makes: ClassVar[type]
    spans: ClassVar[tuple[tuple[str, str], ...]] = (("from_on", "to_on"), ("effective_from", "effective_to"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        known = "、".join(field.data_key or name for name, field in self.fields.items())
        self.error_messages = {
            **self.error_messages,
            "unknown": f"unknown_field|{known}",
            "type": f"not_a_mapping|{known}",
        }

    @validates_schema
    def dates_in_order(self, loaded: Mapping[str, Any], **_: Any) -> None:
        for first, last in self.spans:
            if loaded.get(first) and loaded.get(last) and loaded[first] > loaded[last]:
                raise ValidationError(f"from_after_to|{loaded[first]}", self.fields[last].data_key or last)

    @post_load
    def build(self, loaded: dict[str, Any], **_: Any) -> Any:
        return self.makes(**loaded)

    @post_dump
    def leave_out_empty(self, dumped: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in dumped.items() if not self._is_left_out(name, value)}

    def _is_left_out(self, name: str, value: Any) -> bool:
        field = next(field for own, field in self.fields.items() if (field.data_key or own) == name)
        if field.required or field.metadata.get("keep_empty"):
            return value is None
        return value is None or value is False or value == []


def one(shape: type[Shape], **field: Any) -> fields.Nested:
    return fields.Nested(shape, **_required(field))


def many(shape: type[Shape], **field: Any) -> Many:
    return Many(fields.Nested(shape), **field)


def check(document: Document, shape: type[Shape]) -> tuple[Any, list[Fault]]:
    """The document as the shape's dataclass, or None and every fault against it."""
    try:
        return shape().load(document.value), []
    except ValidationError as error:
        return None, sorted(_faults(document, (), error.messages))


def _faults(document: Document, path: Path, messages: Any) -> Iterator[Fault]:
    if isinstance(messages, dict):
        for key, below in messages.items():
            yield from _faults(document, path if key == "_schema" else (*path, key), below)
        return
    for message in messages:
        code, _, accepted = str(message).partition("|")
        yield document.fault(path, code, _found(document.value, path), accepted)


def _found(value: Any, path: Path) -> Any:
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return ""
    return value


# --- writing ---------------------------------------------------------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """Block style with the dashes of lists indented under their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def dump(header: str, value: Any) -> str:
    """The canonical text: the header as comment lines, then the value; nothing is folded, sorted or abbreviated."""
    comment = "".join(f"# {line}\n" for line in header.splitlines())
    return comment + yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**9, default_flow_style=False
    )
