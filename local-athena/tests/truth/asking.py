"""Many expressions in few statements on an Athena; a statement that fails is halved until the expression is alone.

https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError
from tests.truth.answers import Answer

# A row of 50 values and their types is far below Athena's 262,144 bytes a statement.
BATCH = 50
_AT_ONCE = 4
_FIRST_WAIT, _LONGEST_WAIT = 0.05, 2.0
# https://docs.aws.amazon.com/athena/latest/ug/error-reference.html: a code in front of the message
_CODE = re.compile(r"([A-Z][A-Z0-9_]+):")
_MB, _TB = 1024**2, 1024**4
_MINIMUM_BYTES = 10 * _MB  # of a statement, https://aws.amazon.com/athena/pricing/
# A statement's result and its metadata are put, the result is got: https://aws.amazon.com/s3/pricing/
_REQUESTS_USD = 2 * 0.005 / 1000 + 0.0004 / 1000


class TooDear(Exception):
    """The statements that the cap allows are used up."""


def dollars(statements: int, price: float) -> float:
    """The most that *statements* which read no table cost, *price* being US dollars for a terabyte."""
    return statements * (_MINIMUM_BYTES / _TB * price + _REQUESTS_USD)


def statement(expressions: Sequence[str]) -> str:
    """One row with the type and the value of each of *expressions*, which may have a FROM of their own."""
    columns = ", ".join(f"typeof(t{n}.c), t{n}.c" for n in range(len(expressions)))
    relations = " CROSS JOIN ".join(f"(SELECT {sql}) AS t{n}(c)" for n, sql in enumerate(expressions))
    return f"SELECT {columns} FROM {relations}"


class Asking:
    """Asks one Athena in one workgroup; ``answers`` has what it has said so far, ``statements`` counts them."""

    def __init__(self, athena: Any, workgroup: str, database: str, most: int) -> None:
        self._athena = athena
        self._where = {"WorkGroup": workgroup, "QueryExecutionContext": {"Database": database}}
        self._most = most
        self._lock, self._stopped = threading.Lock(), threading.Event()
        self.answers: dict[str, Answer] = {}
        self.statements = 0
        self.bytes_scanned = 0

    def ask(self, values: Sequence[str], errors: Sequence[str]) -> None:
        """Ask *values* in batches and *errors* one by one, some at once.

        :raises TooDear: the cap is reached; what was answered stays.
        """
        batches = [values[n : n + BATCH] for n in range(0, len(values), BATCH)]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            jobs = [pool.submit(self._batch, batch) for batch in batches] + [
                pool.submit(self._one, sql) for sql in errors
            ]
            try:
                for job in jobs:
                    job.result()
            except BaseException:
                self._stopped.set()
                pool.shutdown(cancel_futures=True)
                raise

    def _batch(self, expressions: Sequence[str]) -> None:
        if len(expressions) == 1:
            self._one(expressions[0])
            return
        row = self._row(statement(expressions))
        if isinstance(row, Answer):
            middle = len(expressions) // 2
            self._batch(expressions[:middle])
            self._batch(expressions[middle:])
            return
        for sql, type_, text in zip(expressions, row[::2], row[1::2], strict=True):
            self.answers[sql] = Answer(type_ or "", text)

    def _one(self, sql: str) -> None:
        """As it stands, and if that is a value, once more for its type."""
        alone = self._row(f"SELECT {sql}")
        typed = alone if isinstance(alone, Answer) else self._row(statement([sql]))
        self.answers[sql] = typed if isinstance(typed, Answer) else Answer(typed[0] or "", typed[1])

    def _row(self, sql: str) -> list[str | None] | Answer:
        """The only row of a statement, or its error."""
        with self._lock:
            if self._stopped.is_set() or self.statements >= self._most:
                raise TooDear
            self.statements += 1
        try:
            query = self._athena.start_query_execution(QueryString=sql, **self._where)["QueryExecutionId"]
        except ClientError as error:
            if error.response["Error"].get("Code") != "InvalidRequestException":
                raise
            # Refused before there is a query: https://docs.aws.amazon.com/athena/latest/APIReference/API_InvalidRequestException.html
            code = error.response.get("AthenaErrorCode", "MALFORMED_QUERY")
            return Answer(error="SYNTAX_ERROR" if code == "MALFORMED_QUERY" else code)
        execution = self._finished(query)
        with self._lock:
            self.bytes_scanned += execution.get("Statistics", {}).get("DataScannedInBytes", 0)
        status = execution["Status"]
        if status["State"] != "SUCCEEDED":
            found = _CODE.match(status.get("StateChangeReason", ""))
            return Answer(error=found[1] if found else status["State"])
        rows = self._athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"][1:]
        if len(rows) != 1:
            return Answer(error=f"{len(rows)} ROWS")
        return [cell.get("VarCharValue") for cell in rows[0]["Data"]]

    def _finished(self, query: str) -> dict[str, Any]:
        wait = _FIRST_WAIT
        while True:
            execution: dict[str, Any] = self._athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
                return execution
            if self._stopped.is_set():
                self._athena.stop_query_execution(QueryExecutionId=query)
                raise TooDear
            time.sleep(wait)
            wait = min(wait * 1.5, _LONGEST_WAIT)
