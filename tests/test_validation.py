"""Every refusal of a schema becomes an issue of the registry's own; marshmallow's sentences stay inside."""

from typing import Any

import pytest
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from registry import wording
from registry.errors import Invalid, Issue
from registry.publications.schemas import PublicationSchema, ReturnReasonSchema
from registry.validation import issues_of, load

GOOD = {"title": "2026年度政府预算公开", "formed_on": "2026-02-12", "published_on": "2026-02-20"}


@pytest.mark.parametrize(
    ("values", "field", "code", "context"),
    [
        ({"title": None}, "title", "required", {}),
        ({"title": " \t "}, "title", "required", {"found": " \t "}),
        ({"title": 7}, "title", "not_text", {"found": "7"}),
        ({"title": "长" * 201}, "title", "too_long", {"max": "200", "found": "长" * 60 + "…"}),
        ({"formed_on": "2026-02-30"}, "formed_on", "not_date", {"found": "2026-02-30"}),
        ({"published_on": ""}, "published_on", "not_date", {"found": ""}),
        ({"elements": "甲"}, "elements", "not_list", {"found": "甲"}),
        ({"elements": ["甲"]}, "elements.0", "not_a_choice", {"found": "甲"}),
        ({"channels": ["网站"]}, "channels.0", "not_record", {"found": "网站"}),
        ({"channels": [{"channel": "x"}] * 21}, "channels", "too_many", {"max": "20"}),
        ({"channels": [{"address": "https://a.gov.cn/"}]}, "channels.0.channel", "required", {}),
        (
            {"channels": [{"channel": "x", "address": "javascript:alert(1)"}]},
            "channels.0.address",
            "not_web_address",
            {"found": "javascript:alert(1)"},
        ),
        ({"status": "published"}, "status", "unknown_field", {"field": "status"}),
    ],
)
def test_a_refused_value_is_named_with_field_code_and_what_was_found(
    values: dict[str, Any], field: str, code: str, context: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        load(PublicationSchema(), GOOD | values)
    (issue,) = refused.value.issues
    assert (issue.field, issue.code) == (field, code)
    assert {name: issue.context.get(name) for name in context} == context
    assert wording.message(issue)


def test_the_same_element_twice_is_refused_by_the_schema_s_own_code() -> None:
    twice = ["0198c5a0-0000-7000-8000-000000000001"] * 2
    with pytest.raises(Invalid) as refused:
        load(PublicationSchema(), GOOD | {"elements": twice})
    assert [(issue.field, issue.code) for issue in refused.value.issues] == [("elements", "repeated")]


def test_all_issues_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        load(PublicationSchema(), {"formed_on": "gestern"})
    assert [(issue.field, issue.code) for issue in refused.value.issues] == [
        ("title", "required"),
        ("formed_on", "not_date"),
        ("published_on", "required"),
    ]


def test_a_record_that_is_none_is_said_of_the_whole() -> None:
    with pytest.raises(Invalid) as refused:
        load(PublicationSchema(), ["title"])  # type: ignore[arg-type]
    assert refused.value.issues == [Issue("", "not_record", {"found": "['title']"})]


def test_a_choice_outside_the_list_is_quoted() -> None:
    with pytest.raises(Invalid) as refused:
        load(ReturnReasonSchema(), {"field": "author", "text": "不对"})
    assert [(i.field, i.code, i.context["found"]) for i in refused.value.issues] == [
        ("field", "not_a_choice", "author")
    ]


class Everything(Schema):
    """One field of each kind that marshmallow words differently."""

    class Meta:
        unknown = RAISE

    number = fields.Integer()
    share = fields.Float()
    flag = fields.Boolean()
    short = fields.String(validate=validate.Length(min=3))
    between = fields.String(validate=validate.Length(min=3, max=5))
    pattern = fields.String(validate=validate.Regexp("[a-z]+$"))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"number": "x"}, "not_number"),
        ({"share": "x"}, "not_number"),
        ({"flag": "x"}, "not_yes_or_no"),
        ({"short": "ab"}, "too_short"),
        ({"between": "abcdef"}, "too_long"),
        ({"pattern": "1"}, "not_accepted"),
    ],
)
def test_no_english_sentence_of_marshmallow_becomes_a_code(values: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Everything().load(values)
    (issue,) = issues_of(refused.value, values)
    assert issue.code == code
    assert all(ord(letter) > 127 or not letter.isalpha() for letter in wording.message(issue))
