"""Lookups of Athena before it starts a query.

https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md (#204, #207, #208, #212)
"""

from __future__ import annotations

import pytest

from local_athena.errors import InvalidRequest

from .athena import Athena

MISSING = (
    "Entity Not Found (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; Request ID: "
)
NAMES = "expecting {'SELECT', 'FROM', "
CASES = (
    ("describe nope", MISSING, "INVALID_INPUT"),
    ('desc "nope"', MISSING, "INVALID_INPUT"),
    ("describe nodb.t", MISSING, "INVALID_INPUT"),
    ("show columns from nope", MISSING, "INVALID_INPUT"),
    ("show columns in nodb.nope", MISSING, "INVALID_INPUT"),
    ("describe NoCat.db.t", "Catalog 'nocat' does not exist", "DATACATALOG_NOT_FOUND"),
    ('DESCRIBE "t"', "line 1:10: no viable alternative at input 'DESCRIBE \"t\"'", "MALFORMED_QUERY"),
    ('DESCRIBE\n"t"', "line 2:1: no viable alternative at input 'DESCRIBE\\n\"t\"'", "MALFORMED_QUERY"),
    ('desc "db".t', "line 1:6: no viable alternative at input 'desc \"db\"'", "MALFORMED_QUERY"),
    ('describe db."t"', "line 1:13: no viable alternative at input 'db.\"t\"'", "MALFORMED_QUERY"),
    ('describe awsdatacatalog.db."t"', f"line 1:28: mismatched input '\"t\"' {NAMES}", "MALFORMED_QUERY"),
    ('show columns from "t"', f"line 1:19: mismatched input '\"t\"' {NAMES}", "MALFORMED_QUERY"),
    ('show columns from db."t"', "line 1:22: no viable alternative at input 'db.\"t\"'", "MALFORMED_QUERY"),
    ("create table x (n int)", "No location was specified for table. An S3 location must be specified", "MALFORMED_QUERY"),
    ("create table x (n varchar(3)) tblproperties ('table_type'='ICEBERG')", "No location was specified for table.", "MALFORMED_QUERY"),
    ("create table x (n int) location 's3://lake/x/'", "External keyword required for table type HIVE", "MALFORMED_QUERY"),
)  # fmt: skip


@pytest.mark.parametrize(("sql", "message", "code"), CASES)
def test_a_query_is_not_started(athena: Athena, sql: str, message: str, code: str) -> None:
    athena.run("create external table t (n int) location 's3://lake/t/'")
    with pytest.raises(InvalidRequest) as caught:
        athena.engine.plan(sql, athena.context(catalogs=frozenset({"awsdatacatalog"})))
    assert str(caught.value).startswith(message)
    assert caught.value.code == code


def test_names_that_are_found(athena: Athena) -> None:
    athena.run("create external table t (n int) location 's3://lake/t/'")
    for sql in ("describe T", "desc `db`.`t`", "describe awsdatacatalog.db.t", "show columns from `t`"):
        assert athena.rows(sql)[0].split()[0] == "n"
