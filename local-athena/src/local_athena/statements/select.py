"""Queries, and EXPLAIN of them."""

from __future__ import annotations

import re
from dataclasses import replace

from local_athena.dialect.queries.labels import labels
from local_athena.errors import NotSupported
from local_athena.model import Column, Outcome, trino_type
from local_athena.session import Session
from local_athena.sql import statements as s
from local_athena.statements import insert
from local_athena.statements.relations import Relations


def query(session: Session, statement: s.Query) -> Outcome:
    """SELECT, WITH, VALUES, TABLE: typed rows, streamed."""
    relations = Relations(session)
    translation = relations.translate(relations.bind(statement.tree))
    batches = session.batches(translation.sql)
    shown = labels(statement.tree, [column.name for column in translation.columns])
    columns = tuple(replace(column, name=label) for column, label in zip(translation.columns, shown, strict=True))
    return Outcome("DML", "SELECT", columns, batches, scanned_bytes=session.scanned_bytes)


def _planned(session: Session, inner: s.Statement) -> str:
    """DuckDB's SQL of the rows that a statement returns or stores."""
    match inner:
        case s.Insert():
            return insert.planned(session, inner)
        case s.Query():
            tree = inner.tree
        case s.CreateTableAs() | s.CreateView() | s.Unload():
            tree = inner.query
        case _:
            raise NotSupported(f"EXPLAIN of {_words(inner)}")
    relations = Relations(session)
    return relations.translate(relations.bind(tree)).sql


def _words(statement: s.Statement) -> str:
    if isinstance(statement, s.Modify):
        return statement.kind
    return re.sub(r"\B(?=[A-Z])", " ", type(statement).__name__).upper()


def explain(session: Session, statement: s.Explain) -> Outcome:
    """EXPLAIN: the plan of local Athena, which is DuckDB's, under Athena's heading, or ``true`` for TYPE VALIDATE.

    A statement that would fail, fails.
    """
    inner = statement.statement
    if statement.format != "TEXT":
        raise NotSupported(f"EXPLAIN (FORMAT {statement.format})")
    if statement.type not in ("DISTRIBUTED", "LOGICAL", "VALIDATE"):
        raise NotSupported(f"EXPLAIN (TYPE {statement.type})")
    if statement.analyze and not isinstance(inner, s.Query):
        raise NotSupported(f"EXPLAIN ANALYZE of {_words(inner)}")
    sql = _planned(session, inner)
    if statement.type == "VALIDATE":
        return Outcome("DML", "EXPLAIN", (Column("Valid", trino_type("boolean")),), lines=["Valid", "true", ""])
    word = "EXPLAIN ANALYZE" if statement.analyze else "EXPLAIN"
    plan = "\n".join(str(session.rows(f"{word} {sql}")[0][1]).splitlines()) + "\n\n"  # as Trino's fragments end
    scanned = session.scanned_bytes if statement.analyze else 0
    session.close()
    kind = "varchar" if statement.analyze else f"varchar({len(plan)})"  # a literal's type
    columns = (Column("Query Plan", trino_type(kind)),)
    return Outcome("DML", "EXPLAIN", columns, lines=["Query Plan", *f"{plan}\n".split("\n")], scanned_bytes=scanned)
