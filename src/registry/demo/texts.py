"""The words of the samples, all marked as samples, and a made-up identity number that can be nobody's."""

from datetime import date
from typing import Any

from registry import wording
from registry.demo.chance import number
from registry.demo.courses import Course
from registry.demo.owed import Kind, Owed
from registry.privacy.personal_numbers import CHECK_CHARACTERS, WEIGHTS
from registry.publications.rules import Why

# A top-level domain that is kept free for ever (RFC 2606): the samples lead nowhere.
SITE = "https://sample.invalid"


def words(code: str, **values: Any) -> str:
    return wording.label("demo", code).format(**values)


def title(owed: Owed, unit_name: str, item_title: str) -> str:
    if owed.kind is Kind.EVENT and owed.event_on is not None:
        return words("title_of_event", unit=unit_name, item=item_title, day=wording.day_in_words(owed.event_on))
    period = wording.months_and_days(owed.period) if owed.period else ""
    return words("title", unit=unit_name, item=item_title, period=period)


def summary(course: Course) -> str:
    """With the number that should not be there, unless it is in the file."""
    if course.leaks and not course.has_file:
        return words("leaking_summary", number=nobodys_number(course.owed))
    return words("summary")


def file_text(course: Course, name: str) -> bytes:
    leak = words("leaking_line", number=nobodys_number(course.owed)) if course.leaks else ""
    return words("file", title=name, leak=leak).encode()


def address(owed: Owed) -> str:
    unit, item, about = owed.key
    return f"{SITE}/{unit}/{item}/{about or 'first'}.html"


def event_words(owed: Owed) -> str:
    """What starts the count; as for a real one, without the day, which stands beside it."""
    return words("approval" if owed.kind is Kind.PERIOD else "event")


CORRECTED = Why.INCOMPLETE


def nobodys_number(owed: Owed) -> str:
    """An identity number true in form whose bearer would have been born before 1900."""
    born = date(1890, 1, 1).toordinal() + number(0, 3600, "born", *owed.key)
    body = f"532301{date.fromordinal(born):%Y%m%d}{number(0, 999, 'serial', *owed.key):03}"
    rest = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    return body + CHECK_CHARACTERS[rest]
