"""本期无信息, 不适用, 延期: asked for and decided."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from registry.api.auth import require_person
from registry.api.context import current_registry
from registry.api.operations import Noun
from registry.duties import rulings
from registry.duties.schemas import DecisionSchema, RulingSchema
from registry.duties.tables import Ruling

blueprint = Noun("rulings")


class RulingRecordSchema(Schema):
    """`granted` is null while nobody has decided."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    reason = fields.String(required=True)
    from_on = fields.Date(required=True)
    to_on = fields.Date(required=True, allow_none=True)
    extended_to = fields.Date(required=True, allow_none=True)
    granted = fields.Boolean(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)


@blueprint.route("/occasions/<uuid:occasion_id>/rulings", methods=["POST"])
@blueprint.operation(409, changes=True)
@blueprint.arguments(RulingSchema)
@blueprint.response(201, RulingRecordSchema)
def ask_for_ruling(values: dict[str, Any], occasion_id: UUID) -> dict[str, Any]:
    """Ask that an occasion count as 本期无信息 or extended, or its duty as 不适用; another person decides."""
    with current_registry().database.work(require_person()) as work:
        return ruling_record(rulings.ask_for_ruling(work, occasion_id, values))


@blueprint.route("/rulings/<uuid:ruling_id>/decide", methods=["POST"])
@blueprint.operation(409, changes=True)
@blueprint.arguments(DecisionSchema)
@blueprint.response(200, RulingRecordSchema)
def decide_ruling(values: dict[str, Any], ruling_id: UUID) -> dict[str, Any]:
    """Grant or refuse what somebody else asked for: 本期无信息 as reviewer of the unit or office, the others as office."""
    with current_registry().database.work(require_person()) as work:
        return ruling_record(rulings.decide_ruling(work, ruling_id, **values))


def ruling_record(ruling: Ruling) -> dict[str, Any]:
    is_decided = ruling.decided_by is not None
    return {
        "id": ruling.id,
        "kind": ruling.kind.value,
        "reason": ruling.reason,
        "from_on": ruling.from_on,
        "to_on": ruling.to_on,
        "extended_to": ruling.extended_to,
        "granted": ruling.decided_on is not None if is_decided else None,
        "answer": ruling.answer,
    }
