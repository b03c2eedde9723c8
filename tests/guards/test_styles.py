"""Style sheets are whole: a brace that was lost takes everything behind it along, and no page complains."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "src/registry/web/static"
ASIDE = re.compile(r"/\*.*?\*/|\"[^\"]*\"|'[^']*'|url\([^)]*\)", re.DOTALL)


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_every_brace_is_closed_and_no_medium_stands_inside_another(path: Path) -> None:
    text, depth = ASIDE.sub("", path.read_text(encoding="utf-8")), 0
    for found in re.finditer(r"[{}]|@media", text):
        line = text[max(0, found.start() - 80) : found.end()]
        assert depth > 0 or found[0] != "}", line
        assert depth == 0 or found[0] != "@media", line
        depth += {"{": 1, "}": -1}.get(found[0], 0)
    assert depth == 0
