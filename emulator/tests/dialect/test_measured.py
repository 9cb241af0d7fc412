"""``just bench-functions`` measures every function and cast: none is forgotten, and each of its calls is one that can be made."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from local_athena.dialect import functions

BENCH = Path(__file__).resolve().parents[3] / "bench"


def test_every_function_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCH))
    bench = importlib.import_module("functions")
    subjects = bench.subjects()
    assert len(subjects) > len(functions.SPECIALS)
    for subject in subjects:
        bench.translated(subject, bench.TABLE)
    monkeypatch.setitem(functions.SPECIALS, "new_one", functions.SPECIALS["format"])
    with pytest.raises(SystemExit, match=r"no call in bench/function_calls\.py for new_one"):
        bench.subjects()
