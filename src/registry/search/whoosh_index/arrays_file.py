"""Named numpy arrays in one file: a line of JSON that says where each begins, then their bytes."""

import json
from collections.abc import Mapping
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNED = 16


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """One-dimensional arrays of numbers."""
    places: dict[str, list[Any]] = {}
    offset = 0
    for name, one in arrays.items():
        places[name] = [one.dtype.str, offset, len(one)]
        offset += -(-one.nbytes // ALIGNED) * ALIGNED
    head = json.dumps(places).encode()
    head += b" " * (-(len(head) + 1) % ALIGNED) + b"\n"
    with path.open("wb") as file:
        file.write(head)
        for one in arrays.values():
            file.write(np.ascontiguousarray(one).tobytes())
            file.write(b"\0" * (-one.nbytes % ALIGNED))


def read_arrays(content: bytes | mmap) -> Mapping[str, NDArray[Any]]:
    """Views of the content, which must outlive them; ValueError when it is something else."""
    end = content.find(b"\n") + 1
    return {
        name: np.frombuffer(content, dtype=dtype, count=length, offset=end + offset)
        for name, (dtype, offset, length) in json.loads(content[:end]).items()
    }
