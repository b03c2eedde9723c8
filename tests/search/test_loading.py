"""What takes long to load waits until it is needed."""

import subprocess
import sys


def test_the_command_line_loads_neither_numpy_nor_dictionaries() -> None:
    asked = "import sys, registry.cli.main; print(*sorted({'numpy', 'rjieba', 'pypinyin'} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert loaded.stdout.split() == []
