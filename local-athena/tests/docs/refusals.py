"""Refusals by name, collected from the places in local Athena's source that raise them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.docs.sources import REPO, tree

SOURCE = REPO / "local-athena" / "src" / "local_athena"
_MARK = re.compile(r" (?:is|are) not supported by local Athena")

# Places whose text is all or mostly computed, in words: module and function -> what is refused there.
# An empty list: the page shows it elsewhere, from a table of its own.
WORDS: dict[str, list[str]] = {
    "api/data_catalogs._catalog": ["data catalogs of another type than `GLUE`"],
    "api/executions._execution": ["`EngineConfiguration` of a query, which is Spark's"],
    "api/locations.check_encryption": ["results that are encrypted before S3 has them (`CSE_KMS`)"],
    "api/results.get_query_results": ["`GetQueryResults` with `QueryResultType` `DATA_MANIFEST`"],
    "api/service.call": [],
    "api/workgroups._check": [
        "engine versions other than 3 and AUTO",
        "in a workgroup: IAM Identity Center, S3 Access Grants, and what is Spark's (`EngineConfiguration`, `AdditionalConfiguration`, "
        "`ExecutionRole`, `MonitoringConfiguration`, `CustomerContentEncryptionConfiguration`, `SystemTableStatuses`)",
    ],
    "catalog/projection.format_java": ["date formats of a partition projection with letters beyond year to second"],
    "dialect/functions/percentiles._percentile": [
        "`DISTINCT` in `approx_percentile` with weights or with a percentage that is a column"
    ],
    "dialect/expressions/calls._dispatch": ["`DISTINCT` in `numeric_histogram`, `tdigest_agg` and `qdigest_agg`"],
    "dialect/expressions/calls._equality_of_zoned": [
        "functions that look for equal values in arrays and maps of timestamps with time zone, such as `array_distinct`",
        "`array_distinct`, `array_except`, `array_intersect`, `array_union` and `arrays_overlap` of maps, and looking for keys that are maps",
    ],
    "dialect/expressions/calls._called": [],
    "dialect/errors.": [
        "`TRY` around a subquery or a random value",
        "a lambda over columns of a subquery and of the query around it",
        "`LISTAGG` with a separator that is a column",
    ],
    "dialect/errors.from_duckdb": [
        "text that is no UTF-8 in a file's column of text",
        "Parquet's encoding `BYTE_STREAM_SPLIT` of anything but floating-point numbers",
    ],
    "dialect/expressions/calls._of_fine": ["`sequence` of timestamps finer than microseconds, such as `timestamp(9)`"],
    "dialect/expressions/windows._check_order": [
        "frames of `RANGE` by distances of times and timestamps finer than microseconds"
    ],
    "dialect/expressions/predicates.escape": ["`ESCAPE` outside `LIKE`"],
    "dialect/expressions/predicates.in_": ["`IN` over anything but a list or a subquery"],
    "dialect/expressions/expressions.expression": [
        "any other syntax that the translator holds no rule for; the message shows it"
    ],
    "dialect/functions/conditionals._try": [],
    "dialect/expressions/hashing._plain": ["`checksum` and `approx_distinct` of Bing tiles"],
    "dialect/queries/grouping._in_order": ["`GROUP BY` maps that hold maps or timestamps with time zone"],
    "dialect/queries/grouping.comparable": [
        "beside `GROUPING SETS`, `ROLLUP` and `CUBE`, keys that are no columns and are times with time zone, timestamps with time zone whose zones the query does not fix, or maps inside other values",
        "`DISTINCT` in an aggregate of such values, as in `array_agg(DISTINCT ...)`; `count(DISTINCT ...)` takes them",
    ],
    "dialect/queries/sets.joined": ["`INTERSECT ALL` and `EXCEPT ALL` over such values"],
    "dialect/scope.find": ["subqueries that look at a column in `GROUP BY` of such a type"],
    "dialect/queries/queries._body": ["statements that are no query inside a query"],
    "dialect/queries/queries._having_outside": [
        "window functions beside a `HAVING` that calls a function DuckDB does not have"
    ],
    "dialect/queries/queries._select": ["`MATCH_RECOGNIZE` and clauses of other dialects", "`SELECT DISTINCT ON`"],
    "dialect/queries/queries._set_operation": ["set operations with `CORRESPONDING`"],
    "dialect/queries/order_by.ties": ["`SELECT DISTINCT` with `FETCH FIRST ... WITH TIES`"],
    "dialect/queries/relations._met": ["join kinds that Trino has not, such as `ASOF` or `SEMI JOIN`"],
    "dialect/queries/relations._lateral": ["`LATERAL` over anything but a subquery"],
    "dialect/queries/relations._table": ["time travel on what is no table"],
    "dialect/queries/samples.sample": ["`TABLESAMPLE` of a percentage other than sums and products of numbers"],
    "dialect/queries/relations.relation": [
        "`TABLESAMPLE` of joins in brackets without an alias",
        "`JSON_TABLE`",
        "anything else in `FROM`; the message shows it",
    ],
    "dialect/expressions/sql_json._found": ["a JSON path that is not a literal"],
    "dialect/expressions/sql_json._object": [],
    "dialect/values/casts.cast": ["casts of `tdigest` and `qdigest` to and from `varbinary`"],
    "dialect/translation._out": [
        "sketches (`HyperLogLog`, `SetDigest`, `tdigest`, `qdigest`) as columns of a result or a table",
        "colors as columns of a table",
        "timestamps finer than microseconds as columns of a table",
    ],
    "dialect/expressions/comparisons._met_key": ["comparisons of maps whose keys are maps or times with time zone"],
    "dialect/expressions/sql_json.function": ["functions of SQL/JSON beside those listed"],
    "dialect/queries/table_functions.translate": ["the table function `exclude_columns`"],
    "dialect/values/types.make": [],
    "dialect/udf/json_queries._too_deep": ["JSON nested deeper than some hundred levels in functions of SQL/JSON"],
    "dialect/udf/path_values._moments": ["comparisons of times with zones in JSON paths of SQL/JSON"],
    "dialect/udf/spooky._hash": ["the spooky hash of 192 bytes or more"],
    "dialect/expressions/windows._frame": ["window frames with `EXCLUDE`"],
    "dialect/expressions/windows.listagg_arguments": ["`WITHIN GROUP` around anything but `LISTAGG`"],
    "sql/parse._create": [],
    "sql/parse.parse_statement": [],
    "statements/describe._iceberg": ["`DESCRIBE` of a field inside a column of an Iceberg table"],
    "statements/insert._hive": [
        "`INSERT` into a table of OpenCSVSerde, RegexSerDe, GrokSerDe, of symlinks or CloudTrail's",
        "`INSERT` into a table with `skip.header.line.count` or `skip.footer.line.count`",
    ],
    "statements/relations._view_query": ["views nested deeper than 50"],
    "statements/select._planned": [
        "`EXPLAIN` of other statements than queries, `CREATE TABLE AS`, `INSERT`, `CREATE VIEW` and `UNLOAD`"
    ],
    "statements/select.explain": [
        "`EXPLAIN` in another format than `TEXT`, `EXPLAIN (TYPE IO)`",
        "`EXPLAIN ANALYZE` of anything but a query",
    ],
    "tables/hive/columnar/avro._arrow": ["Avro files with a union of several types, or a record inside itself"],
    "tables/hive/writing/bucketing._hash": [],
    "tables/hive/columnar/bytes._inside": ["rows in a file whose fields differ by their case alone"],
    "tables/hive/conversion/convert._batches": [],
    "tables/hive/writing/encode._write_orc": [],
    "tables/hive/conversion/convert._orc": ["ORC timestamps before 1677 or after 2262"],
    "tables/hive/columnar/file_types.check_avro": [
        "Avro's dates, moments and times of day as the numbers they are held as, and back"
    ],
    "tables/hive/description/formats.format_of": ["SerDes beside those listed"],
    "tables/hive/hidden._bucket": ["`$bucket` of files whose names are not those of buckets"],
    "catalog/projection.check_written": ["`INSERT` into a partition where the table's projection does not look"],
    "tables/hive/description/definition.from_statement": ["`STORED AS` `SEQUENCEFILE`, `RCFILE` and `ION`"],
    "tables/hive/files._left_out": ["reading what was restored from Glacier"],
    "tables/views.decode": ["views of several dialects"],
    "tables/hive/table.load": ["resource links and federated tables"],
    "tables/hive/description/settings._check": [],
    "tables/hive/description/settings._check_class": [],
    "tables/hive/description/settings._check_type": [
        "tables of Hudi and of Lake Formation's governed kind, materialised views"
    ],
    "tables/delta/log._check": [
        "reader features beside `appendOnly`, `invariants`, `timestampNtz`, `vacuumProtocolCheck`, `deletionVectors` and "
        "`domainMetadata`",
    ],
    "tables/delta/vectors._uri": ["deletion vectors of another storage type than `u`, `p` and `i`"],
    "tables/delta/log._mapping": ["column mapping of another mode than `name` and `id`"],
    "tables/delta/log._last_checkpoint": ["checkpoints of version 2"],
    "tables/delta/table._type": ["types of later versions of the protocol"],
    "tables/iceberg/metadata_tables.build": ["metadata tables beside those listed"],
    "tables/iceberg/partitioning.decode": ["decimals that a partition truncates to more digits than their type has"],
    "tables/iceberg/partitioning.transform_sql": ["partition transforms beside those listed"],
    "tables/iceberg/planning._deletes": ["reading deletes in files other than Parquet"],
    "tables/iceberg/properties.checked": ["writing Iceberg data as ORC or Avro (`format`)"],
    "tables/iceberg/scan._fetch": ["reading Iceberg data in ORC or Avro files"],
    "tables/iceberg/tables._stage": ["writing Iceberg tables in another catalog than `awsdatacatalog`"],
    "tables/iceberg/types._spell": ["types of Iceberg's format version 3"],
    "tables/iceberg/writer.of": ["writing tables of Iceberg's format version 3, which are read"],
}


@cache
def features() -> dict[str, list[str]]:
    """Refused features by part of the program. Raises ``LookupError`` for a place that needs words and has none."""
    found: dict[str, list[str]] = {}
    used: set[str] = set()
    for path in sorted(SOURCE.rglob("*.py")):
        if path.name == "errors.py" and path.parent == SOURCE:
            continue
        place = str(path.relative_to(SOURCE).with_suffix(""))
        for function, text in _named(tree(path)):
            key = f"{place}.{function}"
            words = WORDS.get(key)
            if words is None and len(re.findall(r"[A-Za-z]{2,}", text)) < 2:
                raise LookupError(f"{path} refuses something computed in {function}(): put it into words in {__file__}")
            used.add(key)
            for feature in [f"`{text.replace('\0', '…')}`"] if words is None else words:
                if feature not in (known := found.setdefault(_area(place), [])):
                    known.append(feature)
    if stale := WORDS.keys() - used:
        raise LookupError(f"{sorted(stale)} refuse nothing any more: take them out of {__file__}")
    return found


def _area(place: str) -> str:
    if place.startswith("dialect/"):
        return "Queries"
    if place.startswith("tables/delta/"):
        return "Delta Lake tables"
    if place.startswith("tables/iceberg/"):
        return "Iceberg tables"
    if place.startswith(("tables/hive/", "catalog/")):
        return "Hive tables"
    return "API" if place.startswith("api/") else "Statements"


def _named(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Function and feature of every refusal; computed parts of a feature are NUL (shown as …)."""

    def visit(node: ast.AST, function: str) -> Iterator[tuple[str, str]]:
        if isinstance(node, ast.FunctionDef):
            function = node.name
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NotSupported" and node.args:
            yield function, _text(node.args[0])
            return
        if isinstance(node, ast.Constant | ast.JoinedStr) and (mark := _MARK.search(text := _text(node))):
            yield function, text[: mark.start()]
            return
        for child in ast.iter_child_nodes(node):
            yield from visit(child, function)

    return visit(module, "")


def _text(node: ast.expr | ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values)
    return "\0"
