"""What exists is documented."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from registry.cli.main import main
from registry.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
COMMANDS_PAGE = ROOT / "docs" / "commands.md"
OPERATION_PAGE = ROOT / "docs" / "operation.md"


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command with the words it is called by."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = list(commands(main, "registry"))


@pytest.mark.parametrize(("words", "command"), COMMANDS, ids=[words for words, _ in COMMANDS])
def test_every_command_has_help_and_is_in_the_docs(words: str, command: click.Command) -> None:
    page = COMMANDS_PAGE.read_text(encoding="utf-8")

    assert command.help, f"{words} has no help"
    assert words in page


@pytest.mark.parametrize(("words", "command"), COMMANDS, ids=[words for words, _ in COMMANDS])
def test_every_option_has_help(words: str, command: click.Command) -> None:
    assert [option.name for option in command.params if isinstance(option, click.Option) and not option.help] == []


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_docs_and_says_what_it_is(name: str) -> None:
    assert f"`REGISTRY_{name.upper()}`" in OPERATION_PAGE.read_text(encoding="utf-8")
    assert Settings.model_fields[name].description


def test_the_docs_know_no_setting_there_is_not() -> None:
    pages = [*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    named = {
        word
        for page in pages
        if page.exists()
        for word in re.findall(r"REGISTRY_[A-Z_]+\b", page.read_text(encoding="utf-8"))
    }

    assert named - {f"REGISTRY_{name.upper()}" for name in Settings.model_fields} - {"REGISTRY_KILL_CYCLES"} == set()
