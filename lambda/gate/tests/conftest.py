"""The gate's lake for each test."""

import pytest
from gate_lake import made


@pytest.fixture
def lake(monkeypatch, tmp_path):
    return made(monkeypatch, tmp_path)
