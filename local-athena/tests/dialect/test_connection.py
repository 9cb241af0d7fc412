"""The instance that all queries share, also when the first of them come at the same time."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

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
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(first_query, range(THREADS)))
    assert len(made) == 1
    assert all(answer == answers[0] for answer in answers)


def test_functions_outlive_the_instance_that_leaves_the_cache() -> None:
    # GIVEN functions that DuckDB knows by their addresses
    known: list[weakref.ref[Any]] = []

    class Registering:
        def create_function(self, _: str, function: Any, *__: Any, **___: Any) -> None:
            known.append(weakref.ref(function))

    udf.register(Registering())  # type: ignore[arg-type]
    # WHEN the connection that registered them is no more, while a cursor of its instance lives on
    cursor = connection._instance.__wrapped__(None).cursor()
    gc.collect()
    # THEN they are all there
    assert known
    assert all(function() is not None for function in known)
    assert cursor.execute("select trino_plain_number('1e3', 2)").fetchone() == ("1000.00",)
