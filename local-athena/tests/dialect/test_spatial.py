"""Geospatial functions where DuckDB's extension is not installed: refused by name, with the way to get it."""

from __future__ import annotations

import duckdb
import pytest

from local_athena.dialect import spatial
from local_athena.errors import NotSupported


def test_without_the_extension_they_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spatial, "_loaded", False)
    monkeypatch.setattr(spatial, "_instances", [duckdb.connect()])
    monkeypatch.setattr(spatial, "find_spec", lambda name: None)
    with pytest.raises(NotSupported, match="--extra spatial"):
        spatial.load()
