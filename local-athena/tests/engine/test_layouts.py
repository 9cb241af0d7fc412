"""Files that are found, read and described otherwise than their table says: symlinks, positions, partitions of their own."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import orc

from .athena import Athena

PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
SYMLINK = (
    "stored as inputformat 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat' "
    "outputformat 'org.apache.hadoop.hive.ql.io.IgnoreKeyTextOutputFormat'"
)


def _parquet(**columns: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def _orc(**columns: Any) -> bytes:
    sink = io.BytesIO()
    orc.write_table(pa.table(columns), sink)
    return sink.getvalue()


def _partition(athena: Athena, value: str, **storage: Any) -> None:
    """A partition that Glue's API made: the table's storage but for what is given."""
    base = athena.table("t")["StorageDescriptor"]
    described = {**base, "Location": f"s3://lake/t/k={value}/", **storage}
    athena.aws.glue.create_partition(
        DatabaseName="db", TableName="t", PartitionInput={"Values": [value], "StorageDescriptor": described}
    )


def test_symlinks_name_the_files_of_an_inventory(athena: Athena) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-athena-query.html, both of its statements."""
    athena.put("inv/data/1.parquet", _parquet(bucket=["b"], key=["k1"], size=[1]))
    athena.put("inv/data/2.orc", _orc(bucket=["b"], key=["k2"], size=pa.array([2], pa.int64())))
    athena.put("inv/data/not-listed.parquet", _parquet(bucket=["x"], key=["x"], size=[0]))
    athena.put("inv/hive/dt=2024-01-01-00-00/symlink.txt", b"s3://lake/inv/data/1.parquet\n")
    athena.put("orc/hive/dt=2024-01-01-00-00/symlink.txt", b"s3://lake/inv/data/2.orc")
    for name, serde, place in (("p", PARQUET, "inv"), ("o", "org.apache.hadoop.hive.ql.io.orc.OrcSerde", "orc")):
        athena.run(
            f"create external table {name} (bucket string, key string, size bigint) partitioned by (dt string) "
            f"row format serde '{serde}' {SYMLINK} location 's3://lake/{place}/hive/'"
        )
        athena.run(f"msck repair table {name}")
    assert athena.rows("select * from p") == [("b", "k1", 1, "2024-01-01-00-00")]
    assert athena.rows('select key, "$path" from o') == [("k2", "s3://lake/inv/data/2.orc")]
    athena.put("inv/hive/dt=2024-01-01-00-00/symlink.txt", b"s3://lake/inv/data/gone.parquet\n")
    assert "s3://lake/inv/data/gone.parquet does not exist" in athena.error("select * from p")
    assert athena.error("insert into p select 'a', 'b', 1, '2024'").startswith("NOT_SUPPORTED: INSERT into a table")


def test_columns_by_place_and_by_name(athena: Athena) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html#index-access: ORC by place, Parquet by name."""
    for number, names in enumerate((("a", "b"), ("b", "x"))):
        row = dict(zip(names, ([1 + number], ["one"]), strict=True))
        athena.put(f"orc/{number}", _orc(**row))
        athena.put(f"parquet/{number}", _parquet(**row))
    by_place = [(1, "one", None), (2, "one", None)]
    by_name = {
        "orc": "Cannot read SQL type 'varchar' from ORC stream '.b'",
        "parquet": "HIVE_BAD_DATA: Field b's type INT64",
    }
    for kind, flag, expected in (
        ("orc", "", by_place), ("orc", "true", by_place), ("orc", "false", by_name), ("parquet", "", by_name),
        ("parquet", "false", by_name), ("parquet", "true", by_place),
    ):  # fmt: skip
        properties = f"tblproperties ('{kind}.column.index.access'='{flag}')" if flag else ""
        athena.run(
            f"create external table t (a int, b string, c int) stored as {kind} location 's3://lake/{kind}/' {properties}"
        )
        if isinstance(expected, dict):
            assert expected[kind] in athena.error("select * from t")
            assert athena.rows("select a from t order by 1") == [(1,), (None,)]
        else:
            assert athena.rows("select * from t order by a nulls last") == expected, (kind, flag)
        athena.run("drop table t")


def test_a_number_over_a_moment_is_bad_data(athena: Athena) -> None:
    athena.put(
        "t/1", _parquet(a=pa.array([dt.datetime(2024, 1, 1)], pa.timestamp("us")), d=pa.array([dt.date(2024, 1, 1)]))
    )
    athena.run("create external table t (a bigint, d int) stored as parquet location 's3://lake/t/'")
    for column in "ad":
        assert athena.error(f"select {column} from t").startswith(f"HIVE_BAD_DATA: Field {column}'s type INT")


def test_a_partition_has_a_serde_and_columns_of_its_own(athena: Athena) -> None:
    athena.run(
        "create external table t (a int, b string) partitioned by (k string) stored as parquet location 's3://lake/t/'"
    )
    athena.put("t/k=p/1", _parquet(a=[1], b=["parquet"]))
    athena.put("t/k=c/1", b"2;csv;more")
    athena.put("elsewhere/1", b'{"b": "json", "a": 3}')
    text = {"InputFormat": "org.apache.hadoop.mapred.TextInputFormat"}
    lazy, openx = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", "org.openx.data.jsonserde.JsonSerDe"
    _partition(athena, "p")
    _partition(athena, "c", **text, SerdeInfo={"SerializationLibrary": lazy, "Parameters": {"field.delim": ";"}})
    _partition(athena, "j", **text, SerdeInfo={"SerializationLibrary": openx}, Location="s3://lake/elsewhere/")
    assert athena.rows("select a, b, k, \"$path\" from t order by a") == [
        (1, "parquet", "p", "s3://lake/t/k=p/1"), (2, "csv", "c", "s3://lake/t/k=c/1"), (3, "json", "j", "s3://lake/elsewhere/1"),
    ]  # fmt: skip
    assert athena.rows("select count(*) from t where k <> 'j'") == [(2,)]
    _partition(athena, "i", SerdeInfo={"SerializationLibrary": "com.amazon.ionhiveserde.IonHiveSerDe"})
    assert "com.amazon.ionhiveserde.IonHiveSerDe (Amazon Ion) is not supported by local Athena" in athena.error(
        "select * from t"
    )
    assert athena.rows("select a from t where k = 'p'") == [(1,)], "a partition that is not read spoils nothing"


@pytest.mark.parametrize(
    ("table", "partition", "value"),
    [
        ("bigint", "int", 7), ("string", "int", "7"), ("int", "string", 7), ("double", "float", 7.0),
        # The errors of https://docs.aws.amazon.com/athena/latest/ug/updates-and-partitions.html and of users:
        ("string", "boolean", None), ("date", "timestamp", None), ("double", "int", None), ("int", "bigint", None),
        ("array<int>", "array<boolean>", None),
    ],
)  # fmt: skip
def test_types_of_a_partition(athena: Athena, table: str, partition: str, value: object) -> None:
    athena.run(f"create external table t (x int, a {table}) partitioned by (k string) location 's3://lake/t/'")
    athena.put("t/k=1/f", b"1\x017")
    _partition(athena, "1", Columns=[{"Name": "y", "Type": "int"}, {"Name": "other", "Type": partition}])
    if value is not None:
        assert athena.rows("select x, a from t") == [(1, value)]
        return
    assert athena.error("select * from t") == (
        "HIVE_PARTITION_SCHEMA_MISMATCH: There is a mismatch between the table and partition schemas. The types are incompatible and "
        f"cannot be coerced. The column 'a' in table 'db.t' is declared as type '{table}', but partition 'k=1' declared column 'other' "
        f"as type '{partition}'."
    )


def test_columns_of_a_partition_by_name_where_the_format_has_names(athena: Athena) -> None:
    athena.run(
        "create external table t (a int, b string) partitioned by (k string) "
        "row format serde 'org.openx.data.jsonserde.JsonSerDe' location 's3://lake/t/'"
    )
    athena.put("t/k=1/f", b'{"a": "7", "b": "x"}')
    _partition(athena, "1", Columns=[{"Name": "b", "Type": "string"}, {"Name": "a", "Type": "string"}])
    assert athena.rows("select a, b from t") == [(7, "x")]


def test_partition_values_that_are_none(athena: Athena) -> None:
    athena.run("create external table t (a int) partitioned by (k int) location 's3://lake/t/'")
    athena.put("t/k=x/f", b"1")
    athena.run("msck repair table t")
    assert athena.error("select * from t").startswith(
        "HIVE_INVALID_PARTITION_VALUE: Invalid partition value 'x' for INTEGER partition key: k"
    )


def test_empty_text_and_null_are_one_partition(athena: Athena) -> None:
    athena.run(
        "create table t with (external_location='s3://lake/t', partitioned_by=array['k']) as "
        "select * from (values (1, ''), (2, null), (3, '__HIVE_DEFAULT_PARTITION__'), (4, 'x')) v(n, k)"
    )
    assert athena.rows("select n, k from t order by n") == [(1, None), (2, None), (3, None), (4, "x")]
    assert athena.rows("show partitions t") == ["k=__HIVE_DEFAULT_PARTITION__", "k=x"]


def test_types_that_neither_files_nor_partitions_have(athena: Athena) -> None:
    """https://github.com/trinodb/trino/blob/423/plugin/trino-hive/src/main/java/io/trino/plugin/hive/HiveMetadata.java"""
    make = (
        "create table t with (external_location='s3://lake/t/', partitioned_by=array['p']) as select {} as a, {} as p"
    )
    for value, key, expected in (
        ("array[interval '1' month]", "1", "Unsupported Hive type: interval year to month"),
        ("1", "X'61'", "Unsupported type varbinary for partition: p"),
        ("1", "array[1]", "Unsupported type array(integer) for partition: p"),
    ):
        assert athena.error(make.format(value, key)) == f"NOT_SUPPORTED: {expected}"
    found = athena.error("unload (select interval '1' day as a) to 's3://lake/u/' with (format='PARQUET')")
    assert found == "NOT_SUPPORTED: Unsupported Hive type: interval day to second"


def test_decimals_of_more_digits_than_38_are_bad_data(athena: Athena) -> None:
    athena.put("t/f", _parquet(a=pa.array([Decimal("1.5")], pa.decimal256(50, 10))))
    athena.run("create external table t (a decimal(38,10)) stored as parquet location 's3://lake/t/'")
    assert athena.error("select a from t").startswith(
        "HIVE_BAD_DATA: Field a's type decimal256(50, 10) in parquet file"
    )


def test_a_projection_escapes_no_value(athena: Athena) -> None:
    athena.put("p/at=2020-01-01 01:01:02/a.json", b'{"n": 1}')
    athena.run(
        """create external table p (n int) partitioned by (`at` timestamp) row format serde 'org.openx.data.jsonserde.JsonSerDe'
        location 's3://lake/p/' tblproperties ('projection.enabled'='true', 'projection.at.type'='date',
        'projection.at.format'='yyyy-MM-dd HH:mm:ss', 'projection.at.range'='2020-01-01 01:01:00,2020-01-01 01:01:03',
        'projection.at.interval'='1', 'projection.at.interval.unit'='SECONDS')"""
    )
    athena.run("insert into p select 2, timestamp '2020-01-01 01:01:03'")
    assert athena.rows("select n, cast(at as varchar) from p order by n") == [
        (1, "2020-01-01 01:01:02.000"), (2, "2020-01-01 01:01:03.000"),
    ]  # fmt: skip
