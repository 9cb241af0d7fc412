"""Statement text to dataclasses: what sqlglot loses, and the spacings and comments that clients send."""

from __future__ import annotations

from typing import Any

import pytest

from local_athena.errors import AthenaError, InvalidRequest
from local_athena.sql import parse_statement
from local_athena.sql import statements as s

CASES: list[tuple[str, Any]] = [
    ("create schema if not exists `s`", s.CreateSchema("s", True)),
    ("create database d comment 'it''s' location 's3://b/' with dbproperties ('a'='b')", s.CreateSchema("d", False, "it's", "s3://b/", {"a": "b"})),
    ("drop schema if exists `s` cascade", s.DropSchema("s", True, True)),
    ("-- c\nDROP TABLE IF EXISTS `s`.`t-x`;", s.DropTable(("s", "t-x"), True)),
    ('drop view if exists "C"."S"."v"', s.DropView(("c", "s", "v"), True)),
    ("drop view `s`.`v`", s.DropView(("s", "v"))),
    ("alter table `s`.`t` set tblproperties ('classification' = 'parquet')", s.SetProperties(("s", "t"), {"classification": "parquet"})),
    ("alter table `s`.`t` rename to `s`.`t2`", s.RenameTable(("s", "t"), ("s", "t2"))),
    ("alter table awsdatacatalog.s.t add columns(c__dbt_alter double);", s.AddColumns(("awsdatacatalog", "s", "t"), (s.HiveColumn("c__dbt_alter", "double"),))),
    ("alter table `s`.`t`\n add columns (`c` array<struct<a:int,b:map<string,decimal(10,2)>>> comment 'x, y', `d` int)", s.AddColumns(("s", "t"), (s.HiveColumn("c", "array<struct<a:int,b:map<string,decimal(10,2)>>>", "x, y"), s.HiveColumn("d", "int")))),
    ("alter table `s`.`t` drop column `select`", s.DropColumn(("s", "t"), "select", (
        "ParseException line 1:25 mismatched input 'column' expecting PARTITION near 'drop' in drop partition statement",
        "line 1:26: mismatched input 'column' expecting 'PARTITION'",
    ))),
    ("alter table awsdatacatalog.s.t\n change column c__dbt_alter c double", s.ChangeColumn(("awsdatacatalog", "s", "t"), "c__dbt_alter", s.HiveColumn("c", "double"))),
    ("alter table t change a b int comment 'c' after x", s.ChangeColumn(("t",), "a", s.HiveColumn("b", "int", "c"), "x")),
    ("alter table t replace columns (a int)", s.ReplaceColumns(("t",), (s.HiveColumn("a", "int"),))),
    ("alter table t set location 's3://b/k/'", s.SetLocation(("t",), "s3://b/k/")),
    ("alter table t partition (k='a', n=1) set location 's3://b/k/'", s.SetLocation(("t",), "s3://b/k/", (("k", "a"), ("n", "1")))),
    ("alter table t add partition (k='a') location 's3://x/' partition (k='b')", s.AddPartitions(("t",), (((("k", "a"),), "s3://x/"), ((("k", "b"),), None)))),
    ("alter table t drop partition (d>='2024-01-01', k='x')", s.DropPartitions(("t",), ((s.PartitionPredicate("d", ">=", "2024-01-01"), s.PartitionPredicate("k", "=", "x")),))),
    ("show tables in `s` 't*'", s.ShowTables(("s",), "t*")),
    ("show views from c.s", s.ShowViews(("c", "s"))),
    ("SHOW TABLES", s.ShowTables()),
    ("show schemas like 'x'", s.ShowDatabases("x")),
    ("show columns from t in s", s.ShowColumns(("s", "t"))),
    ('show columns from `s`.`t`', s.ShowColumns(("s", "t"))),
    ("show partitions s.t", s.ShowPartitions(("s", "t"))),
    ("show tblproperties t ('k')", s.ShowTblProperties(("t",), "k")),
    ("show create table `s`.`t`", s.ShowCreate("TABLE", ("s", "t"))),
    ('SHOW CREATE VIEW "v"', s.ShowCreate("VIEW", ("v",))),
    ("desc formatted s.t", s.Describe(("s", "t"), formatted=True)),
    ("describe extended t c", s.Describe(("t",), extended=True, column="c")),
    ("msck repair table `s`.`t`", s.RepairTable(("s", "t"))),
    ("vacuum awsdatacatalog.s.t;", s.Vacuum(("awsdatacatalog", "s", "t"))),
    ("optimize s.t rewrite data using bin_pack", s.Optimize(("s", "t"))),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "statement"), CASES, ids=[case[0][:50] for case in CASES])
def test_statements(sql: str, statement: object) -> None:
    assert parse_statement(sql) == statement


def test_create_external_table() -> None:
    made = parse_statement(
        """/* c */ CREATE EXTERNAL TABLE IF NOT EXISTS `s`.`t` (`a` int COMMENT 'first', b struct<x:int,
        y : array<string>>)
        COMMENT 'a table'
        PARTITIONED BY (`k` string, n int)
        CLUSTERED BY (a) INTO 4 BUCKETS
        ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' NULL DEFINED AS 'NULL'
        STORED AS TEXTFILE
        LOCATION 's3://b/t/'
        TBLPROPERTIES ('skip.header.line.count'='1', "x"='y')"""
    )
    assert made == s.CreateTable(
        ("s", "t"),
        (s.HiveColumn("a", "int", "first"), s.HiveColumn("b", "struct<x:int,y:array<string>>")),
        external=True,
        if_not_exists=True,
        comment="a table",
        partition_columns=(s.HiveColumn("k", "string"), s.HiveColumn("n", "int")),
        bucketed_by=("a",),
        bucket_count=4,
        row_format=s.RowFormat(
            None,
            {
                "field.delim": "\t",
                "serialization.format": "\t",
                "escape.delim": "\\",
                "line.delim": "\n",
                "serialization.null.format": "NULL",
            },
        ),
        stored_as="TEXTFILE",
        location="s3://b/t/",
        properties={"skip.header.line.count": "1", "x": "y"},
    )


@pytest.mark.parametrize(
    ("written", "partitioning"),
    [
        ("category", ("category",)),
        ("category, bucket(16, id)", ("category", "bucket(id, 16)")),
        ("day(ts), bucket(16, id), id", ("day(ts)", "bucket(id, 16)", "id")),
        ("`category`, BUCKET( 16 , `id` ), Truncate(3,`category`)", ("category", "bucket(id, 16)", "truncate(category, 3)")),
        ("year(ts), MONTH(`ts`), day ( ts ), hour(ts)", ("year(ts)", "month(ts)", "day(ts)", "hour(ts)")),
        ("bucket", ("bucket",)),
        ("partition, date, day(timestamp)", ("partition", "date", "day(timestamp)")),
        ("bucket(4, `odd-name`), `odd-name`", ('bucket("odd-name", 4)', '"odd-name"')),
    ],
)  # fmt: skip
def test_create_iceberg_table(written: str, partitioning: tuple[str, ...]) -> None:
    made = parse_statement(
        f"create table if not exists s.t (id bigint, ts timestamp) partitioned by ({written}) location 's3://b/' "
        "tblproperties ('table_type'='ICEBERG', 'write_compression'='zstd')"
    )
    assert isinstance(made, s.CreateTable)
    assert made.partitioning == partitioning
    assert (made.if_not_exists, made.location, made.properties["write_compression"]) == (True, "s3://b/", "zstd")


def test_ctas_properties() -> None:
    made = parse_statement(
        """create table "c"."s"."t"\n with (\n table_type='hive',\n is_external=true,external_location='s3://b/t',
        partitioned_by=ARRAY['a', 'b'], bucketed_by=ARRAY['x'], bucket_count=4, field_delimiter='|', f=1.5)\n as\n select ')' as a;"""
    )
    assert isinstance(made, s.CreateTableAs)
    assert made.table == ("c", "s", "t")
    assert made.properties == {
        "table_type": "hive", "is_external": True, "external_location": "s3://b/t", "partitioned_by": ("a", "b"), "bucketed_by": ("x",),
        "bucket_count": 4, "field_delimiter": "|", "f": 1.5,
    }  # fmt: skip


def test_a_views_text_is_kept_as_written() -> None:
    made = parse_statement('-- c\ncreate or replace view\n "c"."s"."v"\n as\n SELECT  1 AS a -- note;\n;')
    assert isinstance(made, s.CreateView)
    assert (made.view, made.text, made.or_replace) == (("c", "s", "v"), "SELECT  1 AS a", True)


def test_unload_and_explain() -> None:
    made = parse_statement(
        "UNLOAD (\nselect f(')') from t\n) TO 's3://b/x/' WITH (format = 'PARQUET', compression = 'SNAPPY')"
    )
    assert isinstance(made, s.Unload)
    assert (made.location, made.properties) == ("s3://b/x/", {"format": "PARQUET", "compression": "SNAPPY"})
    explained = parse_statement("explain (type logical, format text) select 1")
    assert isinstance(explained, s.Explain)
    assert isinstance(explained.statement, s.Query)
    assert explained.type == "LOGICAL"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("alter table t", "FAILED: ParseException line 1:13 mismatched input '<EOF>' expecting SET"),
        ("drop table a b", "FAILED: ParseException line 1:13 missing EOF at 'b' near 'a'"),
        ("create external table t (a int", "FAILED: ParseException line 1:30 mismatched input '<EOF>' expecting ) near 'int' in create table statement"),
        ("create table t (a int) partitioned by (bucket(a, 4))", "FAILED: ParseException line 1:46 mismatched input 'a' expecting Number, as in bucket(16, id)"),
        ("create table t (a int) partitioned by (bucket(4))", "FAILED: ParseException line 1:47 mismatched input ')' expecting ,"),
        ("create table t (a int) partitioned by (day(4, a))", "FAILED: ParseException line 1:44 mismatched input ',' expecting )"),
        ("create table t (a int) partitioned by (truncate('4', a))", "FAILED: ParseException line 1:48 mismatched input ''4'' expecting Number, as in truncate(16, id)"),
        ("create table t (a int) partitioned by (a, b int)", "FAILED: ParseException line 1:48 mismatched input '<EOF>' expecting either columns with types or transforms"),
        # The order of Hive's grammar: https://github.com/apache/hive/blob/rel/release-2.3.9/ql/src/java/org/apache/hadoop/hive/ql/parse/HiveParser.g
        ("create external table t (a int) location 's3://b/t' partitioned by (k int)", "FAILED: ParseException line 1:52 missing EOF at 'partitioned' near ''s3://b/t''"),
        ("create external table t (a int) row format delimited partitioned by (k int)", "FAILED: ParseException line 1:53 missing EOF at 'partitioned' near 'delimited'"),
        ("create external table t (a int) stored as orc row format delimited", "FAILED: ParseException line 1:46 missing EOF at 'row' near 'orc'"),
        ("create external table t (a int) stored as orc stored as orc", "FAILED: ParseException line 1:46 missing EOF at 'stored' near 'orc'"),
        ("create external table t (a int) tblproperties ('a'='b') location 's3://b/t'", "FAILED: ParseException line 1:56 missing EOF at 'location' near ')'"),
        ("create external table t (a int) row format serde 'x' with serdeproperties ('a'='b') stored as orc with serdeproperties ('c'='d')",
         "FAILED: ParseException line 1:98 missing EOF at 'with' near 'orc'"),
        ("create external table t (a int) row format delimited map keys terminated by ':' fields terminated by ','",
         "FAILED: ParseException line 1:80 missing EOF at 'fields' near '':''"),
        ("create external table t (a int) row format delimited escaped by '!'", "FAILED: ParseException line 1:53 missing EOF at 'escaped' near 'delimited'"),
        ("create external table t (a int) row format delimited lines terminated by '|'",
         "FAILED: SemanticException 1:74 LINES TERMINATED BY only supports newline '\\n' right now. Error encountered near token ''|''"),
    ],
)  # fmt: skip
def test_hive_errors(sql: str, message: str) -> None:
    with pytest.raises(AthenaError) as caught:
        parse_statement(sql)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("THIS IS", "line 1:1: mismatched input 'THIS'. Expecting: 'ALTER', 'ANALYZE', 'CALL',"),
        ("\n\n  nonsense", "line 3:3: mismatched input 'nonsense'. Expecting: "),
        ("select 1;\nselect 2", "Only one sql statement is allowed"),
        (
            "create table t with (format=) as select 1 a",
            "line 1:29: mismatched input ')'. Expecting: 'a property's value'",
        ),
    ],
)
def test_trino_errors(sql: str, message: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_statement(sql)
    assert message in str(caught.value)
