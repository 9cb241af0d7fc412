"""Statements: which forms have run in the tests, on what kind of table, and which are refused."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from sqlglot import exp
from tests.docs import refusals
from tests.docs.markdown import bullets, code, counted, paragraph, table
from tests.docs.sources import expression_trees, proof, query_trees
from tests.engine import test_brackets, test_errors, test_statements

from local_athena import dialect
from local_athena.errors import AthenaError
from local_athena.sql import parse, parse_statement, unsupported
from local_athena.sql import statements as s

PLUGIN = "emulator/tests/plugin/test_clients.py"
RESOURCES = "local-athena/tests/api/test_resources.py"
ICEBERG = "local-athena/tests/iceberg/"
HIVE = "local-athena/tests/engine/test_hive.py"

# Kind of statement -> the form as Athena's documentation writes it. Every kind that the parser yields must be here.
FORMS = {
    "Query": "`SELECT`, `WITH`, `VALUES`, `TABLE`",
    "Insert": "`INSERT INTO ... SELECT` or `VALUES`",
    "MERGE": "`MERGE INTO ... USING ... ON ... WHEN [NOT] MATCHED`",
    "UPDATE": "`UPDATE ... SET ... WHERE`",
    "DELETE": "`DELETE FROM ... WHERE`",
    "CreateTableAs": "`CREATE TABLE ... WITH (...) AS`",
    "CreateTable": "`CREATE [EXTERNAL] TABLE`",
    "DropTable": "`DROP TABLE`",
    "CreateView": "`CREATE [OR REPLACE] VIEW`",
    "DropView": "`DROP VIEW`",
    "CreateSchema": "`CREATE DATABASE` or `SCHEMA`",
    "DropSchema": "`DROP DATABASE` or `SCHEMA [CASCADE]`",
    "SetSchemaProperties": "`ALTER DATABASE ... SET DBPROPERTIES`",
    "AddColumns": "`ALTER TABLE ... ADD COLUMNS`",
    "ReplaceColumns": "`ALTER TABLE ... REPLACE COLUMNS`",
    "ChangeColumn": "`ALTER TABLE ... CHANGE COLUMN`",
    "DropColumn": "`ALTER TABLE ... DROP COLUMN`",
    "SetProperties": "`ALTER TABLE ... SET TBLPROPERTIES`",
    "UnsetProperties": "`ALTER TABLE ... UNSET TBLPROPERTIES`",
    "SetLocation": "`ALTER TABLE ... SET LOCATION`",
    "RenameTable": "`ALTER TABLE ... RENAME TO`",
    "AddPartitions": "`ALTER TABLE ... ADD PARTITION`",
    "DropPartitions": "`ALTER TABLE ... DROP PARTITION`",
    "RenamePartition": "`ALTER TABLE ... PARTITION ... RENAME TO PARTITION`",
    "RepairTable": "`MSCK REPAIR TABLE`",
    "Optimize": "`OPTIMIZE ... REWRITE DATA USING BIN_PACK [WHERE]`",
    "Vacuum": "`VACUUM`",
    "Unload": "`UNLOAD (SELECT ...) TO ... WITH (...)`",
    "Explain": "`EXPLAIN`, `EXPLAIN ANALYZE`",
    "ShowDatabases": "`SHOW DATABASES` or `SCHEMAS`",
    "ShowTables": "`SHOW TABLES`",
    "ShowViews": "`SHOW VIEWS`",
    "ShowColumns": "`SHOW COLUMNS`",
    "ShowPartitions": "`SHOW PARTITIONS`",
    "ShowTblProperties": "`SHOW TBLPROPERTIES`",
    "TABLE": "`SHOW CREATE TABLE`",
    "VIEW": "`SHOW CREATE VIEW`",
    "Describe": "`DESCRIBE [EXTENDED or FORMATTED]`, also of a partition, a column or a field inside it; `DESCRIBE VIEW`",
}
# Statements that are shown by other tests than the tables: file and test.
ELSEWHERE = {
    "Insert": ("local-athena/tests/engine/test_assignment.py", "test_an_iceberg_table_stores"),
    "MERGE": (f"{ICEBERG}test_rows.py", "test_merge_clauses_apply_in_their_order"),
    "UPDATE": (f"{ICEBERG}test_rows.py", "test_update"),
    "DELETE": (f"{ICEBERG}test_rows.py", "test_delete"),
    "RenameTable": (f"{ICEBERG}test_alter.py", "test_rename"),
    "SetProperties": (f"{ICEBERG}test_alter.py", "test_properties"),
    "Vacuum": (f"{ICEBERG}test_maintenance.py", "test_vacuum_keeps_what_is_reachable"),
    "CreateTable": (HIVE, "test_open_csv"),
    "SetSchemaProperties": (HIVE, "test_a_database_gets_properties"),
    "Optimize": (f"{ICEBERG}test_maintenance.py", "test_optimize_compacts_each_partition"),
    "Unload": (PLUGIN, "test_awswrangler"),
    "TABLE": (PLUGIN, "test_awswrangler_reads_text_results"),
}
PREPARED = (RESOURCES, "test_prepare_execute_deallocate")

# Parts of a query -> the sqlglot node that shows it in a tested query.
PARTS: dict[str, Callable[[exp.Expr], bool]] = {
    "`WITH`": lambda n: isinstance(n, exp.With) and not n.recursive,
    "`WITH RECURSIVE`": lambda n: isinstance(n, exp.With) and bool(n.recursive),
    "joins": lambda n: isinstance(n, exp.Join),
    "joins in brackets": lambda n: isinstance(n, exp.Join) and isinstance(n.parent, exp.Table | exp.Subquery),
    "`JOIN ... USING`": lambda n: isinstance(n, exp.Join) and bool(n.args.get("using")),
    "`LATERAL`": lambda n: isinstance(n, exp.Lateral),
    "`UNNEST`": lambda n: isinstance(n, exp.Unnest),
    "`VALUES` in `FROM`": lambda n: isinstance(n, exp.Values) and isinstance(n.parent, exp.From | exp.Subquery),
    "`GROUP BY`": lambda n: isinstance(n, exp.Group),
    "`GROUPING SETS`": lambda n: isinstance(n, exp.GroupingSets),
    "`ROLLUP`": lambda n: isinstance(n, exp.Rollup),
    "`CUBE`": lambda n: isinstance(n, exp.Cube),
    "`HAVING`": lambda n: isinstance(n, exp.Having),
    "`UNION`, `INTERSECT`, `EXCEPT`": lambda n: isinstance(n, exp.SetOperation),
    "`ORDER BY ... LIMIT`": lambda n: isinstance(n, exp.Limit),
    "`OFFSET`": lambda n: isinstance(n, exp.Offset),
    "`FETCH FIRST`": lambda n: isinstance(n, exp.Fetch),
    "window functions": lambda n: isinstance(n, exp.Window),
    "window frames": lambda n: isinstance(n, exp.WindowSpec),
    "`FILTER (WHERE ...)`": lambda n: isinstance(n, exp.Filter),
    "`IGNORE NULLS`": lambda n: isinstance(n, exp.IgnoreNulls),
    "`WITHIN GROUP`": lambda n: isinstance(n, exp.WithinGroup | exp.GroupConcat),
    "subqueries in expressions": lambda n: isinstance(n, exp.Subquery) and not isinstance(n.parent, exp.From | exp.Join),
    "`EXISTS`": lambda n: isinstance(n, exp.Exists),
    "`IN`": lambda n: isinstance(n, exp.In),
    "`BETWEEN`": lambda n: isinstance(n, exp.Between),
    "`LIKE`": lambda n: isinstance(n, exp.Like),
    "`CASE`": lambda n: isinstance(n, exp.Case),
    "`CAST`": lambda n: isinstance(n, exp.Cast) and not isinstance(n, exp.TryCast),
    "`TRY_CAST`": lambda n: isinstance(n, exp.TryCast),
    "`IS DISTINCT FROM`": lambda n: isinstance(n, exp.NullSafeEQ | exp.NullSafeNEQ),
    "`AT TIME ZONE`": lambda n: isinstance(n, exp.AtTimeZone),
    "`EXTRACT`": lambda n: isinstance(n, exp.Extract),
    "intervals": lambda n: isinstance(n, exp.Interval),
    "lambdas": lambda n: isinstance(n, exp.Lambda),
    "subscripts": lambda n: isinstance(n, exp.Bracket),
    "fields of rows": lambda n: isinstance(n, exp.Dot),
    "`FOR TIMESTAMP` or `VERSION AS OF`": lambda n: isinstance(n, exp.Version),
}  # fmt: skip


def _kind(statement: object) -> str:
    return getattr(statement, "kind", type(statement).__name__)


def _texts() -> Iterator[tuple[list[str], str]]:
    """Every statement that a table says succeeds, with what ran before it."""
    for _, before, sql, effect in test_statements.CASES:
        run = [*before, sql, *([effect[0]] if isinstance(effect, tuple) else [])]
        for at, text in enumerate(run):
            yield run[:at], text


def _tested() -> dict[str, dict[str, set[str]]]:
    """Kind of statement -> kind of table (or "") -> the texts that ran."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for before, text in _texts():
        found[_kind(parse_statement(text))][_on(before, text)].add(text)
    return found


def _on(before: list[str], text: str) -> str:
    """The kind of table that a statement of the tables is about: they make one before they use it."""
    made = "\n".join([*before, text]).lower()
    if re.search(r"table_type'?='iceberg'", made):
        return "Iceberg"
    return "Hive" if re.search(r"create (external )?table", made) else ""


def _refused() -> dict[str, list[str]]:
    """Kind of statement -> what Athena, and so local Athena, says no to."""
    found: dict[str, list[str]] = defaultdict(list)
    for _, sql, message in test_errors.CASES:
        if message.startswith("NOT_SUPPORTED"):
            try:
                kind = _kind(parse_statement(sql))
            except AthenaError:
                continue  # refused by its first word: the list below the table
            text = re.sub(r"^NOT_SUPPORTED: (line \d+:\d+: )?|(: \w+\.\w+\.\w+)$|[.;] .*", "", message)
            if "local Athena (see" not in text and all(_alike(text) != _alike(other) for other in found[kind]):
                found[kind].append(text)  # what local Athena alone says no to is in the list below the table as well
    return found


_CELL = 180


def _alike(message: str) -> str:
    return re.sub(r"[\w()]+$", "", message)  # without the type at its end


def _some(messages: Sequence[str]) -> str:
    """As many of them as a cell takes, and the number of the others."""
    shown = list(messages)
    while len("; ".join(shown)) > _CELL:
        shown.pop()
    more = len(messages) - len(shown)
    return "; ".join([*shown, f"{more} more"] if more else shown)


def _rows() -> Iterator[list[str]]:
    tested, refused = _tested(), _refused()
    for kind, form in FORMS.items():
        runs = tested.get(kind, {})
        shown = [f"{on} {len(texts)}" if on else str(len(texts)) for on, texts in sorted(runs.items())]
        if kind in ELSEWHERE:
            path, test = ELSEWHERE[kind]
            shown.append(("" if "Iceberg" in runs or not path.startswith(ICEBERG) else "Iceberg ") + proof(path, test))
        yield [form, "done" if shown else "done, untested", ", ".join(shown), _some(refused.get(kind, []))]
    yield ["`PREPARE`, `EXECUTE ... USING`, `DEALLOCATE PREPARE`", "done", proof(*PREPARED), ""]


def _parts() -> Iterator[tuple[str, int]]:
    trees = [*expression_trees(), *query_trees(), *(dialect.parse(sql) for sql, _ in test_brackets.CASES)]
    for _, text in _texts():
        statement = parse_statement(text)
        query = getattr(statement, "tree", None) or getattr(statement, "query", None)
        trees += [query] if isinstance(query, exp.Expression) else []
    found: Counter[str] = Counter()
    for tree in trees:
        found.update({name for node in tree.walk() for name, shows in PARTS.items() if shows(node)})
    yield from ((name, found[name]) for name in PARTS)


def _unknown_kinds() -> set[str]:
    union = {kind.__name__ for kind in s.Statement.__value__.__args__}
    return union - FORMS.keys() - {"Modify", "ShowCreate"}


def section() -> str:
    if unknown := _unknown_kinds():
        raise LookupError(f"no form for {sorted(unknown)} in {__file__}")
    features = refusals.features()
    words = [word for word in parse._ELSEWHERE.values() if "inside the engine" not in word]
    parts = [(name, count) for name, count in _parts() if count]
    return "\n\n".join([
        "## Statements",
        paragraph("How many different texts of a form ran in the tests of statements, each with its effect looked at, by the kind "
                  "of table that it was about; or another test that runs it. The last column is what Athena refuses too, in "
                  "its words; all of it has the code `NOT_SUPPORTED`."),
        table(["Statement", "", "Ran in the tests", "Refused as on AWS"], _rows()),
        paragraph("Not started, as on AWS ([unsupported DDL](https://docs.aws.amazon.com/athena/latest/ug/unsupported-ddl.html)): "
                  + code(" ".join(skipped) for skipped in unsupported.SKIPPED) + ", " + code(unsupported._TRINOS)
                  + ", and every `CREATE`, `ALTER`, `DROP` and `SHOW` of anything but tables, views and databases."),
        paragraph("Refused by name, with `NOT_SUPPORTED`, though Athena runs them: " + code(words) + "."),
        paragraph("Refused by name, besides:"),
        bullets(features["Statements"]),
        "## Queries",
        paragraph("Parts of queries, and in how many tested queries each occurs; the "
                  "[22 queries of TPC-H and 99 of TPC-DS](../local-athena/tests/dialect/tpc) run besides and give DuckDB's "
                  "answers."),
        paragraph(", ".join(f"{name} {count}" for name, count in parts) + "."),
        paragraph("Refused by name, with `NOT_SUPPORTED`:"),
        bullets(features["Queries"]),
    ])  # fmt: skip


def count() -> str:
    return counted(sum(len(texts) for runs in _tested().values() for texts in runs.values()), "statement")
