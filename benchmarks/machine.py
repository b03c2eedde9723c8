"""What the numbers of a benchmark belong to: the machine and the packages, printed above them."""

import os
import platform
from importlib.metadata import version
from pathlib import Path


def print_machine(*packages: str) -> None:
    """Processor, cores, load, Python, and the versions of the packages that matter."""
    named = (line.partition(":")[2].strip() for line in _cpu_lines() if line.startswith("model name"))
    model = next(named, platform.machine())
    print(f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, load {os.getloadavg()[0]:.1f}")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in packages))


def _cpu_lines() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
