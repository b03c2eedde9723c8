"""Forms of staff work on publications. They carry values as typed; schemas and services decide what is accepted."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Field, HiddenField, RadioField, SelectField, StringField, TextAreaField

from registry.errors import Issue
from registry.items.tables import Element
from registry.publications.rules import ONLINE_CHANNELS, REVIEW_CHECKS
from registry.publications.tables import Revision
from registry.web.forms import MUST, CheckBoxes, DayField, PlainForm, filled
from registry.wording import label, labels

CONTENT = ("title", "doc_no", "summary", "formed_on", "published_on", "elements", "channels")

WHOLE = "whole"

REASON_FIELDS = (*CONTENT, "files", WHOLE)


class PublicationForm(PlainForm):
    """The content of a publication. The item's elements and channels are fixed check boxes, so that no script is needed.

    A channel's box is one of `channels`; its address or place stands in `use_<channel>`.
    """

    version = HiddenField()
    title = StringField(validators=[MUST])
    doc_no = StringField()
    formed_on = DayField(validators=[MUST])
    published_on = DayField(validators=[MUST])
    summary = TextAreaField(render_kw={"rows": 4})
    elements = CheckBoxes()
    channels = CheckBoxes()

    def use(self, channel: str) -> Field:
        """The box for a channel's address or place."""
        return self[f"use_{channel}"]

    def values(self) -> dict[str, Any]:
        """What was typed, in the shape that PublicationSchema reads."""
        values = {name: filled(self[name]) for name in CONTENT[:-2]}
        channels = [
            _used(code, filled(self.use(code)) if f"use_{code}" in self else None) for code in self.channels.data or []
        ]
        return values | {"elements": self.elements.data or [], "channels": channels}

    def issues(self) -> list[Issue]:
        """What only this form can tell: a channel it did not offer, an address whose channel is not ticked and so would be lost."""
        offered, chosen = self.channels.choices, self.channels.data or []
        strangers = [Issue("channels", "not_a_choice", {"found": code[:40]}) for code in chosen if code not in offered]
        loose = [code for code in offered if code not in chosen and filled(self.use(code))]
        return strangers + [Issue(f"use_{code}", "channel_not_ticked") for code in loose]

    def place(self, name: str) -> str:
        """The field of this form for a field of the schema: `channels.1.address` is the box of the second ticked channel."""
        top, _, rest = name.partition(".")
        index = rest.partition(".")[0]
        chosen = self.channels.data or []
        if top == "channels" and index.isdigit() and int(index) < len(chosen):
            return f"use_{chosen[int(index)]}"
        return top


def publication_form(elements: Sequence[Element], channels: Mapping[str, str]) -> type[PublicationForm]:
    """The form for an item with these elements and channels (code → name)."""
    uses = {f"use_{code}": StringField(name, render_kw=_use_attributes(code)) for code, name in channels.items()}
    choices = {
        "elements": CheckBoxes(choices={str(one.id): one.text for one in elements}),
        "channels": CheckBoxes(choices=dict(channels)),
    }
    return type("ItemPublicationForm", (PublicationForm,), choices | uses)


def _use_attributes(code: str) -> dict[str, Any]:
    if code in ONLINE_CHANNELS:
        return {"inputmode": "url", "placeholder": "https://"}
    return {}


def _used(code: str, text: str | None) -> dict[str, Any]:
    """A place on paper may be an address too: 政务新媒体 have both kinds."""
    if code in ONLINE_CHANNELS or (text and text.lower().startswith(("http://", "https://"))):
        return {"channel": code, "address": text, "place": None}
    return {"channel": code, "address": None, "place": text}


def revision_values(revision: Revision, version: int) -> dict[str, Any]:
    """A revision as the form's data."""
    uses = {f"use_{one['channel']}": one.get("address") or one.get("place") or "" for one in revision.channels}
    return {
        "version": str(version),
        "title": revision.title,
        "doc_no": revision.doc_no or "",
        "summary": revision.summary or "",
        "formed_on": revision.formed_on.isoformat(),
        "published_on": revision.published_on.isoformat(),
        "elements": list(revision.elements),
        "channels": [one["channel"] for one in revision.channels],
        **uses,
    }


class VersionForm(PlainForm):
    """A button with the version it was shown for."""

    version = HiddenField()


class SubmitForm(VersionForm):
    """Handing a draft over; the reason is only shown where personal data was found."""

    personal_data_reason = TextAreaField(validators=[MUST], render_kw={"rows": 3})


class WithdrawalForm(VersionForm):
    reason = TextAreaField(validators=[MUST], render_kw={"rows": 3})


class EventForm(PlainForm):
    """`period` is only there for items owed once a period."""

    period = SelectField(validate_choice=False, validators=[MUST])
    event = StringField(validators=[MUST])
    event_on = DayField(validators=[MUST])


class RulingForm(PlainForm):
    """What is asked for instead of a publication; the days belong to one kind each."""

    kind = RadioField(choices=dict(labels("ruling_kind")), validate_choice=False, validators=[MUST])
    reason = TextAreaField(validators=[MUST], render_kw={"rows": 3})
    extended_to = DayField()
    from_on = DayField()
    to_on = DayField()


class DecisionForm(PlainForm):
    answer = TextAreaField(render_kw={"rows": 3})


class ReviewForm(VersionForm):
    """The check list, and a reason box for each field of the content and for the whole: see `review_form`."""

    review_checks = CheckBoxes(choices={check: label("review_check", check) for check in REVIEW_CHECKS})

    def reason(self, name: str) -> Field:
        return self[f"reason_{name}"]

    def reasons(self) -> list[dict[str, str]]:
        """Every reason given, in the shape that ReturnReasonSchema reads."""
        given = [("" if name == WHOLE else name, filled(self.reason(name))) for name in REASON_FIELDS]
        return [{"field": name, "text": text} for name, text in given if text]


def review_form() -> ReviewForm:
    """The form with its reason boxes, `reason_title` and so on."""
    boxes = {f"reason_{name}": StringField(label("field", name)) for name in REASON_FIELDS}
    made: ReviewForm = type("FullReviewForm", (ReviewForm,), boxes)()
    return made
