"""The in-memory engine keeps the contract."""

import pytest

from registry.search.memory_backend import MemoryBackend
from tests.search.backend_contract import BackendContract
from tests.search.made_up import DOCUMENTS


class TestMemoryBackend(BackendContract):
    @pytest.fixture
    def backend(self) -> MemoryBackend:
        backend = MemoryBackend()
        backend.rebuild(DOCUMENTS, 7, "made up")
        return backend
