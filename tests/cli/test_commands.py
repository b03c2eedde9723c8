"""Commands from the operator's side: exit codes, refusals in Chinese, files that come back the same."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from registry.bootstrap import Registry
from tests.factories import REVIEW_CHECKS, attach, create_publication, create_user, find_occasion, publication_values

Run = Callable[..., Result]
ROOT = Path(__file__).resolve().parents[2]


def test_export_gives_back_the_folders_byte_for_byte(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out"
    run("export", str(target))

    written = {file.relative_to(target): file.read_bytes() for file in target.rglob("*") if file.is_file()}
    ours = {
        file.relative_to(ROOT): file.read_bytes()
        for folder in ("catalog", "standards")
        for file in (ROOT / folder).rglob("*")
        if file.is_file()
    }
    assert written == ours


def test_loading_again_changes_nothing(run: Run) -> None:
    before = json.loads(run("audit", "verify", "--json").stdout)["entries"]

    counts = json.loads(run("load", "--json").stdout)["counts"].values()

    assert all((one["created"], one["updated"], one["absent"]) == (0, 0, 0) for one in counts)
    assert json.loads(run("audit", "verify", "--json").stdout)["entries"] == before


def test_a_dry_run_says_what_would_change_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    run("export", str(tmp_path))
    file = tmp_path / "catalog" / "budgets.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("收支总体情况表\n", "收支总表\n", 1), encoding="utf-8")

    told = json.loads(run("load", "--dry-run", "--from", str(tmp_path), "--json").stdout)["counts"]

    assert told["catalog/budgets.yaml"]["updated"] == 1
    assert "收支总表" not in run("items", "list", "--json").stdout


def test_a_broken_file_is_refused_with_file_line_and_field(run: Run, tmp_path: Path) -> None:
    run("export", str(tmp_path))
    file = tmp_path / "catalog" / "budgets.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("regulation: budget-law\n", "regulation: budget-low\n", 1), encoding="utf-8")
    line = text[: text.index("regulation: budget-law\n")].count("\n") + 1

    refused = run("load", "--from", str(tmp_path), exit_code=1)

    assert "catalog/budgets.yaml" in refused.stderr
    assert str(line) in refused.stderr
    assert "budget-low" in refused.stderr


def test_a_publication_goes_its_way_by_command(run: Run, registry: Registry, tmp_path: Path) -> None:
    create_user(registry, "editor", roles=["editor", "reviewer"])
    create_user(registry, "reviewer", roles=["reviewer"])
    with registry.database.read() as session:
        occasion = str(find_occasion(session).id)
    file = tmp_path / "publication.json"
    file.write_text(json.dumps(publication_values(registry), default=str), encoding="utf-8")
    checks = [word for check in REVIEW_CHECKS for word in ("--checked", check)]

    draft = json.loads(run("publications", "add", str(file), "--occasion", occasion, "--as", "editor").stdout)
    run("publications", "submit", draft["id"], "--as", "editor")
    alone = run("publications", "approve", draft["id"], "--as", "editor", *checks, exit_code=1)
    unchecked = run("publications", "approve", draft["id"], "--as", "reviewer", exit_code=1)
    run("publications", "return", draft["id"], "--as", "reviewer", "--reason", "title:标题应写全称")
    run("publications", "submit", draft["id"], "--as", "editor")
    public = json.loads(run("publications", "approve", draft["id"], "--as", "reviewer", *checks).stdout)
    withdrawn = json.loads(
        run("publications", "withdraw", draft["id"], "--as", "editor", "--reason", "数字有误，另行公开").stdout
    )

    assert draft["state"] == "draft"
    assert "不能是同一个人" in alone.stderr
    assert "审查要点" in unchecked.stderr
    assert public["state"] == "published"
    assert (withdrawn["state"], withdrawn["withdrawal_reason"]) == ("withdrawn", "数字有误，另行公开")


def test_files_and_personal_data_at_the_command_line(run: Run, registry: Registry, tmp_path: Path) -> None:
    editor = create_user(registry, "editor")
    publication = str(create_publication(registry, editor))
    (tmp_path / "名单.txt").write_text("联系13812345678", encoding="utf-8")
    (tmp_path / "旧.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

    refused = run("publications", "attach", publication, str(tmp_path / "旧.doc"), "--as", "editor", exit_code=1)
    told = json.loads(run("publications", "attach", publication, str(tmp_path / "名单.txt"), "--as", "editor").stdout)
    stopped = run("publications", "submit", publication, "--as", "editor", exit_code=1)
    reason = ("--personal-data-reason", "值班电话")
    submitted = json.loads(run("publications", "submit", publication, "--as", "editor", *reason).stdout)

    assert "旧版 Office 文件" in refused.stderr
    assert told["personal_data"]["found"][0]["masked"] == "138****5678"
    assert "138****5678" in stopped.stderr
    assert "13812345678" not in stopped.stderr
    assert submitted["state"] == "submitted"


def test_a_file_is_taken_off_at_the_command_line(run: Run, registry: Registry) -> None:
    editor = create_user(registry, "editor")
    publication = create_publication(registry, editor)
    attachment = attach(registry, editor, publication, "说明.txt", b"hello")

    left = json.loads(run("publications", "detach", str(publication), str(attachment.id), "--as", "editor").stdout)
    listed = json.loads(run("publications", "files", str(publication), "--as", "editor").stdout)

    assert left == listed == {"files": [], "personal_data": {"total": 0, "found": [], "not_read": []}}


def test_backup_and_restore(run: Run, registry: Registry, tmp_path: Path) -> None:
    if not registry.database.is_sqlite:
        assert "PostgreSQL" in run("backup", str(tmp_path / "copy.sqlite"), exit_code=1).stderr
        return
    run("backup", str(tmp_path / "copy.sqlite"))
    create_user(registry, "later")
    registry.stop()

    run("restore", str(tmp_path / "copy.sqlite"))

    assert json.loads(run("check", "--json").stdout) == {"faults": []}
    assert "later" in run("users", "token", "later", "--name", "x", exit_code=1).stderr
    assert list(registry.settings.data.glob("*.before-restore"))


def test_something_that_is_no_backup_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"not a database" * 100)

    refused = run("restore", str(tmp_path / "photo.jpg"), exit_code=1)

    assert refused.stderr.strip()


@pytest.mark.parametrize(
    "arguments",
    [
        ("items", "show", "NO-SUCH"),
        ("items", "export", "x.pdf", "--area", "budgets"),
        ("publications", "show", "00000000-0000-7000-8000-000000000000"),
        ("users", "disable", "nobody"),
        ("search", "预算", "--page", "99"),
    ],
)
def test_refusals_are_told_in_chinese(run: Run, arguments: tuple[str, ...]) -> None:
    if arguments[0] == "search":
        assert json.loads(run(*arguments, "--json").stdout)["hits"] == []
        return
    refused = run(*arguments, exit_code=1)
    assert any("一" <= character <= "鿿" for character in refused.stderr)
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    "arguments", [("coverage", "--as-of", "2026-13-01"), ("search", "x", "--kind", "photo"), ("nothing",)]
)
def test_wrong_use_is_exit_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    run(*arguments, exit_code=2)


def test_checks_and_status(run: Run) -> None:
    assert json.loads(run("check", "--json").stdout) == {"faults": []}
    status = json.loads(run("search-index", "status").stdout)
    assert status["ok"] is True
    assert (status["documents"], status["lag"]) == (95, 0)
    assert set(status) == {"ok", "documents", "watermark", "schema_version", "source", "rules_version", "lag"}


def test_the_log_s_head_is_a_proof_to_keep(run: Run) -> None:
    head = json.loads(run("audit", "verify", "--json").stdout)["head"]

    run("audit", "verify", "--head", head)
    run("audit", "verify", "--head", "1:" + "0" * 64, exit_code=1)


TABLE = """一级事项,二级事项,公开内容（要素）,公开依据,公开时限,公开主体,公开渠道和载体
临时救助,办理结果,救助名单,《中华人民共和国政府信息公开条例》,信息形成之日起20个工作日内,楚雄市民政局,■政府网站
"""


def test_a_table_of_no_known_area_is_shown_and_refused(run: Run, tmp_path: Path) -> None:
    """社会救助 is no area of this registry: the rows are told, nothing is written, and a real run says by its exit that nothing was."""
    file = tmp_path / "救助.csv"
    file.write_text(TABLE, encoding="utf-8")

    tried = json.loads(run("items", "import", str(file), "--dry-run", "--json").stdout)
    told = json.loads(run("items", "import", str(file), "--json", exit_code=1).stdout)

    assert tried == told
    assert [row["action"] for row in told["rows"]] == ["refused"]
    assert [issue["code"] for issue in told["issues"] if issue["field"] == "area"] == ["area_needed"]
