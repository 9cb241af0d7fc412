"""Why a query did not succeed, in Athena's words.

Athena puts a Trino error code in front of the message and adds a category and a type number:
https://docs.aws.amazon.com/athena/latest/APIReference/API_AthenaError.html. Retryable is true only for what may succeed unchanged.
"""

from __future__ import annotations

import copyreg
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

SYSTEM: Final = 1
USER: Final = 2
OTHER: Final = 3
ICEBERG_COMMIT_ERROR_TYPE = 233
_TYPES = {
    "TABLE_NOT_FOUND": 1301, "SCHEMA_NOT_FOUND": 1301, "NOT_FOUND": 1300, "FUNCTION_NOT_FOUND": 1303, "NOT_SUPPORTED": 1200,
    "MISSING_COLUMN_NAME": 1100, "INVALID_CAST_ARGUMENT": 1100, "NUMERIC_VALUE_OUT_OF_RANGE": 1100,
    "INVALID_PARAMETER_USAGE": 1100, "INVALID_FUNCTION_ARGUMENT": 1106, "TABLE_ALREADY_EXISTS": 1110,
    "DIVISION_BY_ZERO": 1001, "TYPE_MISMATCH": 1002, "INVALID_TABLE_PROPERTY": 1103, "INVALID_VIEW": 1107,
}  # fmt: skip
"""Types of errors by their code, where they were measured; 1006, a syntax error, elsewhere.

https://docs.aws.amazon.com/athena/latest/ug/error-reference.html,
https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md,
https://github.com/aoyagikouhei/athena-local/blob/main/src/failure.rs (measured 2026-09-14).
"""


class AthenaError(Exception):
    """A query that ends FAILED. ``str()`` is what Athena shows: ``CODE: message``."""

    category: Literal[1, 2, 3] = USER
    type: int = 1006
    retryable = False
    detail = ""
    """ErrorMessage, where it is another text than the reason of the failure."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        self.type = _TYPES.get(code, self.type)
        super().__init__(f"{code}: {message}")

    def __reduce__(self) -> tuple[Any, ...]:
        # Python would call the class with ``args``, which is one text where the classes take two, or another.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class NotSupported(AthenaError):
    """A feature that local Athena does not have. It is named; it is never answered with success."""

    def __init__(self, feature: str) -> None:
        super().__init__("NOT_SUPPORTED", f"{feature} is not supported by local Athena (see docs/ATHENA.md)")


class HiveError(AthenaError):
    """Refusals of Hive's, in its own words, which it leaves where the result would lie."""

    def __init__(
        self, message: str, detail: str = "", category: Literal[1, 2, 3] = USER, error_type: int = 1006
    ) -> None:
        super().__init__("FAILED", message)
        self.detail, self.category, self.type = detail, category, error_type


class DdlTaskError(HiveError):
    """Refusals of Hive's metastore, of a statement that could be read."""

    def __init__(self, message: str, *more: Any, **named: Any) -> None:
        super().__init__(
            f"Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. {message}", *more, **named
        )


class Untranslated(NotSupported):
    """A query that DuckDB does not take in the form that it was translated to. What DuckDB says of that form is in the log."""

    def __init__(self, feature: str = "A query of this form") -> None:
        super().__init__(feature)


class Missing(AthenaError):
    """A table or database that Athena itself looks for before its engine does. There is no code before its words."""

    type = 1301

    def __init__(self, message: str) -> None:
        self.code, self.message = "TABLE_NOT_FOUND", message
        Exception.__init__(self, message)


class IcebergRefused(AthenaError):
    """Hive's DDL about a table of Iceberg's. Athena's words have no code before them, and leave no result.

    https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/result-files.md
    """

    def __init__(
        self, message: str = "Query type not supported by Athena Iceberg at this time", error_type: int = 1200
    ) -> None:
        self.code, self.message, self.type = "NOT_SUPPORTED", message, error_type
        Exception.__init__(self, message)


@contextmanager
def properties_refused() -> Iterator[None]:
    """Iceberg's properties in Hive's DDL are refused without a code."""
    try:
        yield
    except AthenaError as error:
        if error.code != "INVALID_TABLE_PROPERTY":
            raise
        raise IcebergRefused(error.message) from error


class IcebergCommitError(AthenaError):
    """Another writer committed first. dbt-athena retries on this very code and type."""

    type = ICEBERG_COMMIT_ERROR_TYPE
    retryable = True

    def __init__(self, message: str) -> None:
        super().__init__("ICEBERG_COMMIT_ERROR", message)


class InternalError(AthenaError):
    """A defect of local Athena itself. Not retryable: the same query would fail the same way."""

    category = SYSTEM

    def __init__(self, message: str) -> None:
        super().__init__("GENERIC_INTERNAL_ERROR", message)


class StackOverflow(AthenaError):
    """A query nested more deeply than it can be analysed. Trino has one word for it, and no limit that it names:
    https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/execution/SqlQueryExecution.java
    """

    def __init__(self, message: str = "statement is too large (stack overflow during analysis)") -> None:
        super().__init__("STACK_OVERFLOW", message)


class ExhaustedResources(AthenaError):
    """A query that would take more memory than queries may. Not retryable: it would take as much again.

    https://docs.aws.amazon.com/athena/latest/ug/error-reference.html
    """

    type = 0

    def __init__(self, message: str = "Query exhausted resources at this scale factor") -> None:
        super().__init__("EXHAUSTED_RESOURCES", message)


class Unprepared(AthenaError):
    """A prepared statement that the workgroup does not have. There is no code before Athena's words."""

    type = 1300

    def __init__(self, name: str, workgroup: str) -> None:
        self.code, self.message = "NOT_FOUND", f"PreparedStatement {name} was not found in workGroup {workgroup}"
        Exception.__init__(self, self.message)


class ResultUnwritten(AthenaError):
    """A result that S3 does not take.

    https://repost.aws/knowledge-center/access-denied-athena,
    https://docs.aws.amazon.com/athena/latest/ug/error-reference.html
    """

    category, type = SYSTEM, 401

    def __init__(self, place: str, answer: Any) -> None:
        if answer.get("Error", {}).get("Code") in ("AccessDenied", "403"):
            words = (
                f"Access denied when writing output to url: {place} . Please ensure you are allowed to access the S3 bucket. "
                "If specifying an expected bucket owner, confirm the bucket is owned by the expected account. If you are "
                "encrypting query results with KMS key, please ensure you are allowed to access your KMS key"
            )
        else:
            words = (
                "The S3 location provided to save your query results is invalid. Please check your S3 location is correct "
                "and is in the same region and try again. If you continue to see the issue, contact customer support for "
                "further assistance."
            )
        self.code, self.message = "RESULT_UNWRITTEN", words
        Exception.__init__(self, words)


class QueryTimeout(AthenaError):
    """A query that ran longer than Athena lets one run. https://docs.aws.amazon.com/athena/latest/ug/service-limits.html"""

    def __init__(self, message: str = "Query timeout") -> None:
        self.code, self.message = "QUERY_TIMEOUT", message
        Exception.__init__(self, message)


class InvalidRequest(Exception):
    """A request that the API refuses before there is a query (``InvalidRequestException``)."""

    def __init__(self, message: str, code: str = "MALFORMED_QUERY") -> None:
        self.code = code
        super().__init__(message)


class QueryCancelled(Exception):
    """Raised inside a query that somebody stopped."""


class ScanLimitExceeded(QueryCancelled):
    """The workgroup's BytesScannedCutoffPerQuery stopped the query: it ends CANCELLED, as on AWS.

    https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html
    """

    def __init__(self) -> None:
        super().__init__("Query cancelled! : Bytes scanned limit was exceeded")
