"""Templates: nothing imported in vain, nothing that the content security policy would drop, nothing unescaped."""

import re
from pathlib import Path

import pytest

from tests.guards.sources import PACKAGE, TEMPLATES, templates

IMPORT = re.compile(r"{%-?\s*from\s+\"[^\"]+\"\s+import\s+(?P<names>[^%]+?)(?:\s+with(?:out)?\s+context)?\s*-?%}")
FORBIDDEN = {
    "an unescaped value": re.compile(r"\|\s*safe\b|{%-?\s*autoescape"),
    "an inline style": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>%{]*\son[a-z]+\s*=", re.IGNORECASE),
    "an inline script or style": re.compile(r"<script(?![^>]*\ssrc=)|<style", re.IGNORECASE),
    "an address of somebody else's server": re.compile(r"(?:src|<link[^>]*href)\s*=\s*\"(?:https?:)?//", re.IGNORECASE),
    "javascript in an address": re.compile(r"javascript:", re.IGNORECASE),
}

ALL = [path.relative_to(TEMPLATES).as_posix() for path in templates()]


def source_of(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_imported_in_vain(name: str) -> None:
    source = source_of(name)
    rest = IMPORT.sub("", source)
    imported = [part.split(" as ")[-1].strip() for names in IMPORT.findall(source) for part in names.split(",")]

    assert [one for one in imported if not re.search(rf"\b{re.escape(one)}\b", rest)] == []


@pytest.mark.parametrize("name", ALL)
def test_nothing_that_escapes_or_is_dropped(name: str) -> None:
    found = {what: pattern.search(source_of(name)) for what, pattern in FORBIDDEN.items()}

    assert {what: match.group() for what, match in found.items() if match} == {}


def test_every_template_is_used() -> None:
    sources = [path.read_text(encoding="utf-8") for path in [*PACKAGE.rglob("*.py"), *templates()]]

    assert [name for name in ALL if not any(f'"{name}"' in source for source in sources)] == []


def test_pages_have_one_layout() -> None:
    """A page extends a layout; what extends nothing is a part of pages and says so by its name or folder.

    The page for a failure stands alone on purpose: whatever fails in a layout must not fail in it.
    """
    alone = [name for name in ALL if "{% extends" not in source_of(name) and name != "errors/failure.html"]

    assert [
        name for name in alone if not (Path(name).name.startswith("_") or name.startswith(("components/", "layouts/")))
    ] == []
