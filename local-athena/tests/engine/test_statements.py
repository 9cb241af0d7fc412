"""Every statement form that dbt-athena and its users send (facts 2.1 and 2.2): a table of setup, statement and effect."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from local_athena.queries.kinds import kind as queries_kind
from local_athena.results.columns import column_info

from .athena import Athena

COMMENT = """-- /* {"app": "dbt", "dbt_version": "1.11.16", "node_id": "model.it's"} */\n"""
T = """create table "awsdatacatalog"."db"."t" with (table_type='hive', is_external=true,external_location='s3://lake/t',
 format='parquet') as select * from (values (1, 'a'), (2, 'b')) v("id", "name")"""
P = """create table p with (external_location='s3://lake/p', partitioned_by=ARRAY['k', 'd']) as
 select * from (values (1, 'x', date '2024-01-01'), (2, 'y z/%', date '2024-01-02'), (3, null, null)) v(id, k, d)"""
TMP = "create table src with (external_location='s3://lake/src') as select 2 as id, 'c' as name union all select 3, 'd'"
ICE = T.replace("hive", "iceberg").replace("is_external=true,external_location", "is_external=false,location")
ICE_DDL = """create table part (id bigint comment 'the key', category string, ts timestamp, m map<string,decimal(5,2)>)
 partitioned by (category, bucket(16, id), truncate(2, `category`), day(ts)) location 's3://lake/part'
 tblproperties ('table_type'='ICEBERG', 'write_compression'='zstd')"""

# (id, statements before, statement, what it returns or the query and rows that show its effect)
CASES: list[tuple[str, list[str], str, Any]] = [
    ("debug", [], "select 1 as id", [(1,)]),
    ("Q1 string with braces", [], COMMENT + "SELECT '{\"rowcount\":2,\"data_scanned_in_bytes\":0}';", [('{"rowcount":2,"data_scanned_in_bytes":0}',)]),
    ("comment behind", [], 'select 1 as id\n-- /* {"app": "dbt"} */', [(1,)]),
    ("comment before semicolon", [], 'select 1 as id\n-- /* {"app": "dbt"} */;', [(1,)]),
    ("values", [], "VALUES (1, 'a'), (2, 'b')", [(1, "a"), (2, "b")]),
    ("parenthesised query", [], "(select 1 as a)", [(1,)]),
    ("S1 create schema", [], "create schema if not exists `db2`", ("show databases", ["db", "db2", "default"])),
    ("S1 again", [], "create schema if not exists `db`", ("show databases", ["db", "default"])),
    ("S2 drop schema cascade", ["create schema other", "create view other.v as select 1 a"], "drop schema if exists `other` cascade", ("show databases", ["db", "default"])),
    ("S2 none", [], "drop schema if exists nope", []),
    ("T1 hive CTAS", [], COMMENT + T, ("select * from t order by id", [(1, "a"), (2, "b")])),
    ("T1 field_delimiter", [], "create table t with (format='textfile', field_delimiter='|', external_location='s3://lake/t') as select 1 a, 'x' b", ("select * from t", [(1, "x")])),
    ("T1 write_compression", [], "create table t with (format='parquet', write_compression='snappy', external_location='s3://lake/t') as select 1 a", ("select * from t", [(1,)])),
    ("T1 semicolon in the body", [], T + ";", ("select count(*) from t", [(2,)])),
    ("T1 zero rows", [], "create table t with (external_location='s3://lake/t') as select cast(null as varchar) a, cast(1 as decimal(10,2)) b where false", ("select * from t", [])),
    ("T2 iceberg CTAS", [], ICE.replace("'iceberg'", "'ICEBERG'"), ("select * from t order by id", [(1, "a"), (2, "b")])),
    ("CTAS if not exists", [T], "create table if not exists t as select 9 as id", ("select count(*) from t", [(2,)])),
    ("CTAS with no data", [], "create table t with (external_location='s3://lake/t') as select 1 as id with no data", ("select * from t", [])),
    ("B1 distinct over a parenthesised relation", [P], 'select distinct k from ("awsdatacatalog"."db"."p") order by k;', [("x",), ("y z/%",), (None,)]),
    ("B2 batch predicate", [P], "select id from p where d=DATE'2024-01-01' and k='x' or d=DATE'2024-01-02' or k is null order by 1", [(1,), (2,), (3,)]),
    ("I1 insert", [T, TMP], 'insert into "awsdatacatalog"."db"."t" ("id", "name")\n (\n select "id", "name"\n from "awsdatacatalog"."db"."src"\n );', ("select * from t order by id, name", [(1, "a"), (2, "b"), (2, "c"), (3, "d")])),
    ("I1 other column order", [T, TMP], "insert into t (name, id) select name, id from src", ("select count(*) from t where name = 'd' and id = 3", [(1,)])),
    ("I2 insert values", ["create external table `db`.`t` (`id` int, `s` string, `ts` timestamp, `d` decimal(5,2))\n location 's3://lake/t'"], 'insert into "awsdatacatalog"."db"."t" (id, s, ts, d) values (1,\'it\'\'s\',TIMESTAMP \'2024-01-01 10:00:00.000\',DECIMAL \'1.50\'),(2,NULL,NULL,NULL)', ("select id, s, cast(d as varchar) from t order by id", [(1, "it's", "1.50"), (2, None, None)])),
    ("insert, columns left out", [T], "insert into t (id) values (7)", ("select name from t where id = 7", [(None,)])),
    ("insert reactivates a partition", [P], "insert into p values (9, 'new', date '2025-01-01')", ("select id from p where k = 'new'", [(9,)])),
    ("M1 merge", [ICE, TMP], 'merge into "awsdatacatalog"."db"."t" as target using "awsdatacatalog"."db"."src" as src\n on (target.id = src.id) when matched then update set"name" = src."name" when not matched then insert ("id", "name") values (src."id", src."name")', ("select * from t order by id", [(1, "a"), (2, "c"), (3, "d")])),
    ("M2 merge from a subquery", [ICE, TMP], "merge into t as target using (select id, name from src where id = 3) as src on target.id = src.id when not matched then insert (id, name) values (src.id, src.name)", ("select count(*) from t", [(3,)])),
    ("merge from a join in brackets", [ICE, TMP], "merge into t as target using (src join db.src as more on src.id = more.id and more.id > 2) on target.id = src.id - 1 when matched then update set name = more.name when not matched then insert (id, name) values (src.id, more.name)", ("select * from t order by id", [(1, "a"), (2, "d")])),
    ("merge from an alias that is a column's name", [ICE, TMP], "merge into t using src as name on if((select true), t.id = name.id) when not matched then insert (id, name) values (name.id, 'new')", ("select * from t order by id", [(1, "a"), (2, "b"), (3, "new")])),
    ("insert from a join in brackets", [T, TMP], "insert into t select src.id, t.name from (src join t on src.id = t.id)", ("select * from t order by id, name", [(1, "a"), (2, "b"), (2, "b")])),
    ("delete by a join in brackets", [ICE, TMP], "delete from t where id in (select s.id from (src as s join db.t as u on s.id = u.id))", ("select id from t", [(1,)])),
    ("explain a join in brackets", [T, TMP], "explain select * from (t join src on t.id = src.id)", "Query Plan"),
    ("update", [ICE], "update awsdatacatalog.db.t set name = name || '!' where id = 1;", ("select name from t order by id", [("a!",), ("b",)])),
    ("update by qualified names", [ICE], "update db.t set name = db.t.name || '!' where db.t.id = 1", ("select name from t order by id", [("a!",), ("b",)])),
    ("merge by qualified names", [ICE, TMP], "merge into db.t using db.src on db.t.id = db.src.id when matched then update set name = db.t.name || db.src.name", ("select name from t order by id", [("a",), ("bc",)])),
    ("delete", [ICE], "delete from t where id = 1", ("select id from t", [(2,)])),
    # testDeleteWithPathPredicate, testDeleteWithFileModifiedTimePredicate of Trino's BaseIcebergConnectorTest
    ("delete by a file's path", [ICE, "insert into t values (3, 'c')"], 'delete from t where "$path" = (select "$path" from t where id = 3)', ("select id from t order by 1", [(1,), (2,)])),
    ("delete by a file's time", [ICE], 'delete from t where t."$file_modified_time" > timestamp \'2000-01-01 00:00:00 UTC\' and id = 1', ("select id from t", [(2,)])),
    ("update by a file's path", [ICE], 'update t set name = "$path" where "$path" like \'s3://lake/t/data/%\'', ("select count(*) from t where name like 's3://lake/t/data/%'", [(2,)])),
    ("merge by a file's path", [ICE], 'merge into t using (values 1) s(x) on t."$path" = \'s3://elsewhere\' when not matched then insert values (x, \'new\')', ("select id from t where name = 'new'", [(1,)])),
    ("a subquery in the list, and an ordinal", [T], "select (select max(u.id) from t u where u.name = t.name), name from t order by 1", [(1, "a"), (2, "b")]),
    ("V1 view", [T], 'create or replace view\n "awsdatacatalog"."db"."v"\n as\n select name, id from "awsdatacatalog"."db"."t"', ("select * from v order by id", [("a", 1), ("b", 2)])),
    ("V1 view of a WITH", [], "create or replace view v as with x as (select 1 a) select * from x;", ("select * from v", [(1,)])),
    ("V1 view of VALUES", [], "create view v as select * from (values (1, 'x')) t(a, b)", ("select b, a from v", [("x", 1)])),
    ("V1 replaced", ["create view v as select 1 a"], "create or replace view v as select 2 b", ("select b from v", [(2,)])),
    ("A1 set tblproperties", [T], "alter table `db`.`t` set tblproperties ('classification' = 'parquet')", ("show tblproperties t ('classification')", ["parquet"])),
    ("unset tblproperties", [T], "alter table t unset tblproperties ('classification')", ("show tblproperties t", ["EXTERNAL\tTRUE"])),
    ("A2 rename", [ICE], "alter table `db`.`t` rename to `db`.`t2`", ("select count(*) from t2", [(2,)])),
    ("A2 rename into another schema", [ICE, "create schema db2"], "alter table `db`.`t` rename to `db2`.`t2`", ("select count(*) from db2.t2", [(2,)])),
    ("A3 add columns", [T], "alter table `db`.`t`\n add columns (`c` string, `x` int)", ("select id, c, x from t order by id", [(1, None, None), (2, None, None)])),
    ("A3 add columns, iceberg", [ICE], "alter table awsdatacatalog.db.t add columns(c__dbt_alter double);", ("select c__dbt_alter from t where id = 1", [(None,)])),
    ("A4 drop column", [ICE], "alter table `db`.`t` drop column `name`", ("select * from t order by 1", [(1,), (2,)])),
    ("A5 replace columns", [T], "alter table `db`.`t`\n replace columns (`name` string, `id` bigint, `new` date)", ("select * from t order by id", [("a", 1, None), ("b", 2, None)])),
    ("A6 change column", [ICE], "alter table awsdatacatalog.db.t\n change column name label string", ("select label from t order by id", [("a",), ("b",)])),
    ("change column, hive", [T], "alter table t change column name label string comment 'it''s' first", ("show columns from t", ["label", "id"])),
    ("A7 alter view keyword", [ICE], "alter view `db`.`t` add columns (`c` string)", ("show columns from t", ["id", "name", "c"])),
    ("add partition", [P], "alter table p add if not exists partition (k='n', d='2024-05-05') location 's3://lake/elsewhere/'", ("select count(*) from \"p$partitions\"", [(4,)])),
    ("drop partition", [P], "alter table p drop if exists partition (k='x')", ("select id from p order by 1", [(2,), (3,)])),
    ("drop partition by comparison", [P], "alter table p drop partition (d >= '2024-01-02')", ("select id from p order by 1", [(1,), (3,)])),
    ("rename partition", [P], "alter table p partition (k='x', d='2024-01-01') rename to partition (k='q', d='2024-02-02')", ("select id, k from p where d = date '2024-02-02'", [(1, "q")])),
    ("set location", [T, TMP], "alter table t set location 's3://lake/src/'", ("select * from t order by 1", [(2, "c"), (3, "d")])),
    ("X1 drop table", [T], "drop table if exists `db`.`t`", ("show tables", [])),
    ("X1 drop view", ["create view v as select 1 a"], 'drop view if exists "awsdatacatalog"."db"."v"', ("show tables", [])),
    ("X1 nothing to drop", [], "drop table if exists `db`.`nope`", []),
    ("O1 optimize", [ICE], "optimize awsdatacatalog.db.t rewrite data using bin_pack", ("select count(*) from t", [(2,)])),
    ("O1 vacuum", [ICE], "vacuum awsdatacatalog.db.t", ("select count(*) from t", [(2,)])),
    ("msck repair of a missing table", [], "msck repair table nope", ["Tables not in metastore:\tnope"]),
    ("msck repair", [P, "alter table p drop partition (k='x')"], "msck repair table `db`.`p`", ("select count(*) from p", [(3,)])),
    ("empty subquery wrapper", [T], "select * from (\n select id, name from t\n ) as __dbt_sbq\n where false\n limit 0", []),
    ("data test", [T], 'select\n count(*) as failures,\n count(*) != 0 as should_warn from (\n select id from "awsdatacatalog"."db"."t" where id is null\n ) dbt_internal_test', [(0, False)]),
    ("except both ways", [T], "with diff as (SELECT 1 as id, COUNT(*) as n FROM ((SELECT id FROM t EXCEPT SELECT id FROM t) UNION ALL (SELECT id FROM t EXCEPT SELECT id FROM t)) as a) select diff.n from diff join diff d2 using (id)", [(0,)]),
    ("snapshot of sources", [T], "select * from (select * from t where cast(id as bigint) >= 2) order by 1", [(2, "b")]),
    ("explain", [T], "explain select * from t", "Query Plan"),
    ("show columns", [P], "show columns from p", ["id", "k", "d"]),
    ("show columns in", [T], "show columns in `db`.`t`", ["id", "name"]),
    ("a view's name in double quotes", ["create view v as select 1 n"], 'describe "db"."v"', ["n\tinteger"]),
    ("show columns, a view's name in double quotes", ["create view v as select 1 n"], 'show columns from "V"', ["n\tinteger"]),
    # As measured on AWS: https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/query-results.md
    ("show columns of a view", ["create view v as select 1 n, 'a' s"], "show columns from v", ["n\tinteger", "s\tvarchar(1)"]),
    ("describe a view", ["create view v as select 1 n, 'a' s, cast(row(1) as row(x int)) r, timestamp '2024-01-01 00:00:00.000' t"], "describe v", ["n\tinteger", "s\tvarchar(1)", "r\trow(x integer)", "t\ttimestamp(3)"]),
    ("show databases like is a regular expression", ["create schema db2"], "show databases like 'db.*'", ["db", "db2"]),
    ("show tables, many wildcards", ["create view a_name_of_thirty_letters_or_so as select 1 a"], "show tables '****************************q'", []),
    ("show databases like, whole names", ["create schema db2"], "show databases like 'db'", ["db"]),
    ("show databases like *", ["create schema db2"], "show databases like '*'", ["db", "db2", "default"]),
    ("show databases like, Hive's wildcard", ["create schema db2"], "show databases like 'db*'", ["db"]),
    ("show databases like, LIKE's wildcard", [], "show databases like 'd%'", []),
    ("show databases like, case", [], "show databases like 'DB'", []),
    ("show tables like", [T, TMP], "show tables in db 's*'", ["src"]),
    ("show views", [T, "create view v as select 1 a"], "show views in db", ["v"]),
    ("show partitions", [P], "show partitions `db`.`p`", ["k=__HIVE_DEFAULT_PARTITION__/d=__HIVE_DEFAULT_PARTITION__", "k=x/d=2024-01-01", "k=y z%2F%25/d=2024-01-02"]),
    ("show create view", ["create view v as select 1 a"], "show create view v", ["CREATE VIEW db.v AS", "SELECT 1 a"]),
    # https://github.com/pyathena-dev/PyAthena/blob/master/tests/pyathena/sqlalchemy/test_base.py (test_get_view_definition)
    ("show create view, laid out", [T, "create or replace view v as SELECT id FROM db.t"], 'show create view "db"."v"', ["CREATE VIEW db.v AS", "SELECT id", "FROM", "db.t"]),
    ("show create view, of columns", [T, "create view v as select id as a, T.name b, * from t"], "show create view v", ["CREATE VIEW db.v AS", "SELECT", "id a", ", T.name b", ", *", "FROM", "t"]),
    ("show create view, with a condition", [T, "create view v as select id from t where id > 1"], "show create view v", ["CREATE VIEW db.v AS", "SELECT id", "FROM", "t", "WHERE (id > 1)"]),
    ("show create view, as it was written", ["create view v as select  'é' a"], "show create view v", ["CREATE VIEW db.v AS", "select  'é' a"]),
    ("show create view, names in quotes", ['create view "a b" as select 1 a'], 'show create view "a b"', ['CREATE VIEW db."a b" AS', "SELECT 1 a"]),
    ("describe column", [T], "describe db.t id", ["id                  \tint                 \tfrom deserializer"]),
    ("describe, iceberg", [ICE_DDL], "describe part", ["# Table schema:", "# col_name\tdata_type\tcomment", "id\tbigint\tthe key", "category\tstring", "ts\ttimestamp", "m\tmap<string, decimal(5, 2)>", "", "# Partition spec:", "# field_name\tfield_transform\tcolumn_name", "category\tidentity\tcategory", "id_bucket\tbucket[16]\tid", "category_trunc\ttruncate[2]\tcategory", "ts_day\tday\tts"]),
    ("describe, iceberg without partitions", [ICE], "describe t", ["# Table schema:", "# col_name\tdata_type\tcomment", "id\tint", "name\tstring", "", "# Partition spec:", "# field_name\tfield_transform\tcolumn_name"]),
    ("show create table, iceberg", [ICE_DDL], "show create table part", ["CREATE TABLE db.part (", "id bigint COMMENT 'the key',", "category string,", "ts timestamp,", "m map<string,decimal(5,2)>)", "PARTITIONED BY (`category`, bucket(16, `id`), truncate(2, `category`), day(`ts`))", "LOCATION 's3://lake/part'", "TBLPROPERTIES (", "'table_type'='iceberg',", "'write_compression'='zstd'", ");"]),
    ("create table, iceberg, transforms", [ICE_DDL, "insert into part (id, category, ts) values (1, 'abc', timestamp '2024-05-06 07:08:09'), (17, 'abd', null)"], "insert into part (id) values (null)", ('select partition.id_bucket, partition.category_trunc, cast(partition.ts_day as varchar), record_count from "part$partitions" order by 1', [(3, "ab", None, 1), (4, "ab", "2024-05-06", 1), (None, None, None, 1)])),
    ("create table, iceberg, again", [ICE_DDL], ICE_DDL.replace("create table", "create table if not exists"), ("select count(*) from part", [(0,)])),
    ("iceberg CTAS, transforms", [], "create table t with (table_type='iceberg', is_external=false, location='s3://lake/t', partitioning=ARRAY['bucket(id, 16)', 'day(ts)']) as select bigint '1' as id, timestamp '2024-05-06 07:08:09.000000' as ts", ('select partition.id_bucket, cast(partition.ts_day as varchar) from "t$partitions"', [(4, "2024-05-06")])),
    ("information_schema.tables", [T, "create view v as select 1 a"], "select table_name, table_type from \"awsdatacatalog\".information_schema.tables where table_schema = 'db' order by 1", [("t", "BASE TABLE"), ("v", "VIEW")]),
    ("information_schema.columns", [P], "select column_name, data_type, ordinal_position, extra_info from information_schema.columns where table_name = 'p' order by ordinal_position", [("id", "integer", 1, None), ("k", "varchar(5)", 2, "partition key"), ("d", "date", 3, "partition key")]),
    ("information_schema.columns", [P], "select table_name, column_name, data_type from information_schema.columns where table_name in ('p$partitions', 'p$files', 'no$partitions')", [("p$partitions", "k", "varchar(5)"), ("p$partitions", "d", "date")]),
    ("information_schema.columns", [ICE], "select column_name, data_type from information_schema.columns where table_schema = 'db' and table_name = 't$refs' and ordinal_position < 3", [("name", "varchar"), ("type", "varchar")]),
    ("information_schema.tables", [P, ICE], "select table_name, table_type from information_schema.tables where table_name = 'p$partitions' or table_name = 't$history'", [("p$partitions", "BASE TABLE"), ("t$history", "BASE TABLE")]),
    ("information_schema.tables", [P, ICE], "select table_name from information_schema.tables where table_name like '%$%'", []),
    ("information_schema.schemata", [], "select count(*) from awsdatacatalog.INFORMATION_SCHEMA.SCHEMATA where schema_name = 'db'", [(1,)]),
    ("information_schema.views", ["create view v as select 1 a"], "select view_definition from information_schema.views", [("select 1 a",)]),
    ("$partitions", [P], 'select k, d from "db"."p$partitions" where k is null', [(None, None)]),
    ("$snapshots", [ICE], 'select operation from "db"."t$snapshots"', [("append",)]),
    ("$file_size", [T], 'select count(distinct "$path"), min("$file_size") > 0 from t', [(1, True)]),
    # No * shows a hidden column, whatever the query around it asks for: ColumnMetadata.isHidden in testPathHiddenColumn and its sisters,
    # https://github.com/trinodb/trino/blob/master/plugin/trino-hive/src/test/java/io/trino/plugin/hive/BaseHiveConnectorTest.java
    ("* beside a hidden column", [T], 'select *, "$path" like \'s3://lake/t/%\' from t where id = 1', [(1, "a", True)]),
    ("* with a hidden column in WHERE", [ICE], 'select * from t where "$path" is not null and id = 1', [(1, "a")]),
    ("t.* of a join by hidden columns", [T, TMP], 'select x.*, src.* from t x join src on x."$path" <> src."$path" and x.id = src.id', [(2, "b", 2, "c")]),
    ("column aliases beside a hidden column", [T], 'select x.* from t x(n, s), (select "$path" z from t where id = 1) where n = 1 and z like \'s3:%\'', [(1, "a")]),
    ("* in a table that a query with a hidden column makes", [T], "create table made with (external_location='s3://lake/made') as select * from t where \"$path\" is not null", ("select * from made order by 1", [(1, "a"), (2, "b")])),
    ("$partition", [P], 'select id, "$partition" from p order by id', [(1, "k=x/d=2024-01-01"), (2, "k=y z%2F%25/d=2024-01-02"), (3, "k=__HIVE_DEFAULT_PARTITION__/d=__HIVE_DEFAULT_PARTITION__")]),
    ("* beside $partition", [P], 'select * from p where "$partition" = \'k=x/d=2024-01-01\'', [(1, "x", datetime.date(2024, 1, 1))]),
    ("$bucket", ["create table b with (external_location='s3://lake/b', bucketed_by=ARRAY['k'], bucket_count=3) as select k, 'v' v from unnest(sequence(1, 7)) t(k)"], 'select "$bucket", array_agg(k order by k) from b group by 1 order by 1', [(0, [3, 6]), (1, [1, 4, 7]), (2, [2, 5])]),
    ("time travel", [ICE], "select count(*) from t for timestamp as of current_timestamp", [(2,)]),
    ("case folded names", [T], 'select T.ID, Db.T.NAME from "AwsDataCatalog"."DB"."T" where AwsDataCatalog.Db.T.id = 1', [(1, "a")]),
    ("names of two schemas", [T, "create schema other", "create external table other.t (id int) location 's3://lake/other/'"], "select db.t.*, awsdatacatalog.db.t.id from awsdatacatalog.db.t left join other.t on db.t.id = other.t.id order by db.t.name", [(1, "a", 1), (2, "b", 2)]),
    ("CTE shadows a table", [T], "with t as (select 'cte' as id) select id from t", [("cte",)]),
    ("CTE of its own table's name", [T], "with t as (select id from db.t where id = 1), u as (select * from t) select * from u", [(1,)]),
    ("CTE inside a CTE", [T], "with t as (select id + 10 as id from t) select max(id) from t", [(12,)]),
    ("self join", [T], "select a.id, b.id from t a join t b on a.id < b.id", [(1, 2)]),
    ("context database does not exist", [], "select 1 as id", [(1,)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "statement", "effect"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_statement_has_its_effect(athena: Athena, before: list[str], statement: str, effect: Any) -> None:
    for sql in before:
        athena.run(sql)
    returned = athena.rows(statement)
    if isinstance(effect, tuple):
        query, rows = effect
        assert athena.rows(query) == rows
    elif isinstance(effect, str):
        assert returned[0] == effect
    else:
        assert returned == effect


TYPES = [
    ("select 1 a", "DML", "SELECT"),
    ("explain select 1 a", "DML", "EXPLAIN"),
    ("explain (type validate) select 1 a", "DML", "EXPLAIN"),
    (T, "DDL", "CREATE_TABLE_AS_SELECT"),
    ("create schema x", "DDL", "CREATE_DATABASE"),
    ("create view v as select 1 a", "DDL", "CREATE_VIEW"),
    ("show tables", "UTILITY", "SHOW_TABLES"),
    ("show tblproperties {t}", "UTILITY", "SHOW_TABLE_PROPERTIES"),
    ("describe {v}", "UTILITY", "DESC_VIEW"),
    ("show columns in {v}", "UTILITY", "DESC_VIEW"),
    ("show create view {v}", "UTILITY", "SHOW_CREATE_VIEW"),
    ("msck repair table {t}", "DDL", "MSCK_REPAIR"),
    ("alter table {t} set tblproperties ('a' = 'b')", "DDL", "ALTER_TABLE_PROPERTIES"),
    ("alter table {t} add partition (k = 'x')", "DDL", "ALTER_TABLE_ADD_PARTITION"),
    ("alter table {t} drop if exists partition (k = 'x')", "DDL", "ALTER_TABLE_DROP_PARTITION"),
    ("create external table x (a int) location 's3://lake/x/'", "DDL", "CREATE_TABLE"),
    ("drop table if exists x", "DDL", "DROP_TABLE"),
]


@pytest.mark.parametrize(("statement", "kind", "sub_kind"), TYPES, ids=[case[2] for case in TYPES])
def test_statement_types(athena: Athena, statement: str, kind: str, sub_kind: str) -> None:
    athena.run("create external table given_t (a int) partitioned by (k string) location 's3://lake/given/'")
    athena.run("create view given_v as select 1 a")
    outcome = athena.run(statement.format(t="given_t", v="given_v"))
    assert (outcome.statement_type, outcome.substatement_type) == (kind, sub_kind)
    if sub_kind != "DESC_VIEW":  # by its text it is a table's
        assert queries_kind(statement.format(t="given_t", v="given_v")) == (kind, sub_kind)


def test_show_create_table_makes_an_iceberg_table_again(athena: Athena) -> None:
    athena.run(ICE_DDL)
    shown = athena.run("show create table part").lines or []
    described = athena.rows("describe part")
    athena.run("drop table part")
    athena.run("\n".join(shown))
    assert athena.run("show create table part").lines == shown
    assert athena.rows("describe part") == described


@pytest.mark.parametrize(
    "create",
    [
        "create table {} (id bigint comment 'it''s', s struct<a:int>, ts timestamp) comment 'all of it' partitioned by (bucket(16, id), day(ts)) "
        "location 's3://lake/x/' tblproperties ('table_type'='ICEBERG','vacuum_max_snapshot_age_seconds'='60')",
        r"create external table {} (a int comment 'from deserializer', b string comment 'from deserializer') comment 'hive''s' partitioned by "
        r"(k date comment 'day') row format serde 'org.apache.hadoop.hive.serde2.OpenCSVSerde' with serdeproperties ('separatorChar'='\t','escapeChar'='\\') "
        "location 's3://lake/x/' tblproperties ('skip.header.line.count'='1')",
        r"create external table {} (a int comment 'one\ntwo') partitioned by (k date) row format delimited fields terminated by '\t' escaped by '\\' "
        r"collection items terminated by '\002' lines terminated by '\n' location 's3://lake/x/'",
    ],
)  # fmt: skip
def test_show_create_table_keeps_comments_properties_and_partitions(athena: Athena, create: str) -> None:
    athena.run(create.format("x"))
    assert "\t" not in str(athena.rows("show create table x"))  # clients read a line as one field
    shown, made = athena.run("show create table x").lines or [], athena.table("x")
    athena.run("drop table x")
    athena.run("\n".join(shown))
    assert athena.run("show create table x").lines == shown
    again = athena.table("x")
    assert (again["StorageDescriptor"], again["PartitionKeys"]) == (made["StorageDescriptor"], made["PartitionKeys"])


def test_rows_written_are_counted(athena: Athena) -> None:
    assert athena.run(T).update_count == 2
    assert athena.run("insert into t values (3, 'c')").update_count == 1
    created = athena.run(ICE.replace('"t"', '"i"').replace("lake/t", "lake/i"))
    assert (created.update_count, len(created.written)) == (2, 1)
    assert athena.run("delete from i where id = 1").update_count == 1


def test_white_space_of_hives_ddl_is_squeezed(athena: Athena) -> None:
    """Of comments and properties, too: the tests of avro tables and of comments in

    https://github.com/pyathena-dev/PyAthena/blob/master/tests/pyathena/sqlalchemy/test_base.py.
    """
    athena.run(
        "create external table x (a int comment 'one  two') comment '\ntable comment\n\nof   lines\n' row format serde "
        "'org.apache.hadoop.hive.serde2.OpenCSVSerde' with serdeproperties ('separatorChar' = '|', 'quoteChar' = '{\n  \"a\" : 1\n}') "
        "location 's3://lake/x/'"
    )
    found = athena.table("x")
    assert found["Parameters"]["comment"] == "\ntable comment of lines\n"
    assert found["StorageDescriptor"]["Columns"][0]["Comment"] == "one two"
    assert found["StorageDescriptor"]["SerdeInfo"]["Parameters"]["quoteChar"] == '{ "a" : 1\n}'


def test_describe_of_a_hive_table_to_the_blank(athena: Athena) -> None:
    """https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/query-results.md."""
    athena.run("create external table x (n int comment 'abc') partitioned by (p string) location 's3://lake/x/'")
    n, p = f"{'n':<20}\t{'int':<20}\t{'abc':<20}", f"{'p':<20}\t{'string':<20}\t{'':<20}"
    heading = f"# {'col_name':<20}\t{'data_type':<20}\t{'comment':<20}"
    blank = "\t \t "
    assert athena.run("describe x").lines == [n, p, blank, "# Partition Information\t \t ", heading, blank, p]
    athena.run(ICE)
    assert athena.run("show columns in t").lines == ["id", "name"]
    assert athena.run("show columns in x").lines == [f"{'n':<20}", f"{'p':<20}"]


def test_a_plan_is_a_literal_that_ends_in_empty_rows(athena: Athena) -> None:
    """https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/query-results.md"""
    for sql, length in (("explain select 1", None), ("explain analyze select 1", 2**31 - 1)):
        outcome = athena.run(sql)
        lines = outcome.lines or []
        assert (lines[0], lines[-3:], bool(lines[-4])) == ("Query Plan", ["", "", ""], True)
        assert column_info(outcome.columns[0])["Precision"] == (length or len("\n".join(lines[1:-1])))


@pytest.mark.parametrize(
    "statement",
    [
        "select * from t",
        "select * from nowhere",
        "select * from nodb.t",
        "explain select * from t",
        "select 1 from information_schema.tables",
        "insert into awsdatacatalog.db.t select * from t",
        "create table awsdatacatalog.db.u with (external_location = 's3://lake/u/') as select * from t",
    ],
)
def test_a_catalog_that_is_not_there_has_no_rows(athena: Athena, statement: str) -> None:
    """https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md (#214)."""
    athena.run(T)
    message = athena.error(statement, catalog="other", catalogs=frozenset({"awsdatacatalog"}))
    assert message.startswith("CATALOG_NOT_FOUND")
    assert message.endswith("Catalog 'other' does not exist")


def test_what_writes_tells_of_a_catalog_that_is_not_there_in_its_own_words(athena: Athena) -> None:
    """The same page, #214, #217."""
    athena.run(T)
    athena.run(ICE.replace('"t"', '"i"').replace("lake/t", "lake/i"))
    other = {"catalog": "other", "catalogs": frozenset({"awsdatacatalog"})}
    for sql in ("insert into t select 1, 'a'", "insert into db.t values (1, 'a')", "create table u as select 1 as n"):
        assert athena.error(sql, **other) == "NOT_FOUND: Session property catalog does not exist: other"
    assert athena.error("insert into nope select 1", **other) == "Table nope not found in database db"
    for sql in (
        "delete from i",
        "update i set id = 1",
        "merge into i using i s on s.id = i.id when matched then delete",
    ):
        assert athena.error(sql, **other) == "TABLE_NOT_FOUND: line 1:1: Table 'other.db.i' does not exist"


def test_names_in_a_catalog_that_is_not_there_are_athenas_own(athena: Athena) -> None:
    """DESCRIBE, SHOW and views do not ask for it; a name with its catalog is found: the same page, #212, #214, #217."""
    athena.run(T)
    other = {"catalog": "other", "catalogs": frozenset({"awsdatacatalog"})}
    assert athena.rows("show columns in t", **other) == ["id", "name"]
    assert athena.rows("select id from awsdatacatalog.db.t order by 1", **other) == [(1,), (2,)]
    assert athena.rows("select 1", **other) == [(1,)]
    assert athena.error("select * from other.db.t", catalogs=frozenset({"awsdatacatalog"})) == (
        "CATALOG_NOT_FOUND: line 1:15: Catalog 'other' does not exist"
    )


def test_a_results_columns_are_named_as_the_query_writes_them(athena: Athena) -> None:
    athena.run("create table t with (external_location='s3://lake/t/') as select 1 as Id, 2 as other")
    assert [column.name for column in athena.run('select ID, *, 3 as "Total" from t').columns] == [
        "ID",
        "id",
        "other",
        "Total",
    ]
    assert [column["Name"] for column in athena.table("t")["StorageDescriptor"]["Columns"]] == ["id", "other"]
    athena.run("create view v as select id as Ident from t")
    assert [column.name for column in athena.run("select * from v").columns] == ["ident"]
