"""registry demo: what it prints, what it refuses."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry.cli.main import main
from registry.database import Database
from registry.demo.courses import FaultKind
from registry.demo.folder import Holds, what_it_holds
from tests.databases import Template

Run = Callable[..., Result]


def test_a_demo_is_made_listed_and_not_made_twice(tmp_path: Path) -> None:
    def demo(*arguments: str) -> Result:
        return CliRunner(env={"REGISTRY_DATA": str(tmp_path / "demo")}).invoke(main, ["demo", *arguments])

    made = demo("--until", "2025-06-30", "--unit", "CX-143", "--json")
    record = json.loads(made.stdout)
    listed = json.loads(demo("--list-faults", "--json").stdout)

    assert (record["from"], record["until"]) == ("2024-01-01", "2025-06-30")
    assert len(record["accounts"]) == 7
    assert set(record["accounts"][0]) == {"username", "name", "unit", "secret"}
    assert listed["total"] == sum(record["faults"].values()) == len(listed["faults"]) > 0
    assert set(listed["faults"][0]) == {"kind", "unit", "item", "period", "since"}
    assert {fault["kind"] for fault in listed["faults"]} <= set(FaultKind)
    refused = demo("--until", "2025-06-30")
    assert refused.exit_code == 1
    assert "--again" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--until", "2099-01-01"), "晚于今天"),
        (("--list-faults",), "没有演示数据"),
        (("--unit", "CX-999", "--until", "2025-06-30"), "CX-999"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(
    sqlite_template: Template, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    sqlite_template.copy_to(tmp_path / "demo")

    refused = CliRunner(env={"REGISTRY_DATA": str(tmp_path / "demo")}).invoke(main, ["demo", *arguments])

    assert refused.exit_code == 1
    assert told in refused.stderr
    database = Database(f"sqlite:///{tmp_path / 'demo' / 'registry.sqlite'}")
    assert what_it_holds(database) in (Holds.DATA_FILES, Holds.NOTHING)
    database.dispose()
