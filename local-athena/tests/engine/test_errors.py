"""Failures carry Athena's own message and leave nothing behind: a table of setup, statement and message."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from local_athena.errors import AthenaError, InvalidRequest, QueryCancelled, ScanLimitExceeded

from .athena import Athena

T = "create table t with (external_location='s3://lake/t') as select 1 as id, cast('a' as varchar) as name"
P = "create table p with (external_location='s3://lake/p', partitioned_by=array['k']) as select 1 as id, 'x' as k"
ICE = "create table i with (table_type='iceberg', is_external=false, location='s3://lake/i') as select 1 as id"
V = "create view v as select id from t"

CASES: list[tuple[list[str], str, str]] = [
    ([], "select * from nope", "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.db.nope' does not exist"),
    ([], "select * from nodb.t", "SCHEMA_NOT_FOUND: line 1:15: Schema 'nodb' does not exist"),
    ([], "select * from nocatalog.nodb.t", "CATALOG_NOT_FOUND: line 1:15: Catalog 'nocatalog' does not exist"),
    ([], "-- comment\nselect *\nfrom nope", "TABLE_NOT_FOUND: line 3:6: Table 'awsdatacatalog.db.nope' does not exist"),
    ([T], 'select "$partition" from t', "COLUMN_NOT_FOUND: line 1:8: Column '$partition' cannot be resolved or requester is not authorized to access requested resources"),
    ([P], 'select "$bucket" from p', "COLUMN_NOT_FOUND: line 1:8: Column '$bucket' cannot be resolved or requester is not authorized to access requested resources"),
    ([T], 'select "$path" from t x(a, b)', "COLUMN_NOT_FOUND: line 1:8: Column '$path' cannot be resolved or requester is not authorized to access requested resources"),
    # testCreateInvalidBucketedTable, testBucketedTableUnsupportedTypes and TestTablePartitioningWithSpecialChars of Trino
    ([], "create table u with (external_location='s3://lake/u', bucketed_by=array['k'], bucket_count=2, partitioned_by=array['k']) as select 1 a, 2 k", "INVALID_TABLE_PROPERTY: Bucketing columns [k] are also used as partitioning columns"),
    ([], "create table u with (external_location='s3://lake/u', bucketed_by=array['a', 'x', 'y'], bucket_count=2) as select 1 a", "INVALID_TABLE_PROPERTY: Bucketing columns [x, y] not present in schema"),
    ([], "create table u with (external_location='s3://lake/u', bucketed_by=array['a']) as select 1 a", "INVALID_TABLE_PROPERTY: bucketed_by and bucket_count must be specified together"),
    ([], "create table u with (external_location='s3://lake/u', bucket_count=3) as select 1 a", "INVALID_TABLE_PROPERTY: bucketed_by and bucket_count must be specified together"),
    ([], "create table u with (external_location='s3://lake/u', bucketed_by=array['a'], bucket_count=1000001) as select 1 a", "INVALID_TABLE_PROPERTY: bucket_count should be no more than 1000000"),
    ([], "create table u with (external_location='s3://lake/u', bucketed_by=array['a'], bucket_count='few') as select 1 a", "INVALID_TABLE_PROPERTY: Table property 'bucket_count' must be an integer, not 'few'"),
    ([], "create table u with (external_location='s3://lake/u', bucketed_by=array['a'], bucket_count=2) as select cast('x' as char(2)) a", "NOT_SUPPORTED: Cannot create a table bucketed on an unsupported type"),
    ([], "create table u with (external_location='s3://lake/u', bucketed_by=array['a'], bucket_count=2) as select array[timestamp '2024-01-01 00:00:00.000'] a", "NOT_SUPPORTED: Cannot create a table bucketed on an unsupported type"),
    ([], "create table u with (external_location='s3://lake/u', partitioned_by=array['k']) as select 1 a, 'Köln' k", "HIVE_INVALID_PARTITION_VALUE: Hive partition keys can only contain printable ASCII characters (0x20 - 0x7E). Invalid value: 4B C3 B6 6C 6E"),
    ([P], "insert into p values (2, cast(chr(9) as varchar(1)))", "HIVE_INVALID_PARTITION_VALUE: Hive partition keys can only contain printable ASCII characters (0x20 - 0x7E). Invalid value: 09"),
    ([T], "select not_a_column from t", "COLUMN_NOT_FOUND: line 1:8: Column 'not_a_column' cannot be resolved or requester is not authorized to access requested resources"),
    ([P], "select not_a_column from p", "COLUMN_NOT_FOUND: line 1:8: Column 'not_a_column' cannot be resolved or requester is not authorized to access requested resources"),
    ([T], "create table t with (external_location='s3://lake/t2') as select 1 a", "TABLE_ALREADY_EXISTS: line 1:1: Destination table 'awsdatacatalog.db.t' already exists"),
    ([T], "create table u with (table_type='ICEBERG', is_external=false, location='s3://lake/t/') as select 1 a", "ICEBERG_FILESYSTEM_ERROR: Cannot create a table on a non-empty location: s3://lake/t/, set 'iceberg.unique-table-location=true' in your Iceberg"),
    ([T], "create table u with (external_location='s3://lake/t') as select 1 a", "HIVE_PATH_ALREADY_EXISTS: Target directory for table 'awsdatacatalog.db.u' already exists: s3://lake/t/"),
    ([], "create table u with (external_location='s3://lake/u', partitioned_by=array['a']) as select 1 a, 2 b", "HIVE_COLUMN_ORDER_MISMATCH: Partition keys must be the last columns in the table and in the same order as the table properties: [a]"),
    ([], "create table u with (external_location='s3://lake/u', partitioned_by=array['n']) as select n as v, n from unnest(sequence(1, 101)) t(n)", "HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions/buckets"),
    ([], "create table u with (external_location='s3://lake/u', nonsense='x') as select 1 a", "INVALID_TABLE_PROPERTY: line 1:1: Catalog 'awsdatacatalog' table property 'nonsense' does not exist"),
    ([], "create table u with (external_location='s3://lake/u', format='lance') as select 1 a", "INVALID_TABLE_PROPERTY: Unsupported format 'LANCE'"),
    ([], "create table u with (external_location='s3://lake/u') as select null as a", "COLUMN_TYPE_UNKNOWN: line 1:1: Column type is unknown: a"),
    ([], "create table u with (external_location='s3://lake/u') as select 1", "MISSING_COLUMN_NAME: line 1:1: Column name not specified at position 1"),
    ([], "create table u with (external_location='s3://lake/u') as select 1 a, 2 a", "DUPLICATE_COLUMN_NAME: line 1:1: Column name 'a' specified more than once"),
    ([], "create table u with (external_location='s3://lake/u') as select interval '1' day as a", "NOT_SUPPORTED: Unsupported Hive type: interval day to second"),
    ([], "create table u with (external_location='s3://lake/u', format='TEXTFILE', field_delimiter=',,') as select 1 as a", "INVALID_TABLE_PROPERTY: field_delimiter is one character"),
    ([], "create table u with (external_location='s3://lake/u') as select timestamp '2024-01-01 00:00:00.000 UTC' as a", "NOT_SUPPORTED: Unsupported Hive type: timestamp(3) with time zone"),
    ([], "create table u with (table_type='iceberg', is_external=false, location='s3://nowhere/u/') as select 1 a", "HIVE_FILESYSTEM_ERROR: Failed to list s3://nowhere/u/"),
    ([], "create table nodb.u with (external_location='s3://lake/u') as select 1 a", "Database nodb not found. Please check your query"),
    ([T], "insert into t values ('x', 'y')", "TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: Table: [integer, varchar], Query: [varchar(1), varchar(1)]"),
    ([T], "insert into t values (3e9, 'y')", "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for integer: 3.0E9"),
    ([T], "insert into t values (1)", "TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: Table: [integer, varchar], Query: [integer]"),
    ([T], "explain insert into t values ('x', 'y')", "TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: Table: [integer, varchar], Query: [varchar(1), varchar(1)]"),
    ([], "explain insert into nope values (1)", "Table nope not found in database db"),
    ([T], "explain (type validate) select nope from t", "COLUMN_NOT_FOUND: line 1:32: Column 'nope' cannot be resolved or requester is not authorized to access requested resources"),
    ([T], "explain (type io) select * from t", "NOT_SUPPORTED: EXPLAIN (TYPE IO) is not supported by local Athena (see docs/ATHENA.md)"),
    ([], "explain drop table t", "NOT_SUPPORTED: EXPLAIN of DROP TABLE is not supported by local Athena (see docs/ATHENA.md)"),
    ([ICE], "explain delete from i", "NOT_SUPPORTED: EXPLAIN of DELETE is not supported by local Athena (see docs/ATHENA.md)"),
    # https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/StatementAnalyzer.java
    # (validateVersionPointer, visitUpdate, visitDelete, visitMerge)
    ([ICE], "select * from i for timestamp as of timestamp '2005-09-10 13:00:00'", 'INVALID_ARGUMENTS: No version history table "db"."i" at or before 2005-09-10 13:00:00.000+00:00'),
    ([ICE], "select * from i for timestamp as of null", "INVALID_ARGUMENTS: line 1:17: Pointer value cannot be NULL"),
    ([ICE], "select * from i for version as of cast(null as bigint)", "INVALID_ARGUMENTS: line 1:17: Pointer value cannot be NULL"),
    ([ICE], "select * from i for timestamp as of timestamp '2905-09-10 13:00:00 Europe/Warsaw'", "INVALID_ARGUMENTS: line 1:17: Pointer value '2905-09-10 13:00:00 Europe/Warsaw' is not in the past"),
    ([ICE], "select * from i for timestamp as of date '2905-09-10'", "INVALID_ARGUMENTS: line 1:17: Pointer value '2905-09-10' is not in the past"),
    ([ICE], "select * from i for timestamp as of '2005-01-01'", "TYPE_MISMATCH: line 1:17: Type varchar(10) invalid. Temporal pointers must be of type Timestamp, Timestamp with Time Zone, or Date."),
    ([ICE], "select * from i for version as of smallint '123'", "INVALID_ARGUMENTS: Iceberg snapshot ID does not exists: 123"),
    ([ICE], "select * from i for version as of cast('abc' as varchar(5))", "INVALID_ARGUMENTS: Cannot find snapshot with reference name: abc"),
    ([ICE], "select * from i for version as of char 'abc'", "NOT_SUPPORTED: Unsupported type for table version: char(3)"),
    ([ICE], 'select * from "i$files" for version as of 1', "NOT_SUPPORTED: line 1:15: This connector does not support versioned tables"),
    ([T, V], "select * from v for version as of 1", "NOT_SUPPORTED: line 1:15: This connector does not support versioned tables"),
    # as of any WHERE, before what a connector cannot use: StatementAnalyzer.visitTableExecute
    ([ICE], "optimize i rewrite data using bin_pack where id = 1 and gone = 2", "COLUMN_NOT_FOUND: line 1:57: Column 'gone' cannot be resolved or requester is not authorized to access requested resources"),
    ([ICE], "optimize i rewrite data using bin_pack where id = 'x'", "TYPE_MISMATCH: line 1:49: Cannot apply operator: integer = varchar(1)"),
    ([ICE], "optimize i rewrite data using bin_pack where id", "TYPE_MISMATCH: line 1:46: WHERE clause must evaluate to a boolean: actual type integer"),
    ([ICE], "optimize i rewrite data using bin_pack where id = 1", "NOT_SUPPORTED: Unexpected FilterNode found in plan; likely connector was not able to handle provided WHERE expression"),
    ([ICE], "merge into i using (values 1) s(x) on false when not matched then insert (id, id) values (x, x)", "DUPLICATE_COLUMN_NAME: line 1:1: Merge column name is specified more than once: id"),
    ([ICE], "merge into i using (values 1) s(x) on true when matched then update set id = 1, ID = 2", "DUPLICATE_COLUMN_NAME: line 1:1: Merge column name is specified more than once: id"),
    ([ICE], "merge into i using (values 1) s(x) on true when matched then update set id = count(*)", "EXPRESSION_NOT_SCALAR: line 1:78: SET clause cannot contain aggregations, window functions or grouping operations: [count(*)]"),
    ([ICE], "merge into i using (values 1) s(x) on true when matched and max(x) > 0 then delete", "EXPRESSION_NOT_SCALAR: line 1:68: MERGE WHEN clause cannot contain aggregations, window functions or grouping operations: [max(x)]"),
    ([ICE], "merge into i using (values 1) s(x) on false when not matched then insert values (max(x))", "EXPRESSION_NOT_SCALAR: line 1:82: INSERT values cannot contain aggregations, window functions or grouping operations: [max(x)]"),
    ([ICE], "merge into i using (values 1) s(x) on exists (select 1 from i q where q.id = x) when matched then delete", "NOT_SUPPORTED: line 1:78: Reference to column 'x' from outer scope not allowed in this context"),
    ([ICE], "update i set id = row_number() over ()", "EXPRESSION_NOT_SCALAR: line 1:19: SET clause cannot contain aggregations, window functions or grouping operations: [row_number() OVER ()]"),
    ([ICE], "update i set id = 1, nope = 2", "COLUMN_NOT_FOUND: line 1:22: The UPDATE SET target column nope doesn't exist"),
    ([ICE], "merge into i using (values 1) s(x) on true when matched then update set nope = 2", "COLUMN_NOT_FOUND: line 1:1: Merge column name does not exist in target table: nope"),
    # https://github.com/elementary-data/elementary/issues/1678, https://github.com/trinodb/trino/blob/master/plugin/trino-hive/src/main/java/io/trino/plugin/hive/util/HiveTypeTranslator.java
    ([], "create table u with (external_location='s3://lake/u') as select 1 as id, cast(now() as timestamp(6)) as bucket_start", "NOT_SUPPORTED: Incorrect timestamp precision for timestamp(6); the configured precision is MILLISECONDS; column name: bucket_start"),
    ([], "create table u with (external_location='s3://lake/u') as select array[cast(null as timestamp(4))] as a", "NOT_SUPPORTED: Incorrect timestamp precision for timestamp(4); the configured precision is MILLISECONDS; column name: a"),
    ([], "select regexp_count()", "FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters () for function regexp_count."),
    # "Does not support columns with repeated names": https://aws-sdk-pandas.readthedocs.io/en/stable/stubs/awswrangler.athena.read_sql_query.html
    ([], "unload (select 1 as n, 2 as m, 3 as N) to 's3://lake/u/' with (format='JSON')", "DUPLICATE_COLUMN_NAME: line 1:1: Column name 'n' specified more than once"),
    ([], "unload (select 1 as n, 2 as m, 'x' as m) to 's3://lake/u/' with (format='PARQUET', partitioned_by=array['m'])", "DUPLICATE_COLUMN_NAME: line 1:1: Column name 'm' specified more than once"),
    ([], "unload (select cast(now() as timestamp(6)) as a) to 's3://lake/u/' with (format='PARQUET')", "NOT_SUPPORTED: Incorrect timestamp precision for timestamp(6); the configured precision is MILLISECONDS; column name: a"),
    ([], "create table u with (external_location='s3://lake/u', format='TEXTFILE') as select row(1, 'a') as a", "NOT_SUPPORTED: Anonymous row type is not supported in Hive. Please give each field a name: row(integer, varchar(1))"),
    # testAmbiguousColumnsWithDots, testCreatePartitionedTableWithQuotedIdentifierCasing:
    # https://github.com/trinodb/trino/blob/master/plugin/trino-iceberg/src/test/java/io/trino/plugin/iceberg/BaseIcebergConnectorTest.java
    ([], "create table u (`k.v` int, k struct<v:int>) location 's3://lake/u' tblproperties ('table_type'='ICEBERG')", "NOT_SUPPORTED: Invalid schema: multiple fields for name k.v: 1 and 3"),
    ([], ICE.replace(" 1 as id", " 1 as \"k.v\", cast(row(2) as row(v integer)) as k"), "NOT_SUPPORTED: Invalid schema: multiple fields for name k.v: 1 and 3"),
    (["create table u (`k.v` int, w struct<v:int>) location 's3://lake/u' tblproperties ('table_type'='ICEBERG')"], "alter table u change column w k struct<v:int>", "NOT_SUPPORTED: Invalid schema: multiple fields for name k.v: 1 and 3"),
    ([], ICE.replace("'s3://lake/i'", "'s3://lake/i', partitioning=array['bucket(\"Id\", 2)']"), "INVALID_TABLE_PROPERTY: Unable to parse partitioning value: Uppercase characters in identifier '\"Id\"' are not supported."),
    # No row can be meant: the table is empty, or its files' statistics say so.
    ([ICE, "delete from i"], "update i set id = nope", "COLUMN_NOT_FOUND: line 1:19: Column 'nope' cannot be resolved or requester is not authorized to access requested resources"),
    ([ICE], "update i set id = 'x' where id = 999", "TYPE_MISMATCH: UPDATE table column types don't match SET expressions: Table: [integer], Expressions: [varchar(1)]"),
    ([ICE], "delete from i where id = 999 and nope = 1", "COLUMN_NOT_FOUND: line 1:34: Column 'nope' cannot be resolved or requester is not authorized to access requested resources"),
    ([T], "insert into t (id, nope) values (1, 'y')", "COLUMN_NOT_FOUND: line 1:1: Insert column name does not exist in target table: nope"),
    (["create external table c (v varchar(2)) location 's3://lake/c/'"], "insert into c values ('abc')", "INVALID_CAST_ARGUMENT: Cannot truncate non-space characters when casting from varchar(3) to varchar(2) on INSERT"),
    ([T, V], "insert into v values (1)", "NOT_SUPPORTED: line 1:1: Inserting into views is not supported"),
    ([T], "update t set id = 1", "NOT_SUPPORTED: Modifying Hive table rows is only supported for transactional tables"),
    ([T], "delete from t", "NOT_SUPPORTED: Modifying Hive table rows is only supported for transactional tables"),
    ([T], "merge into t using (select 1 a) s on s.a = t.id when matched then delete", "NOT_SUPPORTED: Modifying Hive table rows is only supported for transactional tables"),
    ([T], "create or replace view t as select 1 a", "TABLE_ALREADY_EXISTS: line 1:1: View already exists: a table 'awsdatacatalog.db.t' is in its place"),
    ([T, V], "create view v as select 1 a", "TABLE_ALREADY_EXISTS: line 1:1: Table 'awsdatacatalog.db.v' already exists"),
    ([T, V, "alter table t replace columns (other int)"], "select * from v", "INVALID_VIEW: line 1:15: Failed analyzing stored view 'awsdatacatalog.db.v': line 1:8: Column 'id' cannot be resolved or requester is not authorized to access requested resources"),
    ([T, "create view s as select * from t", "alter table t replace columns (other int)"], "select * from s", "VIEW_IS_STALE: line 1:15: View 'awsdatacatalog.db.s' is stale or in invalid state: stored view column count (2) does not match column count derived from the view query analysis (1)"),
    ([T, V, "drop table t"], "select * from v", "INVALID_VIEW: line 1:15: Failed analyzing stored view 'awsdatacatalog.db.v': line 1:16: Table 'awsdatacatalog.db.t' does not exist"),
    ([T, V, "create view w as select * from v"], "create or replace view v as select id from w", "INVALID_VIEW: line 1:44: Failed analyzing stored view 'awsdatacatalog.db.w': line 1:15: Statement would create a recursive view"),
    ([T, V], "create or replace view v as select * from v", "VIEW_IS_RECURSIVE: line 1:43: Statement would create a recursive view"),
    ([T, V], "delete from v where id = 1", "NOT_SUPPORTED: line 1:1: Deleting from views is not supported"),
    ([T, V], "update v set id = 2", "NOT_SUPPORTED: line 1:1: Updating views is not supported"),
    ([T, V], "merge into v using t on v.id = t.id when matched then delete", "NOT_SUPPORTED: line 1:1: Merging into views is not supported"),
    ([], "create view v as select null b", "COLUMN_TYPE_UNKNOWN: line 1:1: Column type is unknown: b"),
    ([T, V, "alter table t replace columns (id string)"], "select v.id + 1 from (select * from v) v", "VIEW_IS_STALE"),
    # time travel, to what is no moment of the past: https://trino.io/docs/current/connector/iceberg.html#time-travel-queries
    *(([ICE], f"select * from i for {asked}", message) for asked, message in (
        ("timestamp as of '2022-01-01'", "TYPE_MISMATCH: line 1:17: Type varchar(10) invalid. Temporal pointers must be of type Timestamp, Timestamp with Time Zone, or Date."),
        ("timestamp as of cast(null as bigint)", "TYPE_MISMATCH: line 1:17: Type bigint invalid."),
        ("timestamp as of cast(null as date)", "INVALID_ARGUMENTS: line 1:17: Pointer value cannot be NULL"),
        ("timestamp as of null", "INVALID_ARGUMENTS: line 1:17: Pointer value cannot be NULL"),
        ("timestamp as of date '2999-01-01'", "INVALID_ARGUMENTS: line 1:17: Pointer value '2999-01-01' is not in the past"),
        ("timestamp as of timestamp '2999-01-01 01:02:03.123456789012 Asia/Kathmandu'", "INVALID_ARGUMENTS: line 1:17: Pointer value '2999-01-01 01:02:03.123456789012 Asia/Kathmandu' is not in the past"),
        ("timestamp as of current_timestamp(12)", "INVALID_ARGUMENTS: line 1:17: Pointer value '"),
        ("timestamp as of date '1999-01-01'", "INVALID_ARGUMENTS: No version history table \"db\".\"i\" at or before 1999-01-01 00:00:00.000+00:00"),
        ("version as of cast(null as varchar)", "INVALID_ARGUMENTS: line 1:17: Pointer value cannot be NULL"),
        ("version as of date '2022-01-01'", "NOT_SUPPORTED: Unsupported type for table version: date"),
        ("timestamp as of (select timestamp '2024-01-01 00:00:00')", "EXPRESSION_NOT_CONSTANT: line 1:37: Constant expression cannot contain a subquery"),
        ("version as of 1 + (select 41)", "EXPRESSION_NOT_CONSTANT: line 1:39: Constant expression cannot contain a subquery"),
        ("version as of (with w as (select 1 a) select a from w)", "EXPRESSION_NOT_CONSTANT: line 1:35: Constant expression cannot contain a subquery"),
        ("version as of if(1 in (select 1), 1)", "EXPRESSION_NOT_CONSTANT"),
        ("version as of if(exists (select 1), 1)", "EXPRESSION_NOT_CONSTANT: line 1:38: Constant expression cannot contain a subquery"),
        ("version as of max(1)", "EXPRESSION_NOT_SCALAR"),
        ("version as of count(*) over ()", "EXPRESSION_NOT_SCALAR"),
        ("version as of i.id", "COLUMN_NOT_FOUND: line 1:35: Column 'i.id' cannot be resolved"),
        ("version as of 40 + 2", "INVALID_ARGUMENTS: Iceberg snapshot ID does not exists: 42"),
    )),
    # properties
    ([], "create table u with (format = 'PARQUET', \"format\" = 'ORC') as select 1 a", "DUPLICATE_PROPERTY: line 1:42: Duplicate property: format"),
    ([], "create table u with (format = y) as select 1 a", "COLUMN_NOT_FOUND: line 1:31: Column 'y' cannot be resolved or requester is not authorized to access requested resources"),
    # https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/result-files.md
    ([], "create database db", "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. Database db already exists"),
    ([T], "create external table t (n int) location 's3://lake/t/'", "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. AlreadyExistsException(message:Table t already exist)"),
    ([], "show tables in nodb", "FAILED: SemanticException [Error 10072]: Database does not exist: nodb"),
    ([ICE], "alter table i set tblproperties ('comment' = 'probe')", "Unsupported table property key: comment"),
    *(([ICE], statement, "Query type not supported by Athena Iceberg at this time") for statement in (
        "alter table i replace columns (id int)",
        "alter table i add partition (k = 'x')",
        "alter table i drop partition (k = 'x')",
        "alter table i set location 's3://lake/x/'",
        "msck repair table i",
    )),
    ([], "drop table nope", "FAILED: SemanticException [Error 10001]: Table not found db.nope"),
    ([T], "alter table t add columns (id int)", "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. Duplicate column name: id"),
    ([T], "optimize db.t rewrite data using bin_pack", "NOT_SUPPORTED: OPTIMIZE is supported for Iceberg tables only: awsdatacatalog.db.t"),
    ([T], "show partitions t", "FAILED: SemanticException [Error 10111]: Table db.t is not a partitioned table"),
    ([P], "alter table p add partition (k='x')", "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. AlreadyExistsException"),
    ([P], "alter table p drop partition (k='nope')", "FAILED: SemanticException [Error 10006]: Partition not found k=nope"),
    (["create schema laden", "create view laden.v as select 1 a"], "drop schema laden", "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. InvalidOperationException(message:Database laden is not empty."),
    ([], "create external table x (a int)", "INVALID_TABLE_PROPERTY: Table x needs a LOCATION 's3://bucket/path/'"),
    ([], "create external table x (a int) clustered by (z) into 4 buckets location 's3://lake/x/'", "FAILED: SemanticException [Error 10002]: Invalid column reference z"),
    ([], "create external table x (a int) clustered by (a) into 0 buckets location 's3://lake/x/'", "FAILED: SemanticException Bucket number"),
    ([], "create external table x (a int) partitioned by (p array<int>) location 's3://lake/x/'", "FAILED: SemanticException Partition columns have primitive types only: p"),
    ([], "create external table x (a decimal(39,2)) location 's3://lake/x/'", "HIVE_UNSUPPORTED_FORMAT: Unsupported Hive type: decimal(39,2)"),
    ([], "create external table x (a struct<b:nonsense>) location 's3://lake/x/'", "FAILED: ParseException line 1:36 cannot recognize input near 'nonsense' '>' ')' in column type"),
    ([], "create external table x (a nonsense) location 's3://lake/x/'", "FAILED: ParseException line 1:27 cannot recognize input near 'nonsense' ')' 'location' in column type"),
    ([], "create table x (id bigint, ts timestamp, d date, s string) partitioned by (bucket(id, 16)) location 's3://lake/x/' tblproperties ('table_type'='iceberg')", "FAILED: ParseException line 1:82 mismatched input 'id' expecting Number, as in bucket(16, id)"),
    ([], "create table x (id bigint, ts timestamp, d date, s string) partitioned by (bucket(0, id)) location 's3://lake/x/' tblproperties ('table_type'='iceberg')", "INVALID_TABLE_PROPERTY: Unable to parse partitioning value: Invalid partition field declaration: bucket(id, 0)"),
    ([], "create table x (id bigint, ts timestamp, d date, s string) partitioned by (week(ts)) location 's3://lake/x/' tblproperties ('table_type'='iceberg')", "INVALID_TABLE_PROPERTY: Unable to parse partitioning value: Invalid partition field declaration: week(ts)"),
    ([], "create table x (id bigint, ts timestamp, d date, s string) partitioned by (bucket(16, nope)) location 's3://lake/x/' tblproperties ('table_type'='iceberg')", "COLUMN_NOT_FOUND: Column not found: nope"),
    ([], "create table x (id bigint, ts timestamp, d date, s string) partitioned by (hour(d)) location 's3://lake/x/' tblproperties ('table_type'='iceberg')", "INVALID_TABLE_PROPERTY: Unable to parse partitioning value: Invalid source type date for transform: hour(d)"),
    ([], "create table x (id bigint, ts timestamp, d date, s string) partitioned by (bucket(4, id), bucket(8, id)) location 's3://lake/x/' tblproperties ('table_type'='iceberg')", "INVALID_TABLE_PROPERTY: Duplicate partition fields"),
    ([], "create table x with (table_type='iceberg', is_external=false, location='s3://lake/x', partitioning=array['bucket(16, id)']) as select 1 id", "INVALID_TABLE_PROPERTY: Unable to parse partitioning value: Invalid partition field declaration: bucket(16, id)"),
    ([], "alter table x frobnicate", "FAILED: ParseException line 1:14 mismatched input 'frobnicate' expecting SET"),
    ([], "show tables extra nonsense", "FAILED: ParseException line 1:12"),
    ([T], "unload (select * from t) to 's3://lake/t/' with (format='PARQUET')", "HIVE_PATH_ALREADY_EXISTS: Target directory for unload already exists: s3://lake/t/"),
    ([], "create view v comment 'x' as select 1 a", "NOT_SUPPORTED: COMMENT or SECURITY of CREATE VIEW is not supported by local Athena"),
    ([], "create table n (a) with (external_location='s3://lake/n/') as values 1", "MISSING_COLUMN_NAME: line 1:1: Column name not specified at position 1"),
    ([T], "select * from t for timestamp as of timestamp '2024-01-01 00:00:00 UTC'", "NOT_SUPPORTED: line 1:15: This connector does not support versioned tables"),
    ([T], "select * from (t join t as u using (id)) tablesample bernoulli (10)", "NOT_SUPPORTED: TABLESAMPLE of joins in brackets without an alias is not supported by local Athena"),
    ([], "select * from information_schema.nope", "TABLE_NOT_FOUND"),
    ([T], 'select * from "t$partitions"', "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.db.t$partitions' does not exist"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "statement", "message"), CASES, ids=[case[2][:40] + str(at) for at, case in enumerate(CASES)]
)
def test_a_failure_has_athenas_words(athena: Athena, before: list[str], statement: str, message: str) -> None:
    for sql in before:
        athena.run(sql)
    objects = athena.keys("")
    assert athena.error(statement).startswith(message)
    assert athena.keys("") == objects, "a statement that failed left objects in S3"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("THIS IS NOT SQL", "line 1:1: mismatched input 'THIS'. Expecting: "),
        ("-- c\n  THIS IS NOT SQL", "line 2:3: mismatched input 'THIS'. Expecting: "),
        ("select * from t where", "mismatched input"),
        ("select * from (t, u)", "mismatched input"),
        ("select * from (t join u)", "mismatched input"),
        ("", "line 1:1: mismatched input '<EOF>'"),
        ("create table t with (a) as select 1 x", "line 1:23: mismatched input ')'. Expecting: '='"),
        ("insert overwrite t select 1, 'c'", "mismatched input"),
        ("insert into t partition (d = 'x') select 1", "mismatched input"),
        ("insert into t values (1, 'c') on conflict do nothing", "mismatched input"),
        ("insert into t values (1, 'c') returning id", "mismatched input"),
        ("insert into t by name select 1 as id", "mismatched input"),
        ("update t set id = 1 from s", "mismatched input"),
        ("delete from t using s where id = 1", "mismatched input"),
        ("delete from t where id = 1 limit 1", "mismatched input"),
        ("merge into t using s on true when matched then do nothing", "mismatched input"),
        ("merge into t using s on true when not matched by source then delete", "mismatched input"),
    ],
)
def test_syntax_errors_are_refused_before_the_query_starts(athena: Athena, statement: str, message: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        athena.run(statement)
    assert message in str(caught.value)


def test_a_corrupt_file_is_named(athena: Athena) -> None:
    athena.run(T)
    athena.put("t/broken", b"not parquet")
    assert athena.error("select * from t").startswith("HIVE_BAD_DATA: Not valid Parquet file: s3://lake/t/broken")


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ("external_location='s3://lake/d'", "HIVE_CURSOR_ERROR"),
        ("table_type='iceberg', is_external=false, location='s3://lake/d'", "ICEBERG_CURSOR_ERROR"),
    ],
)
def test_a_damaged_file_is_named(athena: Athena, properties: str, code: str) -> None:
    athena.run(
        f"create table d with ({properties}) as select n, cast(n * n as varchar) as s from unnest(sequence(1, 10000)) t(n)"
    )
    (key,) = [key for key in athena.keys("d/") if "metadata/" not in key]
    body = bytearray(athena.aws.s3.get_object(Bucket="lake", Key=key)["Body"].read())
    body[100 : len(body) - 2000 : 17] = bytes(byte ^ 0xFF for byte in body[100 : len(body) - 2000 : 17])
    athena.put(key, bytes(body))
    assert athena.error("select count(distinct s), sum(n) from d").startswith(
        f"{code}: Failed to read Parquet file: s3://lake/{key}"
    )


def test_a_column_of_another_type_is_named(athena: Athena) -> None:
    athena.run(T)
    athena.run("alter table t replace columns (id int, name double)")
    assert "Field name's type BYTE_ARRAY in parquet file s3://lake/t/" in athena.error("select name from t")
    assert athena.rows("select id from t") == [(1,)], "only what is read is checked"


def test_files_that_are_gone_leave_an_empty_table(athena: Athena) -> None:
    athena.run(T)
    for key in athena.keys("t/"):
        athena.aws.s3.delete_object(Bucket="lake", Key=key)
    assert athena.rows("select * from t") == []


def test_the_byte_limit_cuts_off_before_reading(athena: Athena) -> None:
    athena.run(T)
    size = athena.run("select * from t").scanned_bytes
    with pytest.raises(ScanLimitExceeded, match="Bytes scanned limit was exceeded"):
        athena.run("select * from t", bytes_cutoff=size - 1)
    assert athena.rows("select id from t", bytes_cutoff=size) == [(1,)]


def test_a_query_is_cancelled_while_it_runs(athena: Athena) -> None:
    """Asked again until it ends, as the runner does: DuckDB forgets an interrupt that comes before a statement has begun."""
    context, ended = athena.context(), threading.Event()

    def cancel() -> None:
        while not ended.wait(0.05):
            context.cancel()

    threading.Thread(target=cancel).start()
    sql = "select count(*) from unnest(sequence(1, 10000)) a(x) cross join unnest(sequence(1, 10000)) b(y) cross join unnest(sequence(1, 100)) c(z) where x * y % 7 = z"
    try:
        with pytest.raises(QueryCancelled):
            outcome = athena.engine.execute(sql, context)
            assert outcome.batches is not None
            assert [*outcome.batches]
    finally:
        ended.set()


def test_a_cancelled_ctas_leaves_nothing(athena: Athena) -> None:
    context = athena.context()
    context.cancel()
    with pytest.raises(QueryCancelled):
        athena.engine.execute(T, context)
    assert athena.keys("t/") == []
    assert athena.rows("show tables") == []


def test_queries_leave_no_files_behind(athena: Athena, tmp_path: Path) -> None:
    athena.run(P)
    athena.rows("select * from p")
    athena.error("select 1 / 0 from p")
    assert [*(tmp_path / "engine" / "queries").iterdir()] == []


@pytest.mark.parametrize(
    ("enforced", "location"), [(True, "s3://lake/results/tables/"), (False, "s3://lake/results/tables/")]
)
def test_where_a_table_without_a_location_goes(athena: Athena, enforced: bool, location: str) -> None:
    athena.run("create table t with (format='parquet') as select 1 id", enforced=enforced)
    assert athena.table("t")["StorageDescriptor"]["Location"].startswith(location)
    assert athena.rows("select id from t") == [(1,)]


def test_an_enforcing_workgroup_refuses_a_location(athena: Athena) -> None:
    with pytest.raises(InvalidRequest, match="enforces a centralized output location"):
        athena.run(T, enforced=True)


def test_ten_creators_of_one_table_make_one(athena: Athena) -> None:
    outcomes: list[Any] = []

    def create(number: int) -> None:
        try:
            outcomes.append(
                athena.run(f"create table t with (external_location='s3://lake/t{number}') as select {number} id")
            )
        except AthenaError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=create, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes))[1:].count("TABLE_ALREADY_EXISTS") == 9
    (row,) = athena.rows("select id from t")
    assert [key for key in athena.keys("t") if not key.startswith(f"t{row[0]}/")] == []


def test_words_that_are_athenas_and_not_its_engines(athena: Athena) -> None:
    """https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md (#93, #199, #214, #240, #251)"""
    assert athena.error("create table nodb.t as select * from nope").startswith("TABLE_NOT_FOUND")
    assert athena.error("create table t (n) as values 1").startswith(
        "MISSING_COLUMN_NAME: line 1:1: Column name not specified"
    )
    assert "list of names other than the query's" in athena.error("create table t (n) as select 1 as m")
    athena.run("create table t (n, m) with (external_location='s3://lake/t/') as select 1 as n, 2 as m")
    assert athena.rows("select m from t") == [(2,)]
    for sql, message in (
        ("create or replace table t as select 1 as n", "line 1:19: mismatched input 'table'. Expecting: 'MATERIALIZED', 'MULTI', 'PROTECTED', 'VIEW'"),
        ("select from", "Queries of this type are not supported"),
        ("select 1\nfrom", "Queries of this type are not supported"),
    ):  # fmt: skip
        with pytest.raises(InvalidRequest) as caught:
            athena.run(sql)
        assert str(caught.value) == message
