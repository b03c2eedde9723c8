"""registry units, duties hand-over and reminders send: the same services, reports as JSON, dry runs that keep nothing."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from click.testing import Result

from registry.bootstrap import Registry
from registry.database import SYSTEM
from registry.duties.responsible import assign_responsible, list_responsible
from tests import factories

Run = Callable[..., Result]


def answer(run: Run, *arguments: str) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


def test_merge(run: Run) -> None:
    asked = ("units", "merge", "CX-105", "--into", "CX-101", "--on", "2026-03-02")
    foreseen = answer(run, *asked, "--dry-run")
    assert set(foreseen) == {"on", "foreseen", "duties", "occasions", "drafts", "people"}
    assert (foreseen["on"], foreseen["foreseen"], len(foreseen["duties"])) == ("2026-03-02", False, 10)
    assert {"item": "BUD-03-01", "from": "CX-105", "to": "CX-101"} in foreseen["duties"]
    assert set(foreseen["occasions"][0]) == {
        "item", "from", "to", "kind", "period", "event", "due_on", "on", "joined", "drafts",
    }  # fmt: skip

    assert answer(run, *asked)["occasions"] == foreseen["occasions"]
    assert run(*asked, exit_code=1).stderr.startswith("units：“楚雄市发展和改革局”已于 2026-03-01 终止")


def test_rename_split_and_end(run: Run) -> None:
    run("units", "rename", "CX-101", "--name", "楚雄市财政金融局", "--on", "2026-06-01", "--basis", "楚市编〔2026〕3号")
    split = answer(
        run, "units", "split", "CX-106", "--give", "县级审计部门/county=CX-201", "--new", "CX-201=楚雄市审计中心",
        "--on", "2026-03-02",
    )  # fmt: skip
    assert split["duties"] == [{"item": "BUD-07-03", "from": "CX-106", "to": "CX-201"}]
    assert {one["to"] for one in answer(run, "units", "end", "CX-110", "--on", "2026-03-02")["duties"]} == {None}
    run("units", "split", "CX-106", "--give", "no-pair", "--on", "2026-03-02", exit_code=2)


def test_hand_over(run: Run, registry: Registry) -> None:
    first, _ = factories.create_user(registry, "first"), factories.create_user(registry, "second")
    with registry.database.work(SYSTEM) as work:
        rows = list_responsible(work.session, date(2026, 3, 2), unit_code=factories.UNIT)[:2]
        assign_responsible(work, [row.duty.id for row in rows], first.user_id)

    asked = ("duties", "hand-over", "--from", "first", "--to", "second")
    foreseen = answer(run, *asked, "--dry-run")
    assert set(foreseen) == {"from", "to", "on", "duties"}
    assert len(answer(run, *asked)["duties"]) == len(foreseen["duties"]) == 2
    assert "没有可以移交的事项" in run(*asked, exit_code=1).stderr
    assert "没有账号“nobody”" in run("duties", "hand-over", "--from", "nobody", "--to", "first", exit_code=1).stderr


def test_reminders(run: Run, registry: Registry) -> None:
    factories.create_user(registry, "editor")
    foreseen = answer(run, "reminders", "send", "--day", "2026-04-20", "--dry-run")
    (digest,) = foreseen["digests"]

    assert set(digest) == {"to", "day", "kind", "entries", "mailed", "failure"}
    assert (digest["to"], digest["day"], digest["kind"]) == ("editor", "2026-04-20", "digest")
    assert "BUD-01-01" in {entry["item_code"] for entry in digest["entries"]}
    assert len(answer(run, "reminders", "send", "--day", "2026-04-20")["digests"]) == 1
    assert answer(run, "reminders", "send", "--day", "2026-04-20")["digests"] == []
