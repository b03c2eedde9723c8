"""What takes long to load waits until it is needed."""

import subprocess
import sys


def test_the_command_line_loads_no_dictionaries() -> None:
    """Half a second for words and sounds; numpy, which counting days needs anyhow, takes a tenth of that."""
    asked = "import sys, registry.cli.main; print(*sorted({'rjieba', 'pypinyin'} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert loaded.stdout.split() == []
