"""Statements that Athena's parsers read and Athena does not run: it does not start them.

Athena reads a statement with Trino's grammar and with one of Hive's, which skips over many statements to their end
(``unsupportedHiveNativeCommands`` in Spark's). All that either reads and Athena has no use for gets one message; the rest, Trino's.
https://docs.aws.amazon.com/athena/latest/ug/unsupported-ddl.html,
https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md (#93, #204, #240)
"""

from __future__ import annotations

from local_athena.dialect.parsing import recognizer
from local_athena.errors import InvalidRequest
from local_athena.sql.tokens import leading_words

_TEXT = """
GRANT, REVOKE, ANALYZE, TRUNCATE, USE, SET, RESET, START TRANSACTION, COMMIT, ROLLBACK, IMPORT, EXPORT, LOCK, UNLOCK, LOAD DATA,
CREATE ROLE, CREATE INDEX, CREATE TEMPORARY, DROP ROLE, DROP INDEX, DROP TEMPORARY, ALTER INDEX, SHOW GRANT, SHOW ROLE, SHOW ROLES,
SHOW CURRENT, SHOW PRINCIPALS, SHOW COMPACTIONS, SHOW TRANSACTIONS, SHOW INDEXES, SHOW LOCKS
"""
SKIPPED = tuple(tuple(words.split()) for words in _TEXT.split(","))
"""First words of statements that Hive's grammar reads whatever follows."""
_RUN = {
    "CREATE": {
        "TABLE", "EXTERNAL", "SCHEMA", "DATABASE", "VIEW", "OR REPLACE VIEW", "PROTECTED", "MULTI", "OR REPLACE PROTECTED",
        "OR REPLACE MULTI",
    },
    "DROP": {"TABLE", "SCHEMA", "DATABASE", "VIEW"},
    "ALTER": {"TABLE", "SCHEMA", "DATABASE", "VIEW"},
    "SHOW": {
        "TABLES", "DATABASES", "SCHEMAS", "COLUMNS", "VIEWS", "PARTITIONS", "TBLPROPERTIES", "FUNCTIONS", "CREATE TABLE",
        "CREATE VIEW",
    },
}  # fmt: skip
"""Objects of statements that Athena runs; what has another is Trino's, or nobody's."""
_TRINOS = ("CALL", "COMMENT", "REFRESH", "DENY")
"""First words of statements of Trino alone."""


def not_run(sql: str) -> InvalidRequest | None:
    """The refusal of a statement that Athena does not run, None for any other."""
    words = leading_words(sql, 4)
    if any((*words[: len(skipped)],) == skipped for skipped in SKIPPED):
        return _of_this_type()
    if (
        words[:2] in (["DESCRIBE", "INPUT"], ["DESCRIBE", "OUTPUT"])
        and recognizer.refusal(sql, "any_statement") is None
    ):
        return _of_this_type() if len(words) > 2 else None
    first, behind = words[0] if words else "", " ".join(words[1:]) + " "
    objects = _RUN.get(first)
    if first in _TRINOS or (objects is not None and not any(behind.startswith(f"{one} ") for one in objects)):
        return as_trino_reads(sql)
    return None


def as_trino_reads(sql: str) -> InvalidRequest:
    """The refusal of a statement that is Trino's or nobody's."""
    message = recognizer.refusal(sql, "any_statement")
    return _of_this_type() if message is None else InvalidRequest(message)


def is_trinos(sql: str) -> bool:
    """Whether Trino's grammar has *sql*."""
    return recognizer.refusal(sql, "any_statement") is None


def _of_this_type() -> InvalidRequest:
    return InvalidRequest("Queries of this type are not supported", "INVALID_INPUT")
