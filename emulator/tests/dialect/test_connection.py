"""The instance that all queries share, also when the first of them come at the same time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local_athena.dialect import connection

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
