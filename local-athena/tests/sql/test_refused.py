"""Statements that Athena's parsers refuse, with their words.

https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html,
https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html,
https://docs.aws.amazon.com/athena/latest/ug/data-types.html, and Trino's grammar (SqlBase.g4).
"""

from __future__ import annotations

import pytest

from local_athena.errors import AthenaError, InvalidRequest
from local_athena.sql import parse_statement
from local_athena.sql.reserved import HIVE_WORDS

TABLE = "create external table {} ({}) location 's3://lake/t/'"
DDL = (
    (TABLE.format("t", "date string"), "FAILED: ParseException line 1:25 cannot recognize input near 'date' 'string' ')' in column specification"),
    (TABLE.format("t", "a int, user string"), "FAILED: ParseException line 1:32 cannot recognize input near 'user' 'string' ')' in column specification"),
    (TABLE.format("t", "_col string"), "FAILED: ParseException line 1:25 cannot recognize input near '_col' 'string' ')' in column specification"),
    (TABLE.format("_t", "a int"), "FAILED: ParseException line 1:22 cannot recognize input near '_t' '(' 'a' in table name"),
    (TABLE.format("order", "a int"), "FAILED: ParseException line 1:22 cannot recognize input near 'order' '(' 'a' in table name"),
    (TABLE.format("t", "a integer"), "FAILED: ParseException line 1:27 cannot recognize input near 'integer' ')' 'location' in column type"),
    (TABLE.format("t", "a text, b json"), "FAILED: ParseException line 1:27 cannot recognize input near 'text' ',' 'b' in column type"),
    (TABLE.format("t", "a varchar"), "FAILED: ParseException line 1:34 mismatched input ')' expecting ( near 'varchar' in primitive type specification"),
    (TABLE.format("t", "a array<char>"), "FAILED: ParseException line 1:37 mismatched input '>' expecting ( near 'char' in primitive type specification"),
    (TABLE.format("t", "a array(int)"), "FAILED: ParseException line 1:32 mismatched input '(' expecting < near 'array' in list type"),
    (TABLE.format("t", "a array<text>"), "FAILED: ParseException line 1:33 cannot recognize input near 'text' '>' ')' in list type"),
    (TABLE.format("t", "a map<array<int>,int>"), "FAILED: ParseException line 1:31 cannot recognize input near 'array' '<' 'int' in primitive type specification"),
    (TABLE.format("t", "a map<string>"), "FAILED: ParseException line 1:37 mismatched input '>' expecting , near 'string' in map type"),
    (TABLE.format("t", "a struct<x string>"), "FAILED: ParseException line 1:36 mismatched input 'string' expecting : near 'x' in column specification"),
    (TABLE.format("t", "a struct<x-y:string>"), "FAILED: ParseException line 1:35 mismatched input '-' expecting : near 'x' in column specification"),
    (TABLE.format("t", "a array<struct<`b`:int,`c-d`:int>>"), "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. java.lang.IllegalArgumentException: Error: : expected at the position 20 of 'array<struct<b:int,c-d:int>>' but '-' is found."),
    (TABLE.format("t", "a int b string"), "FAILED: ParseException line 1:31 mismatched input 'b' expecting ) near 'int' in create table statement"),
    (TABLE.format("t", "a timestamp(6)"), "FAILED: ParseException line 1:36 mismatched input '(' expecting ) near 'timestamp' in create table statement"),
    (TABLE.format("t", "a datetime"), "FAILED: SemanticException [Error 10099]: DATETIME type isn't supported yet. Please use DATE or TIMESTAMP instead"),
    (TABLE.format("t", "a int) partitioned by (k string x"), "FAILED: ParseException line 1:57 mismatched input 'x' expecting ) near 'string' in table partition specification"),
    # https://github.com/awslabs/open-data-docs/issues/4: places count in the text with its blanks squeezed
    ("create external table map_of (\n  n bigint,\n    tags MAP,\n  x int\n)\nlocation 's3://lake/t/'", "FAILED: ParseException line 1:49 mismatched input ',' expecting < near 'MAP' in map type"),
    # https://github.com/awslabs/aws-glue-catalog-sync-agent-for-hive/issues/19
    (TABLE.format("t", "a struct<b:int,_c:struct<d:int>>"), "FAILED: ParseException line 1:40 cannot recognize input near '_c:struct' '<' 'd' in column specification"),
    (TABLE.format("t", "a struct<_b"), "FAILED: ParseException line 1:34 cannot recognize input near '_b' ')' 'location' in column specification"),
    ("drop database if exists a.b cascade", "FAILED: ParseException line 1:25 missing EOF at '.' near 'a'"),
    (TABLE.format("t", "a int, A string"), "FAILED: SemanticException [Error 10036]: Duplicate column name: a"),
    ("create table t (id int, id int) location 's3://l/t' tblproperties ('table_type'='iceberg')", "FAILED: SemanticException [Error 10036]: Duplicate column name: id"),
    ("alter table t add columns (timestamp string)", "FAILED: ParseException line 1:27 cannot recognize input near 'timestamp' 'string' ')' in column specification"),
    ("alter table t add columns (a integer)", "FAILED: ParseException line 1:29 cannot recognize input near 'integer' ')' '<EOF>' in column type"),
)  # fmt: skip
TRINO = (
    ("update t x set a = 1", "line 1:10: mismatched input 'x'. Expecting: '.', 'SET'"),
    ("update t set t.a = 1", "line 1:15: mismatched input '.'. Expecting: '='"),
    ("delete from t x where x.a = 1", "line 1:15: mismatched input 'x'. Expecting: '.', 'WHERE', <EOF>"),
    ("merge into t using s on t.a = s.a when matched then update set t.a = 1", "line 1:65: mismatched input '.'. Expecting: '='"),
    ("merge into t using s on t.a = s.a when not matched then insert (t.a) values (1)", "line 1:66: mismatched input '.'. Expecting: ')', ','"),
    ("select * from t for system_time as of timestamp '2024-01-01 00:00:00'", "line 1:21: mismatched input 'system_time'. Expecting: 'TIMESTAMP', 'VERSION'"),
    ("select 1 limit 2 offset 1", "line 1:18: mismatched input 'offset'. Expecting: <EOF>"),
    ("select a as table from t", "line 1:13: mismatched input 'table'. Expecting: <identifier>"),
    ("select t.order from t", "line 1:10: mismatched input 'order'. Expecting: '*', <identifier>"),
)  # fmt: skip
_STATEMENTS = (
    "Expecting: 'ALTER', 'ANALYZE', 'CALL', 'COMMENT', 'COMMIT', 'CREATE', 'DEALLOCATE', 'DELETE', 'DENY', 'DESC', "
)
_NAMES = "expecting {'SELECT', 'FROM', "
# https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md; lists of words in part
START = (
    ("SELEC 1", f"line 1:1: mismatched input 'SELEC'. {_STATEMENTS}"),
    ("/* c SELECT 1", f"line 1:1: mismatched input '/'. {_STATEMENTS}"),
    ('show create table "t"', "Queries of this type are not supported"),
    ('show create table db."t"', "Queries of this type are not supported"),
    ('drop table "nope"', f"line 1:12: mismatched input '\"nope\"' {_NAMES}"),
    ('drop table if exists "nope"', f"line 1:22: mismatched input '\"nope\"' {_NAMES}"),
    ('drop table db."nope"', "line 1:15: no viable alternative at input 'db.\"nope\"'"),
    ('drop table a.b."c"', f"line 1:16: mismatched input '\"c\"' {_NAMES}"),
    ('drop database if exists "x"', f"line 1:25: mismatched input '\"x\"' {_NAMES}"),
    ('show tables in "db"', f"line 1:16: mismatched input '\"db\"' {_NAMES}"),
    ('show tables in a."db"', f"line 1:18: mismatched input '\"db\"' {_NAMES}"),
    ('ALTER TABLE "nope" RENAME TO x', "line 1:13: no viable alternative at input 'ALTER TABLE \"nope\"'"),
    ('ALTER TABLE a."b".c RENAME TO x', "line 1:15: no viable alternative at input 'ALTER TABLE a.\"b\"'"),
    ('CREATE TABLE "x" (n int)', "line 1:14: no viable alternative at input 'CREATE TABLE \"x\"'"),
    ('CREATE TABLE IF NOT EXISTS "t" (n int)', "line 1:28: no viable alternative at input 'CREATE TABLE IF NOT EXISTS \"t\"'"),
    ('/* c */ drop\ntable "t"', f"line 2:7: mismatched input '\"t\"' {_NAMES}"),
    ('MSCK REPAIR TABLE "t"', f"line 1:1: mismatched input 'MSCK'. {_STATEMENTS}"),
    ('OPTIMIZE "t" REWRITE DATA USING BIN_PACK', f"line 1:1: mismatched input 'OPTIMIZE'. {_STATEMENTS}"),
    ('-- c\nvacuum "s"."t"', f"line 2:1: mismatched input 'vacuum'. {_STATEMENTS}"),
    ("describe a.B.c.d", "Invalid table name a.b.c.d"),
    ('show create table a.b."C".d', "Invalid table name a.b.c.d"),
    ("ALTER TABLE IF EXISTS t RENAME TO x", "line 1:16: no viable alternative at input 'ALTER TABLE IF EXISTS'"),
    ("ALTER TABLE\nIF EXISTS t DROP COLUMN x", "line 2:4: no viable alternative at input 'ALTER TABLE\\nIF EXISTS'"),
    ("ALTER TABLE t ADD COLUMN c int", "line 1:19: no viable alternative at input 'ALTER TABLE t ADD COLUMN'"),
    ("/* c */ ALTER TABLE t SET PROPERTIES x = 1", "line 1:27: no viable alternative at input 'ALTER TABLE t SET PROPERTIES'"),
    ("ALTER TABLE t SET AUTHORIZATION someone", "line 1:19: no viable alternative at input 'ALTER TABLE t SET AUTHORIZATION'"),
    ("ALTER TABLE s.t EXECUTE optimize", "line 1:17: no viable alternative at input 'ALTER TABLE s.t EXECUTE'"),
    ("alter table t rename column a to b", "line 1:22: missing 'TO' at 'column'"),
    ("alter table s.t alter column m set data type bigint", "line 1:17: mismatched input 'alter'. Expecting: '.', 'ADD', 'DROP', 'EXECUTE', 'RENAME', 'SET'"),
    ("ALTER TABLE t REPLACE COLUMN (n int)", "line 1:15: mismatched input 'REPLACE'. Expecting: '.', 'ADD', 'DROP', 'EXECUTE', 'RENAME', 'SET'"),
    ("ALTER TABLE t DROP COLUMN IF EXISTS m", "line 1:30: mismatched input 'EXISTS' expecting {<EOF>, '.'}"),
    ("ALTER TABLE t DROP COLUMNS (m)", "line 1:20: mismatched input 'COLUMNS'. Expecting: '.', 'DROP'"),
    ("CREATE TABLE x (n int) WITH (format = 'PARQUET')", "line 1:29: no viable alternative at input 'CREATE TABLE x (n int) WITH ('"),
    ("CREATE TABLE x (n int NOT NULL)", "line 1:23: no viable alternative at input 'CREATE TABLE x (n int NOT'"),
    ("CREATE TABLE x (n row(a int), m int)", "line 1:23: no viable alternative at input 'CREATE TABLE x (n row(a'"),
    ("CREATE TABLE x (n int, m map(varchar, array(int)))", "line 1:30: no viable alternative at input 'CREATE TABLE x (n int, m map(varchar'"),
    ("CREATE TABLE x (n timestamp(3) with time zone)", "line 1:32: no viable alternative at input 'CREATE TABLE x (n timestamp(3) with'"),
    ("create table x (n double precision)", "line 1:26: no viable alternative at input 'create table x (n double precision'"),
    ('CREATE TABLE x (n int COMMENT \'c\', "m" int)', "line 1:36: no viable alternative at input 'CREATE TABLE x (n int COMMENT 'c', \"m\"'"),
    ('CREATE TABLE x (n "int")', "line 1:19: no viable alternative at input 'CREATE TABLE x (n \"int\"'"),
    ("CREATE TABLE x (LIKE s.t INCLUDING PROPERTIES)", "line 1:23: no viable alternative at input 'CREATE TABLE x (LIKE s.'"),
    ("CREATE TABLE x (LIKE t)", "No location was specified for table. An S3 location must be specified"),
    ("create table x (a varchar, b foo, c map<string,array<int>>, d varchar(10, 2))", "No location was specified for table. An S3 location must be specified"),
    ("CREATE TABLE x (c row(a int)) LOCATION 's3://b/'", "line 1:31: mismatched input 'LOCATION'. Expecting: 'COMMENT', 'WITH', <EOF>"),
    ("ALTER TABLE IF EXISTS s.t ALTER COLUMN m SET DATA TYPE int", "line 1:27: mismatched input 'ALTER'. Expecting: '.', 'ADD', 'DROP', 'RENAME'"),
    ("ALTER TABLE IF EXISTS t ADD COLUMNS (m int)", "line 1:29: mismatched input 'COLUMNS'. Expecting: '.', 'ADD'"),
    ("alter table if exists t set tblproperties ('a'='b')", "line 1:25: mismatched input 'set'. Expecting: '.', 'ADD', 'DROP', 'RENAME'"),
    ("SHOW TABLES IN a.b.c", "line 1:19: mismatched input '.' expecting {<EOF>, 'LIKE', STRING}"),
    ('SHOW TABLES IN a.b."c"', "line 1:19: extraneous input '.' expecting {<EOF>, 'LIKE', STRING}"),
    ("CREATE TABLE x (n int NOT NULL) LOCATION 's3://b/' TBLPROPERTIES ('table_type'='ICEBERG')", "line 1:33: mismatched input 'LOCATION'. Expecting: 'COMMENT', 'WITH', <EOF>"),
)  # fmt: skip


@pytest.mark.parametrize(("sql", "message"), DDL)
def test_hive_refuses(sql: str, message: str) -> None:
    with pytest.raises(AthenaError) as caught:
        parse_statement(sql)
    assert str(caught.value) == message


@pytest.mark.parametrize(("sql", "message"), TRINO)
def test_trino_refuses(sql: str, message: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_statement(sql)
    assert str(caught.value) == message


_OF_THIS_TYPE = "Queries of this type are not supported"
_CREATED = "'MATERIALIZED', 'MULTI', 'OR', 'PROTECTED', 'ROLE', 'SCHEMA', 'TABLE', 'VIEW'"
NOT_RUN = (
    *((sql, _OF_THIS_TYPE) for sql in (
        "grant select on t to x", "revoke all privileges on t from role r", "deny insert on t to x", "analyze t", "truncate table t",
        "analyze table t compute statistics", "use db", "set session a = 1", "set time zone local", "set x=y", "reset session a",
        "start transaction read only", "commit work", "rollback", "call f(1, a => 2)", "comment on table t is 'x'",
        "comment on column t.a is null", "create role r", "drop role r", "create index i on table t (a)", "show catalogs",
        "show grants on t", "show roles", "show role grants", "show session", "show stats for t", "show stats for (select 1)",
        "show create schema s", "show locks", "create materialized view v as select 1 a", "create or replace materialized view v as select 1 a",
        "refresh materialized view v", "drop materialized view if exists v", "alter materialized view v rename to w",
        "create schema s authorization x", "create schema a.b", "create schema s with (location = 'x')", "alter schema s rename to t",
        "alter view v set authorization x", "describe input q", "describe output q", "load data inpath 'x' into table t", "unlock table t",
    )),
    ("create )", f"line 1:8: mismatched input ')'. Expecting: {_CREATED}"),
    ("create catalog c using x", f"line 1:8: mismatched input 'catalog'. Expecting: {_CREATED}"),
    ("create function f() returns int return 1", f"line 1:8: mismatched input 'function'. Expecting: {_CREATED}"),
    ("CREATE OR REPLACE TABLE t AS SELECT 1 a", "line 1:19: mismatched input 'TABLE'. Expecting: 'MATERIALIZED', 'MULTI', 'PROTECTED', 'VIEW'"),
    ("drop function f(int)", "line 1:6: mismatched input 'function'. Expecting: 'MATERIALIZED', 'ROLE', 'SCHEMA', 'TABLE', 'VIEW'"),
    ("show catalogs like '%' escape", "line 1:30: mismatched input '<EOF>'. Expecting: <string>"),
    ("show functions from x", "line 1:16: mismatched input 'from'. Expecting: 'LIKE', <EOF>"),
    ("create view v (a) as select 1 a", "line 1:15: mismatched input '('. Expecting: '.', 'AS', 'COMMENT', 'SECURITY'"),
    ("comment on t is 'x'", "line 1:12: mismatched input 't'. Expecting: 'COLUMN', 'TABLE', 'VIEW'"),
    ("call f", "line 1:7: mismatched input '<EOF>'. Expecting: '(', '.'"),
    ("explain\n(type io) truncate t x", _OF_THIS_TYPE),
    ("explain (type foo) select 1", "line 1:15: mismatched input 'foo'. Expecting: 'DISTRIBUTED', 'IO', 'LOGICAL', 'VALIDATE'"),
    ("explain (type io, format \"json\") select 1", "line 1:26: mismatched input '\"json\"'. Expecting: 'GRAPHVIZ', 'JSON', 'TEXT'"),
    ("explain (format text, verbose) select 1", "line 1:23: mismatched input 'verbose'. Expecting: 'FORMAT', 'TYPE'"),
    ("explain\nselect", "line 2:7: mismatched input '<EOF>'. Expecting: '*', 'ALL', 'DISTINCT', <expression>"),
)  # fmt: skip


@pytest.mark.parametrize(("sql", "message"), NOT_RUN)
def test_athena_does_not_run(sql: str, message: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_statement(sql)
    assert str(caught.value) == message


@pytest.mark.parametrize(("sql", "message"), START)
def test_athena_does_not_start(sql: str, message: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_statement(sql)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "sql", ['drop view "v"', 'show create view "v"', 'show partitions "t"', 'create or replace view "v" as select 1 n']
)
def test_a_name_in_double_quotes_that_athena_takes(sql: str) -> None:
    parse_statement(sql)


def test_a_reserved_word_in_backticks_is_a_name() -> None:
    parse_statement(TABLE.format("t", "time string, start bigint"))  # as AWS's own DDL has them
    for word in sorted(HIVE_WORDS):
        with pytest.raises(AthenaError):
            parse_statement(TABLE.format("t", f"{word.lower()} string"))
        parse_statement(TABLE.format(f"`{word.lower()}`", f"`{word.lower()}` string"))
