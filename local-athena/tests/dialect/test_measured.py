"""``just bench-functions`` measures every function and cast: none is forgotten, and each of its calls is one that can be made."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from local_athena.dialect import functions

BENCH = Path(__file__).resolve().parents[3] / "bench"


def test_every_function_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCH))
    # By its file: tests have folders of that name, too.
    spec = importlib.util.spec_from_file_location("bench_functions", BENCH / "functions.py")
    assert spec and spec.loader
    bench = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, bench)
    spec.loader.exec_module(bench)
    subjects = bench.subjects()
    assert len(subjects) > len(functions.SPECIALS)
    for subject in subjects:
        bench.translated(subject, bench.TABLE)
    monkeypatch.setitem(functions.SPECIALS, "new_one", functions.SPECIALS["format"])
    with pytest.raises(SystemExit, match=r"no call in bench/function_calls\.py for new_one"):
        bench.subjects()
