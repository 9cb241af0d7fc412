"""SHOW: one line of text for each thing found."""

from __future__ import annotations

import re
from collections.abc import Iterable

from local_athena.catalog.glue import table_missing, unknown_to_hive
from local_athena.catalog.partitions import path
from local_athena.errors import SYSTEM, AthenaError, DdlTaskError, HiveError
from local_athena.model import Outcome
from local_athena.session import Session
from local_athena.sql import statements as s
from local_athena.statements.done import describe_view, utility
from local_athena.statements.metadata import table_columns
from local_athena.statements.relations import is_iceberg
from local_athena.tables import views as view_definitions
from local_athena.tables.delta.table import DeltaTable, is_delta
from local_athena.tables.hive.files import partitions_of
from local_athena.tables.hive.table import HiveTable
from local_athena.tables.iceberg.properties import of_athena


def _like(names: Iterable[str], pattern: str | None) -> list[str]:
    """Hive's patterns: a regular expression in which ``*`` is any text and ``|`` separates choices."""
    if pattern is None:
        return [*names]
    choices = re.sub("[*%]+", ".*", pattern)  # of several in a row, each would try all that the others leave
    matcher = _matcher(choices, re.IGNORECASE)
    return [name for name in names if matcher.fullmatch(name)]


def _matcher(pattern: str, flags: int) -> re.Pattern[str]:
    try:
        return re.compile(pattern, flags)
    except re.error as error:
        raise DdlTaskError(
            f"Invalid pattern '{pattern}': {error}",
        ) from error


def databases(session: Session, statement: s.ShowDatabases) -> Outcome:
    """A pattern is a regular expression here, unlike in SHOW TABLES; ``*`` alone is any name.

    https://docs.aws.amazon.com/athena/latest/ug/show-databases.html
    """
    names = [str(item["Name"]) for item in session.glue.databases(session.context.catalog.lower())]
    if statement.like is not None and statement.like != "*":
        if statement.like.startswith("*"):
            raise DdlTaskError(
                "MetaException(message:Unable to get databases: java.util.regex.PatternSyntaxException: Dangling meta "
                f"character '*' near index 0\n{statement.like}\n^)"
            )
        matcher = _matcher(statement.like, 0)
        names = [name for name in names if matcher.fullmatch(name)]
    return utility("SHOW_DATABASES", ["database_name"], names)


def tables(session: Session, statement: s.ShowTables) -> Outcome:
    """Tables and views, as in Hive."""
    found = _in(session, statement.schema)
    return utility("SHOW_TABLES", ["tab_name"], _like((str(table["Name"]) for table in found), statement.like))


def views(session: Session, statement: s.ShowViews) -> Outcome:
    found = (str(table["Name"]) for table in _in(session, statement.schema) if view_definitions.is_view(table))
    return utility("SHOW_VIEWS", ["views"], _like(found, statement.like))


def _in(session: Session, schema: s.Parts) -> list[dict[str, object]]:
    """:raises AthenaError: in Hive's words for a database that is not there."""
    name = session.name((*(schema or (session.context.database,)), ""))
    try:
        session.require_schema(name)
    except AthenaError as error:
        if error.code != "SCHEMA_NOT_FOUND":
            raise
        words = f"Database {name.database} not found. (Service: AmazonDataCatalog; Status Code: 400; Error Code: "
        raise HiveError(
            f"SemanticException [Error 10072]: Database does not exist: {name.database}",
            f"com.facebook.presto.spi.PrestoException: {words}EntityNotFoundException; Request ID: "
            f"{session.context.query_id}; Proxy: null)",
            SYSTEM,
            1502,
        ) from error
    return session.glue.tables(name.database, name.catalog)


def columns(session: Session, statement: s.ShowColumns) -> Outcome:
    """Names in order, partition keys last; those of a Hive table padded to twenty characters, a view's with their types."""
    name = session.name(statement.table)
    found = session.glue.table(name)
    if found is None:
        raise table_missing(name)
    columns = table_columns(session, name, found)
    if view_definitions.is_view(found):
        return describe_view(columns)
    width = 0 if is_iceberg(found) else 20
    return utility("SHOW_COLUMNS", ["field"], [f"{column.name:<{width}}" for column in columns])


def partitions(session: Session, statement: s.ShowPartitions) -> Outcome:
    name = session.name(statement.table)
    found = session.glue.table(name)
    if found is None:
        raise unknown_to_hive(name, error_type=1301)
    plain = is_iceberg(found) or view_definitions.is_view(found)
    if plain or not (found.get("PartitionKeys") or is_delta(found)):
        raise HiveError(
            f"SemanticException [Error 10111]: Table {name.database}.{name.table} is not a partitioned table"
        )
    if is_delta(found):
        delta = DeltaTable.load(name, found, session.storage, session.context.check)
        keys = [key.name for key in delta.hive.keys]
        return utility("SHOW_PARTITIONS", ["partition"], sorted(path(keys, values) for values in delta.partitions))
    table = HiveTable.load(name, found)
    keys = [key.name for key in table.keys]
    lines = sorted(path(keys, partition.values) for partition in partitions_of(session.glue, table, session.connection))
    return utility("SHOW_PARTITIONS", ["partition"], lines)


def table_properties(session: Session, statement: s.ShowTblProperties) -> Outcome:
    name = session.name(statement.table)
    found = session.glue.table(name)
    if found is None:
        raise unknown_to_hive(name, error_type=1301)
    parameters = {str(key): str(value) for key, value in (found.get("Parameters") or {}).items()}
    if is_iceberg(found):  # its metadata's, and of those what Athena knows
        parameters = of_athena(session.services.iceberg.load(name, found).properties)
    if statement.key is None:
        lines = [f"{key}\t{value}" for key, value in sorted(parameters.items())]
    else:
        missing = f"Table {name.database}.{name.table} does not have property: {statement.key}"
        lines = [parameters.get(statement.key, missing)]
    return utility("SHOW_TABLE_PROPERTIES", ["prpt_name", "prpt_value"], lines)
