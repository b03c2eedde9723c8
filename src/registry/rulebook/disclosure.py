"""公开规范: how an area's information is made, reviewed, published, updated and archived."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from registry.datafiles import CODE, EVIDENCE, Shape, Text, many, texts
from registry.rulebook.regulations import Basis, BasisShape


@dataclass(frozen=True)
class ProcedureStep:
    code: str
    name: str
    actor: str
    what: str
    time_limit: str | None = None
    legal_bases: tuple[Basis, ...] = ()


@dataclass(frozen=True)
class Procedure:
    """How one group of items is disclosed; `template` lists the headings a publication should have."""

    code: str
    title: str
    items: tuple[str, ...]
    format: str
    template: tuple[str, ...]
    review: str
    update: str
    archive: str


@dataclass(frozen=True)
class DisclosureStandard:
    area: str
    title: str
    version: str
    evidence: str
    steps: tuple[ProcedureStep, ...]
    procedures: tuple[Procedure, ...]
    note: str | None = None

    @cached_property
    def procedure_of(self) -> Mapping[str, Procedure]:
        """Item code → the procedure it follows."""
        return {item: procedure for procedure in self.procedures for item in procedure.items}


class ProcedureStepShape(Shape):
    makes = ProcedureStep
    code = Text(40, pattern=CODE, form="a-z 0-9 -", required=True)
    name = Text(40, required=True)
    actor = Text(40, required=True)
    what = Text(200, required=True)
    time_limit = Text(80)
    legal_bases = many(BasisShape)


class ProcedureShape(Shape):
    makes = Procedure
    code = Text(16, pattern=CODE, form="BUD-P1", required=True)
    title = Text(40, required=True)
    items = texts(32, required=True)
    format = Text(120, required=True)
    template = texts(60, required=True)
    review = Text(200, required=True)
    update = Text(200, required=True)
    archive = Text(200, required=True)


class DisclosureStandardShape(Shape):
    makes = DisclosureStandard
    area = Text(40, required=True)
    title = Text(120, required=True)
    version = Text(40, required=True)
    evidence = Text(32, choices=EVIDENCE, required=True)
    note = Text(400)
    steps = many(ProcedureStepShape, required=True)
    procedures = many(ProcedureShape, required=True)
