"""Remarks in words, and as plain records for programs."""

from collections.abc import Iterable
from typing import Any

from registry import wording
from registry.annual.checking.remarks import Remark
from registry.annual.checking.report_text import Place


def sentence_of(remark: Remark) -> str:
    """What was found and what would be right."""
    return wording.label("report_remark", remark.check.value).format(**remark.context)


def place_in_words(place: Place) -> str:
    """第七部分（第2个）（一）第3句; 引言 for what stands before the first heading."""
    if not place.section:
        name = wording.label("report_place", "introduction")
    else:
        name = wording.label("report_place", "section").format(number=place.section)
    if place.occurrence > 1:
        name += wording.label("report_place", "occurrence").format(number=place.occurrence)
    if place.subsection:
        name += wording.label("report_place", "subsection").format(number=place.subsection)
    if place.sentence:
        name += wording.label("report_place", "sentence").format(number=place.sentence)
    return name


def places_in_words(remark: Remark) -> str:
    """Every place once; 全文 for what stands nowhere in particular."""
    names = dict.fromkeys(map(place_in_words, remark.places))
    return wording.label("format", "separator").join(names) or wording.label("report_place", "whole")


def remarks_record(remarks: Iterable[Remark]) -> dict[str, Any]:
    """The shape of `report check --json`: counts by weight, and every remark with code, name, weight, places and sentence."""
    listed = list(remarks)
    weights = wording.labels("report_weight")
    return {
        "counts": {weight: sum(one.weight == weight for one in listed) for weight in weights},
        "remarks": [
            {
                "check": one.check.value,
                "name": wording.label("report_check", one.check.value),
                "weight": one.weight.value,
                "places": [place_in_words(place) for place in one.places],
                "sentence": sentence_of(one),
                "context": dict(one.context),
            }
            for one in listed
        ],
    }
