"""`registry close` and `registry periods …`: shapes, proofs and exit codes."""

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from registry.bootstrap import Registry
from registry.closing.queries import get_frozen

Run = Callable[..., Result]

KEYS = {
    "period", "first_on", "last_on", "closed_at", "number", "occasions", "content_hash", "hash", "totals",
}  # fmt: skip


def test_closed_periods_are_listed_proved_recounted_and_written(run: Run, registry: Registry, tmp_path: Path) -> None:
    closed = json.loads(run("close", "2026-01", "--json").stdout)
    assert set(closed) == KEYS
    assert json.loads(run("periods", "list", "--json").stdout) == {"periods": [closed]}
    proofs = json.loads(run("periods", "verify", "--json").stdout)
    assert proofs == {
        "periods": [{"period": "2026-01", "hash": closed["hash"], "holds": True, "failed": []}],
        "head": closed["hash"],
    }
    again = json.loads(run("periods", "recount", "2026-01", "--json").stdout)
    assert set(again) == {"period", "agrees", "occasions", "rulebook_now", "calendars_now", "since"}
    assert (again["agrees"], again["occasions"], again["since"]) == (True, closed["occasions"], [])
    run("periods", "export", "2026-01", str(tmp_path / "frozen.gz"))
    content = gzip.decompress((tmp_path / "frozen.gz").read_bytes())
    assert hashlib.sha256(content).hexdigest() == closed["content_hash"]

    with registry.database.read() as session:
        registry.objects.path(get_frozen(session, "2026-01").object_digest).unlink()
    assert "2026-01 核验不通过：" in run("periods", "verify", "2026-01", exit_code=1).stderr
    assert "没有找到" in run("periods", "verify", "2026-02", exit_code=1).stderr
    assert "2026-01" in run("check", exit_code=1).stderr
