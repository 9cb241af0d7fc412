"""The instance that all queries share, also when the first of them come at the same time."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from local_athena.dialect import connection, udf

THREADS = 4


def test_first_queries_at_the_same_time_share_one_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, together = [], threading.Barrier(THREADS)
    really = connection.duckdb.connect

    def connect(*arguments: object, **options: object) -> object:
        made.append(threading.get_ident())
        return really(*arguments, **options)  # type: ignore[arg-type]

    def first_query(_: int) -> object:
        together.wait()
        return connection.connect(tmp_path).execute("select trino_crc32('a'::blob)").fetchall()

    monkeypatch.setattr(connection.duckdb, "connect", connect)
    monkeypatch.setattr(connection, "_instance", cache(connection._instance.__wrapped__))
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(first_query, range(THREADS)))
    assert len(made) == 1
    assert all(answer == answers[0] for answer in answers)


def test_each_engine_of_a_process_shares_the_instance_and_has_views_of_its_own(tmp_path: Path) -> None:
    first, second = (connection.connect(tmp_path / name) for name in ("one", "two"))
    first.execute("create or replace macro shared() as 1")
    first.execute("create temp view own as select 1")
    assert second.execute("select shared()").fetchall() == [(1,)]
    with pytest.raises(duckdb.CatalogException, match="own does not exist"):
        second.execute("from own")


SPILLING = """
import shutil, sys
from pathlib import Path
from local_athena.dialect import connect

folder, much = Path(sys.argv[1]), "select count(*) from (select distinct i, 'abcdefgh' || i from range(3000000) t(i))"
places = [folder / name / "spill" for name in ("one", "two", "three")]
for place in places:
    place.parent.mkdir()
connect(places[0])
connection = connect(places[1])
print(connection.execute(much).fetchone(), [place.exists() for place in places])
shutil.rmtree(places[1].parent)
print(connect(places[2]).execute(much).fetchone(), [place.exists() for place in places])
"""


def test_it_spills_where_it_was_told_last_and_stays_there(tmp_path: Path) -> None:
    """In a process of its own, whose queries may take little memory and which has spilled nothing yet."""
    environment = {**os.environ, "LOCAL_ATHENA_MEMORY": "80MB"}
    words = [sys.executable, "-c", SPILLING, str(tmp_path)]
    found = subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout
    assert found.splitlines() == ["(3000000,) [False, True, False]", "(3000000,) [False, True, False]"]


def test_functions_outlive_the_connection_that_registered_them() -> None:
    # GIVEN functions that DuckDB knows by their addresses
    known: list[weakref.ref[Any]] = []

    class Registering:
        def create_function(self, _: str, function: Any, *__: Any, **___: Any) -> None:
            known.append(weakref.ref(function))

    udf.register(Registering())  # type: ignore[arg-type]
    # WHEN the connection that registered them is no more, while a cursor of its instance lives on
    cursor = connection._instance.__wrapped__().cursor()
    gc.collect()
    # THEN they are all there
    assert known
    assert all(function() is not None for function in known)
    assert cursor.execute("select trino_plain_number('1e3', 2)").fetchone() == ("1000.00",)
