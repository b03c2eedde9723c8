"""Forms of staff work on publications. They carry values as typed; schemas and services decide what is accepted."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import url_for
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField, TextAreaField

from registry.errors import Issue
from registry.items.tables import Element
from registry.publications.rules import ONLINE_CHANNELS, REASONS, RevisionState
from registry.publications.steps import CONTENT, content_of
from registry.publications.tables import Revision
from registry.web.forms import MUST, CheckBoxes, DayField, PlainForm, filled
from registry.wording import label, labels

WHOLE = "whole"

REASON_FIELDS = (*CONTENT, "files", WHOLE)


class PublicationForm(PlainForm):
    """The content of a publication. The item's elements and channels are fixed check boxes, so that no script is needed.

    A channel's box is one of `channels`; its address or place stands in `use_<channel>`. `why` and `reason` are there for corrections of
    what is public, `reply_0` and so on for the reasons the version before was returned for, `not_duplicate` for a new one like others.
    """

    version = HiddenField()
    title = StringField(validators=[MUST])
    doc_no = StringField()
    formed_on = DayField(validators=[MUST])
    published_on = DayField(validators=[MUST])
    summary = TextAreaField(render_kw={"rows": 4})
    interprets_id = StringField()
    elements = CheckBoxes()
    channels = CheckBoxes()
    why = RadioField(validate_choice=False, validators=[MUST])
    reason = TextAreaField(render_kw={"rows": 2})
    not_duplicate = BooleanField()

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

    def correction(self) -> dict[str, Any]:
        """What goes with a changed publication beyond its content."""
        said: dict[str, Any] = {"replies": [filled(reply) for reply in self.replies]}
        if "why" in self:
            said |= {"why": filled(self.why), "reason": filled(self.reason)}
        return said

    @property
    def replies(self) -> list[Field]:
        """Boxes for the reasons, in their order."""
        return [field for field in self if field.name.startswith("reply_")]

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
        return f"reply_{index}" if top == "replies" else top


def publication_form(
    elements: Sequence[Element],
    channels: Mapping[str, str],
    *,
    corrects: bool = False,
    reasons: Sequence[Mapping[str, str]] = (),
) -> type[PublicationForm]:
    """The form for an item with these elements and channels (code → name); `corrects` something public; to answer `reasons`."""
    replies = {f"reply_{index}": StringField(label("field", "replies")) for index, _ in enumerate(reasons)}
    extra: dict[str, Any] = dict(replies)
    if corrects:
        extra["why"] = RadioField(choices=why_choices("correct"), validate_choice=False, validators=[MUST])
    else:
        extra |= {"why": None, "reason": None}
    uses = {f"use_{code}": StringField(name, render_kw=_use_attributes(code)) for code, name in channels.items()}
    choices = {
        "elements": CheckBoxes(choices={str(one.id): one.text for one in elements}),
        "channels": CheckBoxes(choices=dict(channels)),
    }
    return type("ItemPublicationForm", (PublicationForm,), choices | uses | extra)


def why_choices(verb: str) -> dict[str, str]:
    """The short list of reasons of a verb, code → words."""
    return {why.value: label("why", why.value) for why in REASONS[verb]}


def _use_attributes(code: str) -> dict[str, Any]:
    if code in ONLINE_CHANNELS:
        return {"inputmode": "url", "placeholder": "https://"}
    return {}


def _used(code: str, text: str | None) -> dict[str, Any]:
    """A place on paper may be an address too: 政务新媒体 have both kinds."""
    if code in ONLINE_CHANNELS or (text and text.lower().startswith(("http://", "https://"))):
        return {"channel": code, "address": text, "place": None}
    return {"channel": code, "address": None, "place": text}


def copied_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The content of another publication as the form's data; what it does not have stays empty."""
    uses = {f"use_{one['channel']}": one.get("address") or one.get("place") or "" for one in values["channels"]}
    texts = {name: values[name] or "" for name in ("title", "doc_no", "summary")}
    days = {name: values[name].isoformat() for name in ("formed_on", "published_on") if values.get(name)}
    return {
        **texts,
        **days,
        "interprets_id": _address_of(values.get("interprets_id")),
        "elements": values["elements"],
        "channels": [one["channel"] for one in values["channels"]],
        **uses,
    }


def _address_of(publication_id: UUID | None) -> str:
    return url_for("publications.publication", publication_id=publication_id) if publication_id else ""


def _correction_so_far(revision: Revision) -> dict[str, Any]:
    """The reason given with this correction; that of the last one, which is public, says nothing about the next."""
    if revision.state is RevisionState.APPROVED:
        return {}
    return {"why": revision.correction_why, "reason": revision.correction_reason or ""}


def revision_values(revision: Revision, version: int) -> dict[str, Any]:
    """A revision as the form's data."""
    return {
        **copied_values(content_of(revision)),
        "version": str(version),
        **_correction_so_far(revision),
        **{f"reply_{index}": reason["reply"] or "" for index, reason in enumerate(revision.reasons_to_answer)},
    }


class VersionForm(PlainForm):
    """A button with the version it was shown for."""

    version = HiddenField()


class SubmitForm(VersionForm):
    """Handing a draft over; the reason is only shown where personal data was found."""

    personal_data_reason = TextAreaField(validators=[MUST], render_kw={"rows": 3})


class EndingForm(VersionForm):
    """Why something public is taken back or replaced, and by what; the choices depend on which of the two."""

    why = RadioField(validate_choice=False, validators=[MUST])
    reason = TextAreaField(render_kw={"rows": 3})
    replacement = SelectField(validate_choice=False)


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

    review_checks = CheckBoxes()
    override_reason = TextAreaField(validators=[MUST], render_kw={"rows": 2})

    def reason(self, name: str) -> Field:
        return self[f"reason_{name}"]

    def reasons(self) -> list[dict[str, str]]:
        """Every reason given, in the shape that ReturnReasonSchema reads."""
        given = [("" if name == WHOLE else name, filled(self.reason(name))) for name in REASON_FIELDS]
        return [{"field": name, "text": text} for name, text in given if text]


def review_form(checks: Mapping[str, str], *, overrides: bool) -> ReviewForm:
    """The form with the points to tick, code → text, and its reason boxes, `reason_title` and so on."""
    parts: dict[str, Any] = {f"reason_{name}": StringField(label("field", name)) for name in REASON_FIELDS}
    parts["review_checks"] = CheckBoxes(choices=dict(checks))
    if not overrides:
        parts["override_reason"] = None
    made: ReviewForm = type("FullReviewForm", (ReviewForm,), parts)()
    return made
