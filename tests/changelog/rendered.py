"""The package's macros, rendered without dbt, and run on DuckDB as dbt's MERGE would: fast enough for random histories."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2

from tests.offline_home import REPO

MACROS = REPO.root / "changelog" / "macros"


class Models:
    """The tables ``state`` and ``history`` of *connection*'s table ``changelog``."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._incremental = False
        environment = jinja2.Environment(
            extensions=["jinja2.ext.do"], undefined=jinja2.StrictUndefined, autoescape=False
        )
        environment.globals.update(
            changelog=self,
            adapter=SimpleNamespace(quote=lambda name: f'"{name}"', get_columns_in_relation=self._columns),
            execute=True,
            is_incremental=lambda: self._incremental,
            none=None,
            run_query=lambda sql: SimpleNamespace(rows=connection.execute(sql).fetchall()),
            this="state",
            var=lambda name, default: default,
        )
        text = "\n".join(file.read_text("utf-8") for file in sorted(MACROS.glob("*.sql")))
        # Generic tests are dbt's own kind of block.
        text = text.replace("{% test ", "{% macro test_").replace("endtest", "endmacro")
        self._macros: Any = environment.from_string(text).module

    def __getattr__(self, name: str) -> Any:
        """A macro, as the package's own call each other: ``changelog.position()``."""
        return getattr(self._macros, name)

    def _columns(self, relation: str) -> list[SimpleNamespace]:
        rows = self._connection.execute(f"describe {relation}").fetchall()
        return [SimpleNamespace(name=name, dtype=kind) for name, kind, *_ in rows]

    def run(self, **options: Any) -> None:
        """A run of the incremental model; the first makes the table."""
        query = self._macros.current_state("changelog", **options)
        if not self._incremental:
            self._connection.execute(f"create or replace table state as {query}")
            self._incremental = True
            return
        self._connection.execute(f"create or replace temp table arrived as {query}")
        assert self._connection.execute("select count(*) = count(distinct _key) from arrived").fetchone() == (True,)
        self._connection.execute("delete from state where _key in (select _key from arrived)")
        self._connection.execute("insert into state by name from arrived")

    def rebuild(self, **options: Any) -> None:
        """A run with ``--full-refresh``."""
        self._incremental = False
        self.run(**options)

    def arrived(self) -> int:
        """The rows that the last incremental run merged."""
        found = self._connection.execute("select count(*) from arrived").fetchone()
        assert found
        return int(found[0])

    def state(self) -> list[tuple[Any, ...]]:
        """All rows of the table."""
        return self._connection.execute("select * from state order by _key").fetchall()

    def live(self) -> dict[int, int | None]:
        """Values by key, of the keys that are there."""
        return dict(self._connection.execute("select id, value from state where not _deleted").fetchall())

    def history(self, **options: Any) -> list[tuple[Any, ...]]:
        """Rows of the history, in order."""
        query = self._macros.history("changelog", **options)
        return self._connection.execute(f"select * from ({query}) as history order by _key, valid_from").fetchall()

    def unapplied(self, **options: Any) -> list[tuple[Any, ...]]:
        """Rows of the test ``applied``."""
        return self._connection.execute(self._macros.test_applied("state", "changelog", **options)).fetchall()
