"""``Engine.plan`` and ``Engine.execute``: a statement's text to what it left behind.

Thin on purpose: parse, open a session, hand over to the file of the statement's family in ``statements/``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from local_athena import dialect
from local_athena.catalog.glue import Glue
from local_athena.dialect.errors import DecimalOverflow
from local_athena.errors import StackOverflow
from local_athena.model import Outcome, QueryContext, Work
from local_athena.session import Services, Session
from local_athena.sql import comments, parse_statement
from local_athena.sql import statements as s
from local_athena.statements import (
    alter,
    commented,
    create,
    describe,
    drop,
    insert,
    maintenance,
    modify,
    partitions,
    select,
    show,
    unload,
    view,
)
from local_athena.storage import AwsClients, Storage
from local_athena.tables.iceberg import IcebergTables

_EXECUTORS: dict[type, Callable[[Session, Any], Outcome]] = {
    s.Query: select.query,
    s.Explain: select.explain,
    s.CreateTableAs: create.create_table_as,
    s.CreateTable: create.create_table,
    s.CreateSchema: create.create_schema,
    s.SetSchemaProperties: alter.set_schema_properties,
    s.CreateView: view.create_view,
    s.DropView: drop.drop_view,
    s.DropTable: drop.drop_table,
    s.DropSchema: drop.drop_schema,
    s.Insert: insert.insert,
    s.Modify: modify.modify,
    s.Unload: unload.unload,
    s.AddColumns: alter.add_columns,
    s.ReplaceColumns: alter.replace_columns,
    s.DropColumn: alter.drop_column,
    s.ChangeColumn: alter.change_column,
    s.SetProperties: alter.set_properties,
    s.UnsetProperties: alter.unset_properties,
    s.SetLocation: alter.set_location,
    s.RenameTable: alter.rename_table,
    s.AddPartitions: partitions.add,
    s.DropPartitions: partitions.drop,
    s.RenamePartition: partitions.rename,
    s.RepairTable: partitions.repair,
    s.ShowDatabases: show.databases,
    s.ShowTables: show.tables,
    s.ShowViews: show.views,
    s.ShowColumns: show.columns,
    s.ShowPartitions: show.partitions,
    s.ShowTblProperties: show.table_properties,
    s.ShowCreate: describe.show_create,
    s.Describe: describe.describe,
    s.Optimize: maintenance.optimize,
    s.Vacuum: maintenance.vacuum,
}


_FRAMES = 20_000
"""Calls on one another that Python allows, some 25 for each pair of parentheses. Calls between Python's functions take
nothing of the thread's stack; those that do have a limit of their own. https://docs.python.org/3.13/library/sys.html#sys.setrecursionlimit"""


class Engine:
    """Runs statements against one account's Glue and S3. Safe to call from several threads.

    *cache_dir* holds downloaded objects and what queries spill; it may be deleted when no engine runs.
    """

    def __init__(self, aws: AwsClients, cache_dir: Path, account_id: str = "000000000000") -> None:
        sys.setrecursionlimit(max(_FRAMES, sys.getrecursionlimit()))
        storage = Storage(aws.s3, cache_dir, on_cached=aws.on_cached)
        self._services = Services(
            Glue(aws.glue, account_id), storage, IcebergTables(aws, storage, account_id), cache_dir
        )

    def plan(self, sql: str, context: QueryContext) -> Work:
        """Read one statement and run nothing: what is returned runs it when it is called.

        A query's batches are computed while they are read, everything else before that call returns.

        :raises InvalidRequest: when Athena would not start the query.
        :raises AthenaError: when the query ends FAILED; so does what is returned.
        """
        try:
            statement = parse_statement(sql)
        except RecursionError:
            raise StackOverflow() from None
        if isinstance(statement, s.CreateTableAs):
            create.check_location(statement.properties, context)
        if isinstance(statement, s.CreateTable):
            create.check_kind(statement, context)
        if isinstance(statement, s.Describe | s.ShowColumns):
            describe.check_name(self._services.glue, statement, context)
        if comments.commentable(statement) and (refusal := comments.refusal(sql)):
            return partial(
                self._carry_out, statement, context, partial(commented.check, statement=statement, refusal=refusal)
            )
        return partial(self._carry_out, statement, context)

    def execute(self, sql: str, context: QueryContext) -> Outcome:
        """Plan one statement and run it.

        :raises QueryCancelled: when somebody stopped it.
        """
        return self.plan(sql, context)()

    def _carry_out(
        self, statement: s.Statement, context: QueryContext, check: Callable[[Session], None] | None = None
    ) -> Outcome:
        try:
            return self._run(statement, context, check)
        except DecimalOverflow:
            # Nothing was written: what a statement leaves behind appears last, and in one step.
            with dialect.wide_decimals():
                return self._run(statement, context)

    def _run(
        self, statement: s.Statement, context: QueryContext, check: Callable[[Session], None] | None = None
    ) -> Outcome:
        session = Session.open(self._services, context)
        try:
            if check is not None:
                check(session)
            outcome = _EXECUTORS[type(statement)](session, statement)
        except BaseException as error:
            session.close()
            if isinstance(error, RecursionError):
                raise StackOverflow() from None
            raise
        if outcome.batches is None:
            session.close()
        return outcome
