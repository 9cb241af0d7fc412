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
    (TABLE.format("t", "date string"), "FAILED: ParseException line 1:25 cannot recognize input near '(' 'date' in a name"),
    (TABLE.format("t", "a int, user string"), "FAILED: ParseException line 1:32 cannot recognize input near ',' 'user' in a name"),
    (TABLE.format("t", "_col string"), "FAILED: ParseException line 1:25 cannot recognize input near '(' '_col' in a name"),
    (TABLE.format("_t", "a int"), "FAILED: ParseException line 1:22 cannot recognize input near 'table' '_t' in a name"),
    (TABLE.format("order", "a int"), "FAILED: ParseException line 1:22 cannot recognize input near 'table' 'order' in a name"),
    (TABLE.format("t", "a integer"), "FAILED: ParseException line 1:27 cannot recognize input near 'a' 'integer' in column type"),
    (TABLE.format("t", "a varchar"), "FAILED: ParseException line 1:27 cannot recognize input near 'a' 'varchar' in column type"),
    (TABLE.format("t", "a array<char>"), "FAILED: ParseException line 1:27 cannot recognize input near 'a' 'char' in column type"),
    (TABLE.format("t", "a int, A string"), "FAILED: SemanticException [Error 10036]: Duplicate column name: a"),
    ("create table t (id int, id int) location 's3://l/t' tblproperties ('table_type'='iceberg')", "FAILED: SemanticException [Error 10036]: Duplicate column name: id"),
    ("alter table t add columns (timestamp string)", "FAILED: ParseException line 1:27 cannot recognize input near '(' 'timestamp' in a name"),
    ("alter table t add columns (a integer)", "FAILED: ParseException line 1:29 cannot recognize input near 'a' 'integer' in column type"),
)  # fmt: skip
TRINO = (
    ("update t x set a = 1", "line 1:10: mismatched input 'x'. Expecting: 'SET'"),
    ("update t set t.a = 1", "line 1:15: mismatched input '.'. Expecting: '='"),
    ("delete from t x where x.a = 1", "line 1:15: mismatched input 'x'. Expecting: 'WHERE', <EOF>"),
    ("merge into t using s on t.a = s.a when matched then update set t.a = 1", "line 1:65: mismatched input '.'. Expecting: '='"),
    ("merge into t using s on t.a = s.a when not matched then insert (t.a) values (1)", "line 1:66: mismatched input '.'. Expecting: ')', ','"),
    ("select * from t for system_time as of timestamp '2024-01-01 00:00:00'", "line 1:21: mismatched input 'system_time'. Expecting: <expression>"),
    ("select 1 limit 2 offset 1", "line 1:18: mismatched input 'offset'. Expecting: <EOF>"),
    ("select a as table from t", "line 1:13: mismatched input 'table'. Expecting: <query>"),
    ("select t.order from t", "line 1:10: mismatched input 'order'. Expecting: <expression>"),
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


def test_a_reserved_word_in_backticks_is_a_name() -> None:
    parse_statement(TABLE.format("t", "time string, start bigint"))  # as AWS's own DDL has them
    for word in sorted(HIVE_WORDS):
        with pytest.raises(AthenaError):
            parse_statement(TABLE.format("t", f"{word.lower()} string"))
        parse_statement(TABLE.format(f"`{word.lower()}`", f"`{word.lower()}` string"))
