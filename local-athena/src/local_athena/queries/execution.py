"""One query execution and its states.

https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecutionStatus.html
"""

from __future__ import annotations

import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local_athena.errors import AthenaError
from local_athena.model import Outcome, QueryContext
from local_athena.queries.kinds import kind, location
from local_athena.results.store import Result

ENGINE_VERSION = "Athena engine version 3"
CANCELLED = "Query cancelled by user"
"""https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/result-files.md (#6)"""


@dataclass
class Submission:
    """A client's request, after the workgroup's settings were applied."""

    sql: str
    workgroup: str
    context: dict[str, Any]
    """QueryExecutionContext as it was given: it is echoed, and its database may not exist yet."""
    output_prefix: str
    """Full S3 prefix with a slash at its end."""
    result_configuration: dict[str, Any] = field(default_factory=dict)
    s3_settings: dict[str, str] = field(default_factory=dict)
    """Arguments by which S3 writes the files of the result."""
    parameters: tuple[str, ...] = ()
    reuse_minutes: int | None = None
    reuse_configuration: dict[str, Any] | None = None
    managed: bool = False
    """Whether the workgroup keeps the result: then no client learns where it lies."""

    @property
    def reuse_key(self) -> tuple[Any, ...]:
        """Two submissions with one key would run the same query: text, names' meaning, parameters, workgroup."""
        return (self.sql, self.workgroup, tuple(sorted(self.context.items())), self.parameters)


CURRENT: ContextVar[QueryExecution | None] = ContextVar("current query", default=None)
"""The query that this thread works for: on AWS its calls of S3 and Glue are its caller's."""


class QueryExecution:
    """A query from its submission on. All methods may be called from any thread."""

    def __init__(self, submission: Submission, context: QueryContext) -> None:
        self.submission, self.context = submission, context
        self.id = context.query_id
        self.state = "QUEUED"
        self.reason: str | None = None
        self.error: AthenaError | None = None
        self.outcome: Outcome | None = None
        self.result: Result | None = None
        self.reused = False
        self.late = False
        """Whether it is told to stop because it takes too long."""
        self.greedy = False
        """Whether it is told to stop because queries hold too much memory."""
        self.explained = False
        """Whether the reason of its failure lies where its result would: then its result is there, and empty."""
        self.scanned_bytes = 0
        self.submitted_at = datetime.now(UTC)
        self.completed_at: datetime | None = None
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._marks = {"submitted": time.monotonic()}

    def __getstate__(self) -> dict[str, Any]:
        """For pickle: what is left of a query that has ended."""
        return {name: value for name, value in self.__dict__.items() if name not in ("context", "_lock", "_done")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.context = QueryContext(self.id)
        self._lock, self._done = threading.Lock(), threading.Event()
        self._done.set()

    @property
    def terminal(self) -> bool:
        """Whether the state will not change any more."""
        return self._done.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait at most *seconds* for the end; says whether it was reached."""
        return self._done.wait(seconds)

    def mark(self, moment: str) -> None:
        """Note when *moment* was, for the statistics: started, planned, executed."""
        self._marks[moment] = time.monotonic()

    def begin(self) -> bool:
        """QUEUED to RUNNING; False if the query was stopped while it waited."""
        with self._lock:
            if self.state != "QUEUED":
                return False
            self.state = "RUNNING"
        self.mark("started")
        return True

    def succeed(self, outcome: Outcome, result: Result) -> None:
        """End with a result that is already complete."""
        outcome.batches = None
        self.outcome, self.result, self.scanned_bytes = outcome, result, outcome.scanned_bytes
        self._end("SUCCEEDED", None)

    def reuse(self, earlier: QueryExecution) -> None:
        """End with the result of *earlier*, which was read from nowhere this time."""
        self.outcome, self.result, self.reused = earlier.outcome, earlier.result, True
        self._end("SUCCEEDED", None)

    def fail(self, error: AthenaError) -> None:
        """End FAILED."""
        self.error = error
        reason, behind = str(error), self._left_behind()
        self._end("FAILED", f"{reason.removesuffix('.')}{behind}" if behind else reason)

    def _left_behind(self) -> str:
        """Athena's words about the files of a statement that failed while it wrote, or before."""
        place = self.output_location
        match self.kind:
            case ("DDL", "CREATE_TABLE_AS_SELECT"):
                before, behind = f"You may need to manually clean the data at location '{place}'", "before retrying"
            case (_, "INSERT"):
                before = f"If a data manifest file was generated at '{place}-manifest.csv', you may need to manually clean the data"
                behind = "from locations specified in the manifest"
            case _:
                return ""
        return f". {before} {behind}. Athena will not delete data in your account."

    def cancel(self, reason: str) -> None:
        """End CANCELLED."""
        self._end("CANCELLED", reason)

    def cancel_if_queued(self) -> None:
        """End CANCELLED a query that no worker has taken yet."""
        with self._lock:
            if self.state != "QUEUED":
                return
            self.state = "CANCELLED"
        self._end("CANCELLED", CANCELLED)

    def _end(self, state: str, reason: str | None) -> None:
        self.mark("completed")
        self.completed_at = datetime.now(UTC)
        self.reason = reason
        self.state = state
        self.context.ended()
        self._done.set()

    def millis(self, first: str, last: str) -> int | None:
        """Milliseconds between two moments, None if either was not reached."""
        if first not in self._marks or last not in self._marks:
            return None
        return round((self._marks[last] - self._marks[first]) * 1000)

    def describe(self) -> dict[str, Any]:
        """The API's QueryExecution."""
        submission = self.submission
        statement, sub_statement = self.kind
        described: dict[str, Any] = {
            "QueryExecutionId": self.id,
            "Query": submission.sql,
            "StatementType": statement,
            **self._kept(),
            "ResultReuseConfiguration": submission.reuse_configuration
            or {"ResultReuseByAgeConfiguration": {"Enabled": False}},
            "QueryExecutionContext": self._context(),
            "Status": self._status(),
            "Statistics": self.statistics(),
            "WorkGroup": submission.workgroup,
            "EngineVersion": {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": ENGINE_VERSION},
        }
        if sub_statement:
            described["SubstatementType"] = sub_statement
        if submission.parameters:
            described["ExecutionParameters"] = list(submission.parameters)
        return described

    def _context(self) -> dict[str, Any]:
        """As it was given, the catalog in lower case (#157):
        https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/client-request-token.md
        """
        given = self.submission.context
        return {**given, "Catalog": given["Catalog"].lower()} if "Catalog" in given else given

    @property
    def kind(self) -> tuple[str, str | None]:
        """StatementType and SubstatementType, by the text until there is an outcome."""
        if self.outcome:
            return self.outcome.statement_type, self.outcome.substatement_type
        return kind(self.submission.sql)

    @property
    def output_location(self) -> str:
        """The place where the result lies, or would."""
        if self.result and self.result.location:
            return self.result.location
        return location(self.submission.output_prefix, self.id, *self.kind)

    def _kept(self) -> dict[str, Any]:
        if self.submission.managed:
            key = self.submission.result_configuration.get("EncryptionConfiguration", {}).get("KmsKey")
            encryption = {"EncryptionConfiguration": {"KmsKey": key}} if key else {}
            return {"ManagedQueryResultsConfiguration": {"Enabled": True, **encryption}}
        location = {"OutputLocation": self.output_location}
        return {"ResultConfiguration": {**self.submission.result_configuration, **location}}

    def _status(self) -> dict[str, Any]:
        status: dict[str, Any] = {"State": self.state, "SubmissionDateTime": self.submitted_at}
        if self.completed_at:
            status["CompletionDateTime"] = self.completed_at
        if self.reason:
            status["StateChangeReason"] = self.reason
        if self.error:
            status["AthenaError"] = {
                "ErrorCategory": self.error.category,
                "ErrorType": self.error.type,
                "Retryable": self.error.retryable,
                "ErrorMessage": self.error.detail or self.reason,
            }
        return status

    def timeline(self) -> dict[str, int]:
        """The measured parts of the query's time, in milliseconds; what was not measured is absent."""
        spans = {
            "QueryQueueTimeInMillis": self.millis("submitted", "started"),
            "QueryPlanningTimeInMillis": self.millis("started", "planned"),
            "EngineExecutionTimeInMillis": self.millis("started", "executed"),
            "ServiceProcessingTimeInMillis": self.millis("executed", "completed"),
            "TotalExecutionTimeInMillis": self.millis("submitted", "completed"),
        }
        return {name: value for name, value in spans.items() if value is not None}

    def statistics(self) -> dict[str, Any]:
        """The API's QueryExecutionStatistics."""
        statistics: dict[str, Any] = {
            **self.timeline(),
            "DataScannedInBytes": self.scanned_bytes,
            "ResultReuseInformation": {"ReusedPreviousResult": self.reused},
        }
        if self.result and self.result.manifest and not self.submission.managed:
            statistics["DataManifestLocation"] = self.result.manifest
        return statistics
