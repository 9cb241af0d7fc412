"""Tables that Glue's API described: each member of the description counts, or is refused by name.

https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
"""

from __future__ import annotations

import io
from typing import Any

import pyarrow.parquet as pq
import pytest

from .athena import Athena

_LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
_PARQUET = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
_COLUMNS = [{"Name": "a", "Type": "int"}, {"Name": "b", "Type": "string"}]
_DUPLICATE = "HIVE_INVALID_METADATA: Hive metadata for table t is invalid: Table descriptor contains duplicate columns"


def _create(athena: Athena, table: dict[str, Any], storage: dict[str, Any]) -> None:
    athena.put("t/f", b"1,x\n")
    info = {"SerializationLibrary": _LAZY, "Parameters": {"field.delim": ","}}
    described = {"Columns": _COLUMNS, "Location": "s3://lake/t/", "InputFormat": _INPUT, "SerdeInfo": info, **storage}
    athena.aws.glue.create_table(
        DatabaseName="db",
        TableInput={"Name": "t", "TableType": "EXTERNAL_TABLE", "StorageDescriptor": described, **table},
    )


@pytest.mark.parametrize(
    ("table", "storage", "words"),
    [
        ({}, {"Columns": [{"Name": "a"}]}, "HIVE_INVALID_METADATA: Glue table 'db.t' column 'a' has invalid data type: "),
        ({"PartitionKeys": [{"Name": "k"}]}, {}, "HIVE_INVALID_METADATA: Glue table 'db.t' column 'k' has invalid data type: "),
        ({}, {"Columns": [{"Name": "a", "Type": "int"}, {"Name": "A", "Type": "string"}]}, _DUPLICATE),
        ({"PartitionKeys": [{"Name": "a", "Type": "int"}]}, {}, _DUPLICATE),
        ({}, {"InputFormat": _PARQUET}, "HIVE_UNSUPPORTED_FORMAT: Unsupported input format: serde=lazysimpleserde, format="),
        ({}, {"SchemaReference": {"SchemaVersionId": "0" * 36}}, "NOT_SUPPORTED: A table whose columns are those of a schema registry"),
        ({"TargetTable": {"DatabaseName": "db", "Name": "u"}}, {}, "NOT_SUPPORTED: A resource link"),
        ({"Parameters": {"storage_handler": "org.apache.hadoop.hive.hbase.HBaseStorageHandler"}}, {}, "NOT_SUPPORTED: Table property 'storage_handler'"),
        ({"Parameters": {"encryption_option": "CSE_KMS"}}, {}, "NOT_SUPPORTED: Table property 'encryption_option' = 'CSE_KMS'"),
        ({"TableType": "VIRTUAL_VIEW", "ViewDefinition": {"IsProtected": True}}, {}, "NOT_SUPPORTED: A view of several dialects"),
        ({"TableType": "VIRTUAL_VIEW", "ViewOriginalText": "select 1"}, {}, "INVALID_VIEW"),
    ],
)  # fmt: skip
def test_refused(athena: Athena, table: dict[str, Any], storage: dict[str, Any], words: str) -> None:
    _create(athena, table, storage)
    assert words in athena.error("select * from t")
    assert athena.rows("select column_name from information_schema.columns where table_name = 'u'") == []


@pytest.mark.parametrize(
    "storage",
    [
        {"Compressed": True},  # a reader sees the compression in a file's name
        {"StoredAsSubDirectories": True, "SkewedInfo": {"SkewedColumnNames": ["a"], "SkewedColumnValues": ["1"]}},  # folders are read whole
        {"SortColumns": [{"Column": "a", "SortOrder": 1}], "BucketColumns": ["a"], "NumberOfBuckets": 2},  # and so are buckets
        {"Parameters": {"skip.header.line.count": "1", "field.delim": "|"}},  # a copy that Trino's client of Glue does not read
    ],
)  # fmt: skip
def test_without_effect_as_on_aws(athena: Athena, storage: dict[str, Any]) -> None:
    _create(
        athena, {"Parameters": {"encryption_option": "SSE_KMS", "kms_key": "x", "has_encrypted_data": "true"}}, storage
    )
    assert athena.rows("select * from t") == [(1, "x")]


def test_a_partition_without_a_type(athena: Athena) -> None:
    _create(athena, {"PartitionKeys": [{"Name": "k", "Type": "int"}]}, {})
    athena.aws.glue.create_partition(
        DatabaseName="db",
        TableName="t",
        PartitionInput={"Values": ["1"], "StorageDescriptor": {"Location": "s3://lake/t/", "Columns": [{"Name": "a"}]}},
    )
    assert "Glue table 'db.t' column 'a' has invalid data type: " in athena.error("select * from t")


def test_a_table_with_a_type_of_no_grammar_is_read_by_nothing(athena: Athena) -> None:
    """https://github.com/hashicorp/terraform-provider-aws/issues/40867, https://github.com/trinodb/trino/pull/16677 (its listing)"""
    _create(athena, {}, {"Columns": [{"Name": "a", "Type": "map<string, int>"}]})
    words = "HIVE_INVALID_METADATA: Glue table 'db.t' column 'a' has invalid data type: map<string, int>"
    assert athena.error("select count(*) from t") == athena.error("insert into t values (null)") == words
    assert athena.rows("select column_name from information_schema.columns where table_schema = 'db'") == []
    assert athena.rows("describe t") == ["a                   \tmap<string, int>"]


def test_spark_leaves_its_readers_options_at_columnar_tables(athena: Athena) -> None:
    library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    serde = {"SerializationLibrary": library, "Parameters": {"mergeSchema": "true", "path": "s3://lake/u/"}}
    _create(athena, {}, {"InputFormat": _PARQUET, "Location": "s3://lake/u/", "SerdeInfo": serde})
    assert athena.rows("select * from t") == []


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("SEQUENCEFILE", "NOT_SUPPORTED: STORED AS SEQUENCEFILE"),
        ("RCFILE", "NOT_SUPPORTED: STORED AS RCFILE"),
        ("ION", "NOT_SUPPORTED: STORED AS ION"),
        ("CSV", "FAILED: SemanticException Unrecognized file format in STORED AS clause: 'CSV'"),
        ("orcfile", "orc.OrcSerde"),
        ("PARQUETFILE", "parquet.serde.ParquetHiveSerDe"),
    ],
)
def test_stored_as(athena: Athena, stored: str, expected: str) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/create-table.html; Hive has two names of a format."""
    sql = f"create external table t (a int) stored as {stored} location 's3://lake/t/'"
    if ":" in expected:
        assert athena.error(sql).startswith(expected)
    else:
        athena.run(sql)
        assert athena.table("t")["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"].endswith(expected)


def test_a_property_does_not_make_a_table_another(athena: Athena) -> None:
    _create(athena, {}, {})
    assert athena.error("alter table t set tblproperties ('table_type'='ICEBERG')").startswith(
        "NOT_SUPPORTED: ALTER TABLE SET"
    )
    assert athena.rows("select * from t") == [(1, "x")]


def test_the_properties_that_athenas_console_writes(athena: Athena) -> None:
    serde = "'ignore.malformed.json'='FALSE', 'dots.in.keys'='FALSE', 'case.insensitive'='TRUE', 'mapping'='TRUE'"
    athena.put("t/f", b'{"A": 1}')
    athena.run(
        f"create external table t (a int) row format serde 'org.openx.data.jsonserde.JsonSerDe' with serdeproperties ({serde}) "
        "stored as inputformat 'org.apache.hadoop.mapred.TextInputFormat' outputformat "
        "'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat' location 's3://lake/t/' "
        "tblproperties ('classification'='json', 'write.compression'='NONE')"
    )
    athena.run("insert into t values (2)")
    assert athena.rows("select * from t order by 1") == [(1,), (2,)]
    assert not [key for key in athena.keys("t/") if key.endswith(".gz")]


def test_a_column_of_another_key_is_not_written(athena: Athena) -> None:
    athena.run(
        "create external table t (ts int) row format serde 'org.openx.data.jsonserde.JsonSerDe' "
        "with serdeproperties ('mapping.ts'='timestamp') location 's3://lake/t/'"
    )
    assert athena.error("insert into t values (1)").startswith(
        "NOT_SUPPORTED: INSERT into a table with mapping of its columns"
    )


@pytest.mark.parametrize(
    ("form", "properties", "codec"),
    [
        ("parquet", "'parquet.compression'='SNAPPY'", "SNAPPY"),
        ("parquet", "'parquet.compress'='SNAPPY'", "SNAPPY"),
        ("parquet", "'orc.compress'='ZLIB'", "GZIP"),  # another format's
        ("parquet", "'write.compression'='ZSTD', 'parquet.compression'='SNAPPY'", "ZSTD"),
    ],
)
def test_insert_compresses_as_the_format_is_told(athena: Athena, form: str, properties: str, codec: str) -> None:
    athena.run(f"create external table t (a int) stored as {form} location 's3://lake/t/' tblproperties ({properties})")
    athena.run("insert into t values (1)")
    (key,) = athena.keys("t/")
    body = athena.aws.s3.get_object(Bucket="lake", Key=key)["Body"].read()
    assert pq.read_metadata(io.BytesIO(body)).row_group(0).column(0).compression == codec


def test_the_partition_of_a_row(athena: Athena) -> None:
    athena.run(
        "create external table t (a int) partitioned by (k string, j int) stored as parquet location 's3://lake/t/'"
    )
    athena.run("insert into t values (1, 'a/b', 2), (2, null, 3)")
    assert athena.rows('select a, "$partition" from t order by 1') == [
        (1, "k=a%2Fb/j=2"),
        (2, "k=__HIVE_DEFAULT_PARTITION__/j=3"),
    ]
    assert athena.rows("select a, k from t where \"$partition\" = 'k=a%2Fb/j=2'") == [(1, "a/b")]
    athena.run("create external table u (a int) location 's3://lake/u/'")
    assert "Column '$partition' cannot be resolved" in athena.error('select "$partition" from u')


@pytest.mark.parametrize("archive", ["GLACIER", "DEEP_ARCHIVE"])
def test_objects_in_glacier_are_left_out(athena: Athena, archive: str) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-glacier.html"""
    athena.run("create external table t (a int) location 's3://lake/t/'")
    for name, value in (("a", archive), ("b", "GLACIER_IR"), ("c", "STANDARD_IA")):
        athena.aws.s3.put_object(Bucket="lake", Key=f"t/{name}", Body=b"1\n", StorageClass=value)
    assert athena.rows("select * from t") == [(1,), (1,)]
    athena.run("alter table t set tblproperties ('read_restored_glacier_objects'='true')")
    assert athena.error("select * from t").startswith(
        "NOT_SUPPORTED: Reading what was restored from Glacier (s3://lake/t/a)"
    )


def test_partitions_from_before_the_keys_were_others(athena: Athena) -> None:
    _create(athena, {"PartitionKeys": [{"Name": "k", "Type": "string"}, {"Name": "j", "Type": "string"}]}, {})
    storage = {"Location": "s3://lake/t/", "Columns": _COLUMNS}
    athena.aws.glue.create_partition(
        DatabaseName="db", TableName="t", PartitionInput={"Values": ["1"], "StorageDescriptor": storage}
    )
    for sql in (
        "select * from t",
        "show partitions t",
        'select * from "t$partitions"',
        "alter table t drop partition (k='1')",
    ):
        assert athena.error(sql).startswith("HIVE_INVALID_METADATA: Expected 2 partition key values, but got 1"), sql


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("alter table t replace columns (k int)", "Duplicate column name: k"),
        ("alter table t replace columns (c int, c string)", "Duplicate column name: c"),
        ("alter table t change a k int", "Duplicate column name: k"),
        ("alter table t change a b int", "Duplicate column name: b"),
        ("create external table u location 's3://lake/u/'", "[Error 10043]: Either list of columns or a custom serializer should be specified"),
    ],
)  # fmt: skip
def test_what_would_be_ignored_or_break_a_table(athena: Athena, sql: str, words: str) -> None:
    _create(athena, {"PartitionKeys": [{"Name": "k", "Type": "string"}]}, {})
    assert words in athena.error(sql)
    assert [column["Name"] for column in athena.table("t")["StorageDescriptor"]["Columns"]] == ["a", "b"]


def test_fields_with_blanks_in_their_names(athena: Athena) -> None:
    athena.put("t/f", b'{"a": {"x y": 1, "z": [2]}}')
    athena.run(
        "create external table t (a struct<`x y` : int, z: array< int >>) row format serde 'org.openx.data.jsonserde.JsonSerDe' "
        "location 's3://lake/t/'"
    )
    assert athena.rows("select * from t") == [({"x y": 1, "z": [2]},)]


def test_a_list_of_files_names_objects_of_any_bucket_of_s3_alone(athena: Athena) -> None:
    athena.aws.s3.create_bucket(Bucket="other")
    athena.aws.s3.put_object(Bucket="other", Key="z/f.csv", Body=b"7\n")
    athena.put("t/list", b"s3://other/z/f.csv\n\n s3a://other/z/f.csv \n")
    symlinks = "org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat"
    athena.run(
        f"create external table t (a int) row format delimited stored as inputformat '{symlinks}' "
        "outputformat 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat' location 's3://lake/t/'"
    )
    assert athena.rows('select a, "$path" from t') == [(7, "s3://other/z/f.csv")] * 2
    for line, words in (
        (b"hdfs://other/z", "hdfs://other/z is no S3 object"),
        (b"s3://other/none", "s3://other/none does not exist"),
    ):
        athena.put("t/list", line)
        assert (
            athena.error("select * from t") == f"HIVE_BAD_DATA: Error parsing symlinks from: s3://lake/t/list: {words}"
        )


@pytest.mark.parametrize(
    ("kind", "line", "expected"),
    [
        ("map<array<int>,int>", b'{"a": {"3": 4}}', [([3], 4)]),
        ("map<array<int>,int>", b'{"a": {"": 4, "1": 2}}', [([1], 2)]),
        ("map<struct<x:int,y:string>,bigint>", b'{"a": {" ": 5}}', [({"x": None, "y": None}, 5)]),
        ("map<map<int,int>,int>", b'{"a": {" ": 5}}', []),
        ("map<struct<x:int>,int>", b'{"a": {"k": 5}}', "HIVE_BAD_DATA: Error parsing field"),
    ],
)
def test_keys_that_ddl_has_no_words_for(athena: Athena, kind: str, line: bytes, expected: Any) -> None:
    """Trino's ``OpenXJsonDeserializer.MapDecoder``; Hive's DDL wants keys that are primitive, Glue takes any."""
    info = {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"}
    _create(athena, {}, {"Columns": [{"Name": "a", "Type": kind}], "SerdeInfo": info})
    athena.put("t/f", line)
    if isinstance(expected, str):
        assert athena.error("select a from t").startswith(expected)
    else:
        assert athena.rows("select a from t") == [(expected,)]
