#!/usr/bin/env python3
"""The project's commands, with nothing but Python's own library:

python3 dev.py install            make .venv with what the registry needs to run
python3 dev.py serve [options]    the same, then run it; options go to `registry serve`
python3 dev.py test [options]     all tests on SQLite and PostgreSQL; options go to pytest
python3 dev.py check [part ...]   format, lint, types, imports, test; all of them or those named
"""

from __future__ import annotations  # so that an older Python gets as far as the sentence that refuses it

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
UNFINISHED = VENV / "unfinished"

TEST = ("pytest", "-n", "2")
CHECKS = {
    "format": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "."),
    "types": ("mypy",),
    "imports": ("importlinter",),
    "test": TEST,
}
MODULE_CALLS = {"importlinter": "from importlinter.cli import lint_imports_command; lint_imports_command()"}


class SetupError(Exception):
    """Something this machine lacks, in a sentence that says how to get it."""


def main(arguments: Sequence[str]) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this very line is for the others
        sys.exit(f"dev.py: the registry needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
    command, *rest = arguments or ["--help"]
    commands: dict[str, Callable[[list[str]], None]] = {
        "install": install,
        "serve": serve,
        "test": test,
        "check": check,
    }
    if command not in commands:
        print(__doc__)
        sys.exit(0 if command in ("--help", "-h", "help") else 2)
    try:
        commands[command](rest)
    except SetupError as refusal:
        sys.exit(f"dev.py: {refusal}")
    except KeyboardInterrupt:
        sys.exit(130)


def install(_arguments: list[str]) -> None:
    prepare("run")
    print(f"Installed. The command line is {(VENV / 'bin' / 'registry').relative_to(ROOT)}.")


def serve(arguments: list[str]) -> None:
    prepare("run")
    os.environ.setdefault("REGISTRY_DATA", str(ROOT / "var"))
    become([str(PYTHON), "-m", "registry", "serve", *arguments])


def test(arguments: list[str]) -> None:
    prepare("test")
    os.chdir(ROOT)
    become([*command_line(TEST), *arguments])


def check(parts: list[str]) -> None:
    """All parts are run even when one fails, so that one run shows everything there is to mend."""
    unknown = [part for part in parts if part not in CHECKS]
    if unknown:
        raise SetupError(f"no such check: {', '.join(unknown)}; there are {', '.join(CHECKS)}")
    prepare("test")
    failed = [part for part in parts or CHECKS if not passes(part)]
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


def passes(part: str) -> bool:
    say(f"Checking {part}")
    return subprocess.run(command_line(CHECKS[part]), cwd=ROOT, check=False).returncode == 0


def command_line(tool: Sequence[str]) -> list[str]:
    """A tool of .venv by its module: the scripts in .venv/bin stop working when the folder is moved."""
    name, *arguments = tool
    if name in MODULE_CALLS:
        return [str(PYTHON), "-c", MODULE_CALLS[name], *arguments]
    return [str(PYTHON), "-m", name, *arguments]


def become(command: list[str]) -> None:
    """Replace this process: a stop signal must reach the command, not a script in front of it."""
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 - the project's own command


def prepare(purpose: str) -> None:
    """Bring .venv to what requirements/<purpose>.txt says; does nothing when it is there already."""
    with only_one():
        if not is_usable():
            make_venv()
        wanted = stamp_for(purpose)
        if any(installed().get(key) != value for key, value in wanted.items()):
            install_into_venv(purpose, wanted)


@contextmanager
def only_one() -> Iterator[None]:
    """`serve` and `test` in two windows must not install at once; the lock dies with the process."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def is_usable() -> bool:
    """Whether .venv is whole, was made here, and its Python still exists; anything else is made anew."""
    if UNFINISHED.exists() or installed().get("folder", str(ROOT)) != str(ROOT) or not PYTHON.exists():
        return False
    return subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode == 0


def make_venv() -> None:
    say("Making .venv")
    VENV.mkdir(exist_ok=True)
    UNFINISHED.touch()
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode != 0 or not PYTHON.exists():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SetupError(
            "Python's venv is missing or incomplete. On Debian and Ubuntu python3-venv brings it:\n"
            f"    apt-get install python3-venv      (or python{version}-venv)\n" + (made.stdout + made.stderr).strip()
        )


def install_into_venv(purpose: str, wanted: dict[str, str]) -> None:
    """A run that is stopped half-way leaves its mark, and the next one begins anew."""
    say(f"Installing what requirements/{purpose}.txt lists")
    UNFINISHED.touch()
    pip("--require-hashes", "-r", str(ROOT / "requirements" / f"{purpose}.txt"))
    pip("--no-deps", "--no-build-isolation", "-e", str(ROOT))
    compile_packages()
    STAMP.write_text(json.dumps({**installed(), **wanted}, indent=1), encoding="utf-8")
    UNFINISHED.unlink()


def compile_packages() -> None:
    """On all processors, where pip would use one; files that are not for this Python are left as they are."""
    subprocess.run([PYTHON, "-m", "compileall", "-q", "-j", "0", VENV / "lib"], stdout=subprocess.DEVNULL, check=False)


def pip(*arguments: str) -> None:
    """When pip itself refuses, it leaves all as it was, so the mark goes; only being stopped leaves it."""
    quietly = ("-q", "--disable-pip-version-check", "--no-input", "--no-compile")
    environment = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}
    command = [str(PYTHON), "-m", "pip", "install", *quietly, *arguments]
    if subprocess.run(command, env=environment, check=False).returncode != 0:
        UNFINISHED.unlink()
        raise SetupError("pip could not install the packages; what it said stands above.")


def stamp_for(purpose: str) -> dict[str, str]:
    """What must be installed for a purpose; the test requirements contain those to run."""
    names = {"run": ["run"], "test": ["run", "test"]}[purpose]
    digests = {name: digest(ROOT / "requirements" / f"{name}.txt") for name in names}
    return {**digests, "project": digest(ROOT / "pyproject.toml"), "folder": str(ROOT)}


def installed() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def say(sentence: str) -> None:
    print(f"{sentence} …", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
