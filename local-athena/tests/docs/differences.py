"""Written by hand: where local Athena answers otherwise than AWS although it answers, and why.

``where`` is the file that decides it, from the repository's root; it must be there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.docs.markdown import paragraph, table
from tests.docs.sources import REPO

from local_athena.api import executions, store
from local_athena.catalog import projection
from local_athena.queries import lanes, runner
from local_athena.results import store as results
from local_athena.statements import relations
from local_athena.storage import cache, storage
from local_athena.tables.hive.writing import write
from local_athena.tables.iceberg import partitioning

ATHENA = "local-athena/src/local_athena/"


@dataclass(frozen=True)
class Difference:
    what: str
    here: str
    aws: str
    why: str
    where: str


D = Difference

LANGUAGE = [
    D("`approx_percentile`, `tdigest` and `qdigest`", "exact, for any number of rows", "exact for some tens of values, approximate beyond",
      "An exact answer lies within every error that AWS allows", f"{ATHENA}dialect/functions/percentiles.py"),
    D("`approx_most_frequent` of more values than its capacity, `numeric_histogram` of a hundred values more than its buckets",
      "Trino's algorithm over all rows in their order", "merged from what each worker has read",
      "AWS's answer changes with the number of workers", f"{ATHENA}dialect/udf/histograms.py"),
    D("`approx_distinct` of some 2,000 to 10,000 values, `cardinality` of a `HyperLogLog` of some 4,000 to 20,000", "Ertl's estimate, as near", "HyperLogLog++'s; fewer and more are estimated alike",
      "AWS's tables of measured errors are not here", f"{ATHENA}dialect/udf/hyperloglogs.py"),
    D("Regular expressions", "RE2 where it suffices, else Python's `regex`", "Java's syntax, matched by Joni",
      "No Java here; what neither reads fails with `INVALID_FUNCTION_ARGUMENT`", f"{ATHENA}dialect/udf/regexps.py"),
    D("Last digit of `sin`, `exp`, `pow` and their sisters", "the C library's", "Java's", "Both are within one unit of it",
      f"{ATHENA}dialect/functions/maths.py"),
    D("`sum` of `bigint` and of intervals", "fails where the sum is out of range", "fails where it is so on the way, in the order in which rows come",
      "The order of rows is chance; the sum of all is right", f"{ATHENA}dialect/functions/aggregates.py"),
    D("Order of rows without `ORDER BY`", "DuckDB's", "any, different from run to run", "SQL promises none",
      f"{ATHENA}dialect/queries/queries.py"),
    D("Memory", "2 GB for all queries, else `EXHAUSTED_RESOURCES`; `just up memory=4GB`, `LOCAL_ATHENA_MEMORY`",
      "`Query exhausted resources at this scale factor`", "One process instead of a cluster; it spills to disk first", f"{ATHENA}memory.py"),
    D("Deep statements", "some hundreds of levels, then `STACK_OVERFLOW`; 12 of arrays or rows, 20 of subqueries in expressions",
      "the same words, at another depth", "Beyond, DuckDB or the parser takes minutes", f"{ATHENA}dialect/expressions/chains.py"),
    D("Quotas", "none; with `just up quotas=on` or `LOCAL_ATHENA_QUOTAS=on` those of us-east-1", "in force",
      "To see whether a client tries again", f"{ATHENA}api/quotas.py"),
    D("`EXPLAIN`", "DuckDB's plan for `TYPE DISTRIBUTED` and `LOGICAL`; `TYPE VALIDATE` is Trino's", "Trino's plan",
      "There is no other plan to show; a statement that would fail, fails", f"{ATHENA}statements/select.py"),
    D("Layout of `SHOW CREATE VIEW`", "laid out as by Trino's formatter; a query with `LISTAGG`, JSON functions, table functions or letters beyond ASCII in a text is shown as it was written", "laid out by Trino's formatter",
      "AWS's page promises the statement that created the view", f"{ATHENA}statements/layout.py"),
    D("Order of arrays and rows that differ first at a NULL", "`ORDER BY` fails, also beyond its `LIMIT`; `min` and `max` fail where they "
      "would for any order of the rows; in windows and aggregates a NULL inside is refused", "fails where two of them are compared",
      "Which rows Trino compares depends on how they reach it", f"{ATHENA}dialect/values/ordering.py"),
    D("`-0.0` in `ORDER BY`, `min`, `max`", "equal to `0.0`", "below it", "DuckDB sorts them as one number", f"{ATHENA}dialect/values/ordering.py"),
    D("`RANGE` frames by a distance, with `NULLS FIRST` over NaN", "NaN stands last", "NaN stands first", "A distance needs the number itself as the key",
      f"{ATHENA}dialect/expressions/windows.py"),
    D("A `WHERE` around a subquery with a `WHERE` of its own", "may look at rows that the inner one drops, and fail at their values",
      "in general likewise, by plan", "DuckDB merges both: guard what may fail with `TRY_CAST`", f"{ATHENA}dialect/expressions/predicates.py"),
    D("`RIGHT JOIN LATERAL` whose left side has no rows", "no rows", "those of the right, where no column of the left is used",
      "Trino joins for each row of the left, unless its plan drops the left", f"{ATHENA}dialect/queries/outer_joins.py"),
    D("`UNNEST` of an array of rows", "a whole row, where the alias has one name for it; else a column for each field",
      "a whole row, in the queries of AWS's pages", "Trino has a column for each field; whether Athena takes names for them was not measured",
      f"{ATHENA}dialect/queries/unnesting.py"),
    D("Conditions of `LEFT JOIN ... ON`", "evaluated in any order", "from left to right in general",
      "`AND` guards what may fail in `WHERE` only", f"{ATHENA}dialect/expressions/predicates.py"),
    D("Members of `CAST(map AS JSON)`", "by code point", "by the halves of UTF-16", "An emoji comes after the signs from U+E000 on, not before",
      f"{ATHENA}dialect/values/json_casts.py"),
    D("A cast that makes two equal keys of a map", "`INVALID_FUNCTION_ARGUMENT`", "`INVALID_CAST_ARGUMENT`",
      "DuckDB finds it while it builds the map", f"{ATHENA}dialect/values/casts.py"),
    D("Geometries", "relations by GEOS, with the extra `spatial`: `uv sync --project emulator --inexact --extra spatial`; the rest by Python",
      "by Esri's library and JTS", "Points that GEOS gives otherwise are refused: buffers, unions, intersections, hulls whose first point "
      "lies inside. Rings run counterclockwise in GeoJSON", f"{ATHENA}dialect/functions/geospatial.py"),
    D("Tiles inside a polygon beyond zoom level 10", "by quarters of quarters", "whole quarters column by column",
      "`geometry_to_bing_tiles` gives the same tiles in another order", f"{ATHENA}dialect/udf/geometry/tiles.py"),
    D("Names of time zones", "in any case", "as they are spelled", "More lenient than Trino: `asia/tokyo` is read as `Asia/Tokyo`",
      f"{ATHENA}dialect/values/zones.py"),
    D("Months added to a timestamp with time zone", "in its local time", "depends on the version of Trino",
      "Versions that were read differ", f"{ATHENA}dialect/functions/dates.py"),
]  # fmt: skip

TABLES = [
    D("`UPDATE`, `DELETE`, `MERGE`", "copy-on-write: files with a changed row are written anew",
      "merge-on-read: position delete files beside the data",
      "Other engines read it the same; `$files`, sizes and what OPTIMIZE finds to do differ",
      f"{ATHENA}tables/iceberg/rows.py"),
    D("`MERGE`: two source rows for one target row", "an error, whichever clauses they match",
      "an error where they match by the same clause", "Which of two changes came last would be chance",
      f"{ATHENA}tables/iceberg/rows.py"),
    D("Commits of two processes", "safe where Glue checks a table's version, as `just up` does; with bare moto a race remains",
      "safe", "Within one process a lock guards each table", f"{ATHENA}tables/iceberg/catalog.py"),
    D('`"t$files"`', "`nan_value_counts` is empty", "counted", "Parquet footers do not say",
      f"{ATHENA}tables/iceberg/statistics.py"),
    D("Bytes that are no UTF-8, in a file's column that is text to the table", "replacement characters", "kept, and shown as replacement characters",
      "DuckDB's text is UTF-8: `to_utf8` gives other bytes", f"{ATHENA}tables/hive/columnar/bytes.py"),
    D("Files of a query", "fetched whole into a cache on disk, by ETag", "ranges read from S3",
      "DuckDB reads local files; a changed object has another ETag, so the cache is never stale",
      f"{ATHENA}storage/cache.py"),
    D("Data scanned: Parquet", "compressed bytes of the used columns, all row groups", "row groups that statistics "
      "rule out need not be read", "Told from footers before reading; an upper bound", f"{ATHENA}tables/hive/columnar/footers.py"),
    D("Data scanned: ORC, Avro", "the whole files", "ORC by column", "They are converted whole", f"{ATHENA}tables/hive/scan.py"),
    D("Data scanned: partitions", "pruned by the `WHERE` of the same `SELECT`",
      "pruned by whatever the optimiser pushes down, joins included", "Decided from the text before the query runs",
      f"{ATHENA}statements/usage.py"),
    D("`BytesScannedCutoffPerQuery`", "stops a query before it reads more", "stops it soon after it has read more",
      "The bytes are known beforehand", f"{ATHENA}session.py"),
    D("Hive CTAS and INSERT", "files first, then Glue: a crash leaves files without a table, or rows in some partitions",
      "a failed statement may leave files too", "Hive tables have no commit; Iceberg's have", f"{ATHENA}tables/hive/writing/write.py"),
    D("Hive CTAS and UNLOAD of timestamps of less than three digits", "become `timestamp(3)`", "refused: `Incorrect timestamp precision`",
      "Trino's source says so; `timestamp '2024-01-02 03:04:05'` is one, and loses nothing", f"{ATHENA}catalog/types.py"),
    D("`DROP TABLE` of Iceberg", "deletes everything under the table's location", "deletes the table's data",
      "Do not put other files there", f"{ATHENA}statements/drop.py"),
    D("`VACUUM`", "finishes in one run", "may ask for more runs: `ICEBERG_VACUUM_MORE_RUNS_NEEDED`",
      "There is no limit on files", f"{ATHENA}tables/iceberg/maintenance.py"),
    D("S3 Tables", "tables, as Athena and Glue see them; no maintenance, no policies, no Iceberg REST endpoint",
      "managed tables with all three", "What dbt-athena and Athena need of them",
      "emulator/src/localstack_plugin/glue.py"),
]  # fmt: skip

SERVICE = [
    D("IAM", "every call is written down; refused with `IAM_ENFORCEMENT=1` only, by the role's own policies, on the calls "
      "that local Athena makes and those that AWS documents", "enforced, on the calls that Athena makes",
      "Which calls Athena makes is not published; signatures are not checked", "emulator/src/local_iam/athena.py"),
    D("Lake Formation", "tags, grants and filters of data cells are kept and enforce nothing", "enforced", "Kept for who asks, such as dbt-athena, and no more",
      "emulator/src/localstack_plugin/lakeformation.py"),
    D("State", "in memory; `just down` forgets it, unless the emulator was started with `persist=1`", "kept",
      "A clean slate is what a test wants", "emulator/src/lakeloop_emulator/saved.py"),
    D("`GetQueryExecution`", f"waits up to {executions.POLL_WAIT_SECONDS} s for the end", "answers at once",
      "Clients sleep a second between polls; this saves them one", f"{ATHENA}api/executions.py"),
    D("Engine versions", "3 and AUTO", "Spark besides", "SQL only", f"{ATHENA}api/workgroups.py"),
    D("Runtime statistics", "what was measured; no stages", "stages of a distributed plan", "The engine is one process",
      f"{ATHENA}api/executions.py"),
    D("Type of a running query", "guessed by its first word, exact when it ends", "exact", "It is parsed by the engine later",
      f"{ATHENA}queries/text.py"),
    D("`.metadata` files", "written; never compared with one of AWS's", "an undocumented format",
      "Clients get by with the CSV file and `GetQueryResults`", f"{ATHENA}results/metadata.py"),
    D("Data catalogs", "Glue's, of any CatalogId", "Lambda, Hive and federated ones too", "Nothing here runs a connector",
      f"{ATHENA}api/data_catalogs.py"),
    D("Managed query results", "kept while the emulator runs, in the bucket `athena-managed-results-...`",
      "kept for 24 hours, in no bucket that anybody sees", "Results are paged from S3, whosever they are",
      f"{ATHENA}api/locations.py"),
    D("Result encryption", "of the result's own files", "of the data that CTAS, INSERT and UNLOAD write, too",
      "S3 is asked for it where it is written; a table's files are written elsewhere", f"{ATHENA}api/locations.py"),
    D("`RequesterPaysEnabled`, `PublishCloudWatchMetricsEnabled`", "kept and echoed", "who pays, and metrics of queries",
      "Nobody pays here, and there is nothing to publish to", f"{ATHENA}api/store.py"),
]  # fmt: skip


def _rows(differences: list[Difference]) -> list[list[str]]:
    for one in differences:
        if not (REPO / one.where).is_file():
            raise LookupError(f"{one.where}, where '{one.what}' was decided, is gone; mend {__file__}")
    return [[d.what, d.here, d.aws, f"{d.why} ([source](../{d.where}))"] for d in differences]


def section() -> str:
    head = ["What", "Here", "On AWS", "Why"]
    return "\n\n".join([
        "## Known differences",
        paragraph("What is refused is in the sections above; what is here answers, but otherwise. No difference, though it looks like "
                  "one to who knows Trino: `1.5` is a `double` here, because Athena reads it so; `decimal '1.5'` is a decimal."),
        "### Language", table(head, _rows(LANGUAGE)),
        "### Tables", table(head, _rows(TABLES)),
        "### Service", table(head, _rows(SERVICE)),
    ])  # fmt: skip


def limits() -> str:
    gib = 1 << 30
    rows: list[Sequence[object]] = [
        ["Open partitions and buckets of one write to a Hive table", write.MAX_OPEN_WRITERS, "as on AWS"],
        ["Open partitions of one write to an Iceberg table", partitioning.MAX_OPEN_PARTITIONS, "as on AWS"],
        ["Rows of a page of `GetQueryResults`", "1,000", "as on AWS"],
        ["Queries at once on two cores; the rest are QUEUED",
         f"{lanes.FIRST_AT_LEAST} that began less than a second ago, {lanes.SECOND_AT_LEAST} longer ones", "AWS: a quota by region"],
        ["Minutes of a query", " ".join(f"{kind} {limit / 60:.0f}" for kind, limit in runner.TIMEOUT_SECONDS.items()), "as on AWS"],
        ["Finished queries that are remembered", f"{store.MAX_EXECUTIONS:,}", "AWS: 45 days"],
        ["Cache of S3 objects on disk", f"{storage._DEFAULT_CACHE_BYTES // gib} GiB",
         f"beyond it the oldest go, but none used in the last {int(cache._IN_USE_SECONDS) // 60} minutes"],
        ["Pages of results in memory", f"{results.CACHE_BYTES >> 20} MiB", "the rest is read from S3 again"],
        ["Partitions that a projection may describe for one query", f"{projection._MAX_VALUES:,}", "after pruning"],
        ["Views within views", relations._MAX_VIEW_DEPTH, ""],
        ["Text in an identity partition of an Iceberg table", "a file name's length", "longer values fail when written"],
        ["Size of one file written", "5 GB", "one S3 PutObject"],
    ]  # fmt: skip
    return "\n\n".join(["## Limits", table(["What", "Limit", ""], rows)])
