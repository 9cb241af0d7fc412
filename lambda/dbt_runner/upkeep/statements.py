"""Statements of the upkeep, one at a time, within an invocation's time and for as long as the lease is held.

https://docs.aws.amazon.com/athena/latest/ug/optimize-statement.html
https://docs.aws.amazon.com/athena/latest/ug/vacuum-statement.html
"""

from __future__ import annotations

import re
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from dbt_runner import errors
from dbt_runner.patches.athena.polling import Pauses
from dbt_runner.rounds import orphans
from dbt_runner.rounds.deadline import Deadline
from dbt_runner.storage.store import Store
from dbt_runner.upkeep.metadata import Table
from dbt_runner.upkeep.needs import Files, Properties

# One OPTIMIZE goes through a hundred partitions, one VACUUM through a thousand files or some; both then fail with this, and what
# they did is kept. https://github.com/dbt-labs/dbt-athena/issues/531
_MORE = ("ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED", "ICEBERG_VACUUM_MORE_RUNS_NEEDED")
_MOST_RUNS = 100
_LONGEST_PAUSE = 5.0
_PLAIN = re.compile(r"[a-z][a-z0-9_]*")
# Files of a partition lie in a folder of its name: data/[hash/]day=2026-11-29/file.parquet
_FOLDER = "'/data/(?:[^=]*/)?([^/=]+=.*)/[^/]+$', 1"


class Cut(Exception):
    """The invocation's time is over, or its lease is lost: the statement was stopped after ``seconds``, or never sent."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class Failed(Exception):
    """Athena did not do it; the message is Athena's."""


class Statements:
    """Sends statements to Athena. Each is written down while it runs, so that who takes a dead run's lease can stop it.

    Every method raises ``Cut``, ``Failed``, and ``TerminalError`` or ``TransientError`` where Athena cannot be asked.
    """

    def __init__(self, athena: Any, workgroup: str, store: Store, run_id: str, limit: Deadline) -> None:
        self._athena = athena
        self._workgroup = workgroup
        self._store = store
        self._run_id = run_id
        self._limit = limit
        self.lost = ""
        """How the lease was lost; set by another thread."""

    @property
    def may_start(self) -> bool:
        return not self.lost and time.monotonic() < self._limit.last_start

    def files(self, table: Table, properties: Properties) -> Files:
        """The small files of the current snapshot, by a query that reads metadata alone."""
        small, target = properties.small_bytes, properties.target_bytes
        sql = (
            "with files as (select coalesce(regexp_extract(file_path, "
            f'{_FOLDER}), \'\') as folder, file_size_in_bytes as size from "{table.database}"."{table.name}$files" '
            f"where content = 0 and file_size_in_bytes < {small}), "
            f"folders as (select count(*) as small, count(*) - ceil(sum(size) / {target}e0) as spared from files group by folder) "
            "select coalesce(sum(small), 0), coalesce(cast(sum(spared) as bigint), 0) from folders"
        )
        query = self._run(table, sql)
        try:
            rows = self._athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
        except (BotoCoreError, ClientError) as error:
            raise errors.from_exception(f"Cannot read what the files of {table.full_name} are", error) from None
        found, spared = (int(cell["VarCharValue"]) for cell in rows[1]["Data"])
        return Files(found, max(spared, 0))

    def optimize(self, table: Table) -> None:
        """Put small files together, as often as Athena says that there is more."""
        name = table.name if _PLAIN.fullmatch(table.name) else f'"{table.name}"'
        self._repeat(table, f"OPTIMIZE {_database(table)}.{name} REWRITE DATA USING BIN_PACK")

    def vacuum(self, table: Table) -> None:
        """Expire old snapshots and delete what only they had, as often as Athena says that there is more."""
        # Backticks around the table's name alone, and no double quotes: the page of VACUUM.
        name = table.name if _PLAIN.fullmatch(table.name) else f"`{table.name}`"
        self._repeat(table, f"VACUUM {table.database}.{name}")

    def _repeat(self, table: Table, sql: str) -> None:
        for _ in range(_MOST_RUNS):
            try:
                self._run(table, sql)
                return
            except Failed as error:
                if not any(code in str(error) for code in _MORE):
                    raise
        raise Failed(f"Athena asks for more than {_MOST_RUNS} runs of `{sql}`; the next upkeep goes on.")

    def _run(self, table: Table, sql: str) -> str:
        """The id of the query, which has succeeded."""
        if not self.may_start:
            raise Cut(0.0)
        began = time.monotonic()
        try:
            query: str = self._athena.start_query_execution(
                QueryString=sql, WorkGroup=self._workgroup, QueryExecutionContext={"Database": table.database}
            )["QueryExecutionId"]
            orphans.note(self._store, self._run_id, query)
            pauses = Pauses()
            while True:
                status = self._athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
                if status["State"] not in ("QUEUED", "RUNNING"):
                    break
                left = self._limit.cancel - time.monotonic()
                if self.lost or left <= 0:
                    self._athena.stop_query_execution(QueryExecutionId=query)
                    raise Cut(time.monotonic() - began)
                pauses.pause(min(_LONGEST_PAUSE, left))
        except (BotoCoreError, ClientError) as error:
            raise errors.from_exception(f"Athena does not run `{sql}`", error) from None
        if status["State"] != "SUCCEEDED":
            raise Failed(f"{sql[:120]}: {status.get('StateChangeReason', status['State'])}")
        return query


def _database(table: Table) -> str:
    return table.database if _PLAIN.fullmatch(table.database) else f'"{table.database}"'
