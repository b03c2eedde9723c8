"""The object folder: files people attached and captures of what was seen, each kept once under the digest of its content.

A file is on disk before the transaction that names it commits, so that no row ever names a file that is not there; a file whose
transaction was rolled back is left over and harmless. Several processes share the folder; nothing in it is ever changed.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from registry.errors import NotFound


class ObjectFolder:
    """Bytes in, SHA-256 (hex, 64 characters) out, and back."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, content: bytes) -> str:
        """Keep `content`; returns its digest. The same content twice is one file."""
        digest = self.digest(content)
        target = self.path(digest)
        if target.exists():
            return digest
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(partial).replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        return digest

    def get(self, digest: str) -> bytes:
        """The content; NotFound when the file is missing or no longer what its digest says."""
        try:
            content = self.path(digest).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(subject="object") from error
        if self.digest(content) != digest:
            raise NotFound(subject="object")
        return content

    @staticmethod
    def digest(content: bytes) -> str:
        """Under which `content` is kept."""
        return hashlib.sha256(content).hexdigest()

    def digests(self) -> Iterator[str]:
        """Of everything kept; files being written have other names."""
        for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/*")):
            if len(path.name) == 64:
                yield path.name

    def path(self, digest: str) -> Path:
        """Where the content of that digest lies."""
        return self.root / digest[:2] / digest
