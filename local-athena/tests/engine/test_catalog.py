"""Glue's tables and databases as Athena makes and shows them: the database ``default``, formats, views that no longer fit."""

from __future__ import annotations

from .athena import Athena


def test_every_account_has_the_database_default(athena: Athena) -> None:
    """https://github.com/pyathena-dev/PyAthena/blob/master/tests/pyathena/sqlalchemy/test_base.py lists it, as users do."""
    assert athena.rows("show databases") == ["db", "default"]
    assert athena.rows("show tables in default") == []
    assert athena.rows("select schema_name from information_schema.schemata where schema_name = 'default'") == [
        ("default",)
    ]
    assert [item["Name"] for item in athena.aws.glue.get_databases()["DatabaseList"]] == ["db"], "shown, not made"
    assert athena.error("select * from default.nowhere").startswith("TABLE_NOT_FOUND")
    athena.run("create external table default.t (a int) location 's3://lake/t/'")
    assert athena.rows("show tables in default") == ["t"]
    assert "default" in [item["Name"] for item in athena.aws.glue.get_databases()["DatabaseList"]]


def test_formats_that_statements_give_a_table(athena: Athena) -> None:
    """https://github.com/pyathena-dev/PyAthena/blob/master/tests/pyathena/sqlalchemy/test_base.py, run against AWS."""
    serde = "row format serde 'org.openx.data.jsonserde.JsonSerDe' with serdeproperties ('ignore.malformed.json'='1')"
    athena.run(f"create external table j (a int) {serde} location 's3://lake/j/'")
    athena.run("create external table c (a int) row format delimited fields terminated by ',' location 's3://lake/c/'")
    athena.run("create table w with (format='JSON', external_location='s3://lake/w/') as select 1 a")
    io = "org.apache.hadoop.hive.ql.io."
    found = {name: athena.table(name)["StorageDescriptor"] for name in "jcw"}
    assert {name: storage["OutputFormat"].removeprefix(io) for name, storage in found.items()} == {
        "j": "IgnoreKeyTextOutputFormat", "c": "HiveIgnoreKeyTextOutputFormat", "w": "HiveIgnoreKeyTextOutputFormat",
    }  # fmt: skip
    assert found["w"]["SerdeInfo"]["SerializationLibrary"] == "org.apache.hive.hcatalog.data.JsonSerDe"
    assert found["j"]["Location"] == "s3://lake/j", "Hive's paths end with no slash"
    assert athena.rows("select * from w") == [(1,)]


def test_a_view_is_stale_by_type_too(athena: Athena) -> None:
    """https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/StatementAnalyzer.java"""
    athena.put("t/1", b"7\x01x")
    athena.run("create external table t (a bigint, b string) location 's3://lake/t/'")
    athena.run("create view v as select a, b from t")
    athena.run("alter table t replace columns (a int, b string)")
    assert athena.rows("select a, typeof(a) from v") == [(7, "bigint")], "the view's own type counts"
    athena.run("alter table t replace columns (a string, b string)")
    assert athena.error("select b from v") == (
        "VIEW_IS_STALE: line 1:15: View 'awsdatacatalog.db.v' is stale or in invalid state: column [a] of type varchar projected from "
        "query view at position 0 cannot be coerced to column [a] of type bigint stored in view definition"
    )


def test_settings_are_refused_by_the_statement_that_sets_them(athena: Athena) -> None:
    create = (
        "create external table t (a int) row format serde '{}' with serdeproperties ({}) location 's3://lake/t/' {}"
    )
    lazy = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
    for serde, properties, more, words in (
        (
            "com.example.NoSuchSerDe",
            "'a'='b'",
            "",
            "FAILED: SemanticException Cannot validate serde: com.example.NoSuchSerDe",
        ),
        (lazy, "'field.delimiter'=','", "", "INVALID_TABLE_PROPERTY: Athena knows no SerDe property 'field.delimiter'"),
        (lazy, "'line.delim'='|'", "", "INVALID_TABLE_PROPERTY: Invalid SerDe property 'line.delim'"),
        (
            lazy,
            "'field.delim'=','",
            "tblproperties ('transactional'='true')",
            "INVALID_TABLE_PROPERTY: Invalid table property 'transactional'",
        ),
    ):
        assert athena.error(create.format(serde, properties, more)).startswith(words)
    athena.run(create.format(lazy, "'field.delim'=','", "tblproperties ('owner'='me')"))
    assert "skip.header.line.count" in athena.error("alter table t set tblproperties ('skip.header.line.count'='one')")
    assert athena.rows("select count(*) from t") == [(0,)]
    table = athena.table("t")
    storage = {**table["StorageDescriptor"], "InputFormat": "org.apache.hadoop.mapred.SequenceFileInputFormat"}
    athena.aws.glue.update_table(DatabaseName="db", TableInput={"Name": "t", "StorageDescriptor": storage})
    assert athena.error("select * from t").startswith(
        "NOT_SUPPORTED: Input format org.apache.hadoop.mapred.SequenceFileInputFormat (SEQUENCEFILE)"
    )
    assert athena.rows("select count(*) from information_schema.columns where table_name = 't'") == [(1,)]
