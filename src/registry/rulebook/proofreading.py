"""Words a check of report texts looks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from marshmallow import ValidationError, validates

from registry.datafiles import Shape, Text, many, texts


@dataclass(frozen=True)
class Measure:
    """Words for one kind of count, longer ones before those they contain."""

    family: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class ReportChannel:
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Competence:
    """Something the reporting government cannot make: `phrase` after one of `verbs` is in doubt, `why` by which article."""

    phrase: str
    verbs: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Slip:
    """A pattern of a slip and the word that was meant; with `beside` only where the report also has that word."""

    pattern: str
    meant: str
    beside: str | None = None


@dataclass(frozen=True)
class Proofreading:
    measures: tuple[Measure, ...]
    common_words: tuple[str, ...]
    channels: tuple[ReportChannel, ...]
    beyond_competence: tuple[Competence, ...]
    slips: tuple[Slip, ...]

    @property
    def families(self) -> Mapping[str, str]:
        """Word of measure → its family."""
        return {word: measure.family for measure in self.measures for word in measure.words}


class MeasureShape(Shape):
    makes = Measure
    family = Text(8, required=True)
    words = texts(8, required=True)


class ReportChannelShape(Shape):
    makes = ReportChannel
    name = Text(20, required=True)
    words = texts(20, required=True)


class CompetenceShape(Shape):
    makes = Competence
    phrase = Text(20, required=True)
    verbs = texts(8, required=True)
    why = Text(200, required=True)


class SlipShape(Shape):
    makes = Slip
    pattern = Text(80, required=True)
    meant = Text(20, required=True)
    beside = Text(20)

    @validates("pattern")
    def compiles(self, value: str, data_key: str) -> None:
        try:
            re.compile(value)
        except re.error as error:
            raise ValidationError("bad_pattern") from error


class ProofreadingShape(Shape):
    makes = Proofreading
    measures = many(MeasureShape, required=True)
    common_words = texts(20, required=True)
    channels = many(ReportChannelShape, required=True)
    beyond_competence = many(CompetenceShape, least=0, required=True)
    slips = many(SlipShape, least=0, required=True)
