"""Block comments in Hive's statements.

https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md (#17, #146, #244, #257)
"""

from __future__ import annotations

import pytest

from local_athena.errors import AthenaError

from .athena import Athena

HIVE = "create external table t (n int) partitioned by (p string) location 's3://lake/t/'"
ICEBERG = "create table i (n int) location 's3://lake/i/' tblproperties ('table_type'='ICEBERG')"
REFUSED = (
    ("/* c */ SHOW CREATE TABLE t", "1:0 cannot recognize input near '/' '*' 'c'"),
    ("   /* abc */ msck repair table t".strip(), "1:0 cannot recognize input near '/' '*' 'abc'"),
    ("/**/ DESCRIBE t", "1:0 cannot recognize input near '/' '*' '*'"),
    ("/* , */ DESCRIBE t", "1:0 cannot recognize input near '/' '*' ','"),
    ("/*+ x */ DESCRIBE t", "1:0 cannot recognize input near '/' '*' '+'"),
    ("/* 1.5 */ DESCRIBE t", "1:0 cannot recognize input near '/' '*' '1.5'"),
    ("/* 'a''b' */ DESCRIBE t", "1:0 cannot recognize input near '/' '*' ''a''b''"),
    ("/* a.b */ DESCRIBE t", "1:0 cannot recognize input near '/' '*' 'a'"),
    ("/* \u3042 */ DESCRIBE t", "1:0 cannot recognize input near '/' '*' '*'"),
    ("-- x\n/* c */ SHOW CREATE TABLE t", "2:0 cannot recognize input near '/' '*' 'c'"),
    ("SHOW /* c */ CREATE TABLE t", "1:5 cannot recognize input near 'SHOW' '/' '*' in ddl statement"),
    ("show  /* c */ create table t", "1:5 cannot recognize input near 'show' '/' '*' in ddl statement"),
    ("SHOW\n/* c */ CREATE TABLE t", "2:0 cannot recognize input near 'SHOW' '/' '*' in ddl statement"),
    ("SHOW\n\n/* c */ CREATE TABLE t", "1:5 cannot recognize input near 'SHOW' '/' '*' in ddl statement"),
    ("SHOW CREATE /* c */ TABLE t", "1:12 mismatched input '/' expecting TABLE near 'CREATE' in show statement"),
    ("SHOW CREATE TABLE /* 1 */ t", "1:18 cannot recognize input near '/' '*' '1' in table name"),
    ("SHOW CREATE TABLE /* c */ nope", "1:18 cannot recognize input near '/' '*' 'c' in table name"),
    ("SHOW CREATE TABLE /* c */ v", "1:18 cannot recognize input near '/' '*' 'c' in table name"),
    ("MSCK /* c */ REPAIR TABLE t", "1:5 missing EOF at '/' near 'MSCK'"),
    ("MSCK REPAIR /* c */ TABLE nope", "1:12 missing EOF at '/' near 'REPAIR'"),
    ("MSCK REPAIR TABLE db.t /* c */", "1:23 missing EOF at '/' near 't'"),
    ("DESCRIBE /* c */ t", "1:0 cannot recognize input near 'DESCRIBE' '/' '*' in describe statement"),
    ("desc /* c */ t", "1:0 cannot recognize input near 'desc' '/' '*' in describe statement"),
    ("DESCRIBE EXTENDED /* c */ db.t", "1:18 cannot recognize input near '/' '*' 'c' in specifying describe table types"),
    ("ALTER  /* c */ TABLE t ADD COLUMNS (c int)", "1:0 cannot recognize input near 'ALTER' '/' '*' in alter statement"),
    ("ALTER TABLE /* c */ t ADD COLUMNS (c int)", "1:12 cannot recognize input near '/' '*' 'c' in table name"),
    ("ALTER TABLE db.t /* c */ ADD COLUMNS (c int)", "1:17 cannot recognize input near '/' '*' 'c' in alter table statement"),
)  # fmt: skip
TAKEN = (
    "DESCRIBE -- c\nt",
    "describe t -- /* c */",
    "DESCRIBE /* c */ v",
    "/* c */ DESCRIBE i",
    "SHOW CREATE /* c */ TABLE i",
    "SHOW CREATE /* c */ VIEW v",
    "ALTER /* c */ TABLE i ADD COLUMNS (c int)",
    "ALTER /* c */ TABLE t ADD PARTITION (p = 'x')",
    "ALTER /* c */ TABLE t DROP IF EXISTS PARTITION (p = 'x')",
    "ALTER /* c */ TABLE t SET TBLPROPERTIES ('a' = '/* b */')",
    "ALTER /* c */ TABLE t SET LOCATION 's3://lake/u/'",
    "ALTER TABLE t ADD COLUMNS (c int COMMENT '/* c */')",
    "SHOW PARTITIONS /* c */ t",
    "SHOW TBLPROPERTIES /* c */ t",
    "SHOW COLUMNS FROM /* c */ t",
    "/* c */ SHOW TABLES",
    "DROP /* c */ TABLE t",
)


@pytest.fixture
def lake(athena: Athena) -> Athena:
    for sql in (HIVE, ICEBERG, "create view v as select 1 n"):
        athena.run(sql)
    return athena


def test_hives_parser_takes_no_block_comment(lake: Athena) -> None:
    for sql, message in REFUSED:
        with pytest.raises(AthenaError) as caught:
            lake.run(sql)
        error = caught.value
        assert (sql, str(error)) == (sql, f"FAILED: ParseException line {message}")
        assert (error.category, error.type) == (1, 1003)


def test_what_takes_a_block_comment(lake: Athena) -> None:
    for sql in TAKEN:
        lake.run(sql)
