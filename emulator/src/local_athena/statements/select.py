"""Queries, and EXPLAIN of them."""

from __future__ import annotations

from sqlglot import exp

from local_athena.errors import NotSupported
from local_athena.model import Column, Outcome, trino_type
from local_athena.session import Session
from local_athena.sql import statements as s
from local_athena.statements.relations import Relations


def query(session: Session, statement: s.Query) -> Outcome:
    """SELECT, WITH, VALUES, TABLE: typed rows, streamed."""
    relations = Relations(session)
    translation = relations.translate(relations.bind(statement.tree))
    batches = session.batches(translation.sql)
    return Outcome("DML", "SELECT", translation.columns, batches, scanned_bytes=session.scanned_bytes)


def explain(session: Session, statement: s.Explain) -> Outcome:
    """EXPLAIN: the plan of local Athena, which is DuckDB's, under Athena's heading. A statement that would fail, fails."""
    inner = statement.statement
    if statement.format != "TEXT":
        raise NotSupported(f"EXPLAIN (FORMAT {statement.format})")
    if statement.type not in ("DISTRIBUTED", "LOGICAL"):
        raise NotSupported(f"EXPLAIN (TYPE {statement.type})")
    trees: dict[type, str] = {
        s.Query: "tree",
        s.CreateTableAs: "query",
        s.Insert: "query",
        s.CreateView: "query",
        s.Unload: "query",
    }
    attribute = trees.get(type(inner))
    if attribute is None:
        raise NotSupported(f"EXPLAIN of {type(inner).__name__}")
    tree: exp.Expression = getattr(inner, attribute)
    if statement.analyze and not isinstance(inner, s.Query):
        raise NotSupported(f"EXPLAIN ANALYZE of {type(inner).__name__}")
    relations = Relations(session)
    translation = relations.translate(relations.bind(tree))
    word = "EXPLAIN ANALYZE" if statement.analyze else "EXPLAIN"
    plan = str(session.rows(f"{word} {translation.sql}")[0][1])
    scanned = session.scanned_bytes if statement.analyze else 0
    session.close()
    columns = (Column("Query Plan", trino_type("varchar")),)
    return Outcome("DML", "EXPLAIN", columns, lines=["Query Plan", *plan.splitlines()], scanned_bytes=scanned)
