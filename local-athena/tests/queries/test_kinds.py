"""Types and places of statements that have not run, or failed."""

from __future__ import annotations

import pytest

from local_athena.queries.kinds import kind, location

# https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/result-files.md, and statements.md there
KINDS = (
    ("-- c\n( SELECT 1 )", "DML", "SELECT", "q.csv"),
    ("SELECT'a'", "DML", "SELECT", "q.csv"),
    ("TABLE t", "DML", "SELECT", "q.csv"),
    ("EXPLAIN(SELECT 1)", "DML", "EXPLAIN", "q.txt"),
    ("insert into t values 1", "DML", "INSERT", "q"),
    ("update t set a = 1", "DML", "UPDATE", "q.csv"),
    ("merge into t using s on true when matched then delete", "DML", "MERGE", "q.csv"),
    ("unload (select 1) to 's3://b/' with (format = 'ORC')", "DML", "UNLOAD", "q"),
    ("optimize t rewrite data using bin_pack", "DML", "CREATE_TABLE_AS_SELECT", "q.txt"),
    ("vacuum t", "DML", "VACUUM_TABLE", "q.txt"),
    ("create /* as */ table db.t as select 1", "DDL", "CREATE_TABLE_AS_SELECT", "tables/q"),
    ("create table t (n) as values 1", "DDL", "CREATE_TABLE_AS_SELECT", "tables/q"),
    ("create table if not exists t with (format = 'ORC') as select cast(1 as int) n", "DDL", "CREATE_TABLE_AS_SELECT", "tables/q"),
    ("create table t (`as` int) row format delimited null defined as 'n' stored as orc", "DDL", "CREATE_TABLE", "q.txt"),
    ("create external table t (a int)", "DDL", "CREATE_TABLE", "q.txt"),
    ("create or replace view v as select 1", "DDL", "CREATE_VIEW", "q.txt"),
    ("create database d", "DDL", "CREATE_DATABASE", "q.txt"),
    ("drop schema d", "DDL", "DROP_DATABASE", "q.txt"),
    ("drop table t", "DDL", "DROP_TABLE", "q.txt"),
    ("drop view v", "DDL", "DROP_VIEW", "q.txt"),
    ("alter table `d`.`t` add columns (a int)", "DDL", "ALTER_TABLE_ADD_COLUMN", "q.txt"),
    ("alter table t add if not exists partition (p = 1)", "DDL", "ALTER_TABLE_ADD_PARTITION", "q.txt"),
    ("alter table t drop column a", "DDL", "ALTER_TABLE_DROP_COLUMN", "q.txt"),
    ("alter table t drop partition (p = 1)", "DDL", "ALTER_TABLE_DROP_PARTITION", "q.txt"),
    ("alter table t replace columns (a int)", "DDL", "ALTER_TABLE_REPLACE_COLUMN", "q.txt"),
    ("alter table t change column a b int", "DDL", "ALTER_TABLE_CHANGE_COLUMN", "q.txt"),
    ("alter table a.b.c rename to d", "DDL", "ALTER_TABLE_RENAME", "q.txt"),
    ("alter table t partition (p = 1) set location 's3://b/'", "DDL", "ALTER_TABLE_SET_LOCATION", "q.txt"),
    ("alter table t set tblproperties ('comment' = 'add columns')", "DDL", "ALTER_TABLE_PROPERTIES", "q.txt"),
    ("msck repair table t", "DDL", "MSCK_REPAIR", "q.txt"),
    ("/* SELECT */ SHOW TABLES", "UTILITY", "SHOW_TABLES", "q.txt"),
    ("show schemas", "UTILITY", "SHOW_DATABASES", "q.txt"),
    ("show create /* c */ table t", "UTILITY", "SHOW_CREATE_TABLE", "q.txt"),
    ("show create view v", "UTILITY", "SHOW_CREATE_VIEW", "q.txt"),
    ("show tblproperties t", "UTILITY", "SHOW_TABLE_PROPERTIES", "q.txt"),
    ("show functions", "UTILITY", "SHOW_FUNCTIONS", "q.csv"),
    ("desc t", "UTILITY", "DESCRIBE_TABLE", "q.txt"),
    ("grant all", "DDL", None, "q.txt"),
    ("alter table", "DDL", None, "q.txt"),
    ("alter", "DDL", None, "q.txt"),
    ("", "DDL", None, "q.txt"),
)  # fmt: skip


@pytest.mark.parametrize(("sql", "statement", "sub_statement", "place"), KINDS, ids=[case[0] for case in KINDS])
def test_the_first_words_tell_the_type_and_the_place(
    sql: str, statement: str, sub_statement: str | None, place: str
) -> None:
    assert kind(sql) == (statement, sub_statement)
    assert location("s3://b/", "q", *kind(sql)) == f"s3://b/{place}"
