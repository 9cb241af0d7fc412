"""Delta Lake tables: what the log says counts, and what this reader lacks is refused.

The logs are written here as https://github.com/delta-io/delta/blob/master/PROTOCOL.md says, and were compared once with those of
the ``deltalake`` package.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from .athena import Athena

REGISTER = "create external table t location 's3://lake/t/' tblproperties ('table_type'='DELTA')"


def _field(name: str, kind: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "nullable": True, "metadata": {}}


FIELDS = [
    _field("Id", "long"), _field("k", "string"), _field("d", "date"), _field("ts", "timestamp"), _field("dec", "decimal(5,2)"),
    _field("o", {"type": "struct", "fields": [_field("x", "integer")]}),
    _field("l", {"type": "array", "elementType": "string", "containsNull": True}),
]  # fmt: skip
METADATA = {
    "metaData": {
        "id": "1", "format": {"provider": "parquet", "options": {}}, "partitionColumns": ["k", "d"], "configuration": {},
        "schemaString": json.dumps({"type": "struct", "fields": FIELDS}),
    }
}  # fmt: skip
PROTOCOL = {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}}


def _body(*numbers: int) -> bytes:
    sink = io.BytesIO()
    moment = dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    columns = {
        "Id": pa.array(numbers, pa.int64()),
        "ts": pa.array([moment] * len(numbers), pa.timestamp("us", "UTC")),
        "dec": pa.array(list(numbers), pa.decimal128(5, 2)),
        "o": pa.array([{"x": number} for number in numbers], pa.struct([("x", pa.int32())])),
        "l": pa.array([["a"]] * len(numbers)),
    }
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def _add(path: str, k: str | None, d: str | None, **more: Any) -> dict[str, Any]:
    values = {"partitionValues": {"k": k, "d": d}, "size": 1, "modificationTime": 0, "dataChange": True}
    return {"add": {"path": path, **values, **more}}


def _commit(athena: Athena, version: int, *actions: dict[str, Any]) -> None:
    text = "\n".join(map(json.dumps, actions))
    athena.put(f"t/_delta_log/{version:020}.json", text.encode())


def _first(athena: Athena) -> None:
    athena.put("t/k=a%2520b/d=2024-01-01/1.parquet", _body(1, 2))
    athena.put("t/2.parquet", _body(3))
    first = _add("k=a%252520b/d=2024-01-01/1.parquet", "a b", "2024-01-01")
    _commit(athena, 0, {"commitInfo": {}}, PROTOCOL, METADATA, first, _add("2.parquet", "", None))


def test_the_log_says_which_files_there_are(athena: Athena) -> None:
    _first(athena)
    athena.put("t/left-over.parquet", _body(99))
    athena.run(REGISTER)
    types = [column["Type"] for column in athena.table("t")["StorageDescriptor"]["Columns"]]
    assert types == ["bigint", "string", "date", "timestamp", "decimal(5,2)", "struct<x:int>", "array<string>"]
    assert athena.rows("select id, k, d, o.x, l, cast(ts as varchar) from t where id <> 2 order by id") == [
        (1, "a b", dt.date(2024, 1, 1), 1, ["a"], "2024-01-02 03:04:05.000 UTC"), (3, None, None, 3, ["a"], "2024-01-02 03:04:05.000 UTC"),
    ]  # fmt: skip
    assert [row[0] for row in athena.rows("select * from t where k = 'a b' order by 1")] == [1, 2]
    athena.put("t/3.parquet", _body(3, 4))
    _commit(athena, 1, {"remove": {"path": "2.parquet", "dataChange": True}}, _add("3.parquet", "c", None))
    assert athena.rows("select id, k from t order by id") == [(1, "a b"), (2, "a b"), (3, "c"), (4, "c")]


def test_a_checkpoint_stands_for_what_came_before(athena: Athena) -> None:
    _first(athena)
    _commit(athena, 1, {"remove": {"path": "2.parquet", "dataChange": True}})
    athena.run(REGISTER)
    add = _add("k=a%252520b/d=2024-01-01/1.parquet", "a b", "2024-01-01")
    add["add"]["partitionValues"] = [*add["add"]["partitionValues"].items()]
    rows = [add, METADATA, PROTOCOL]
    metadata = {**METADATA["metaData"], "format": None, "configuration": [("a", "b")]}
    schema = pa.schema([
        ("add", pa.struct([("path", pa.string()), ("partitionValues", pa.map_(pa.string(), pa.string()))])),
        ("metaData", pa.struct([("schemaString", pa.string()), ("partitionColumns", pa.list_(pa.string())),
                                ("configuration", pa.map_(pa.string(), pa.string()))])),
        ("protocol", pa.struct([("minReaderVersion", pa.int32())])),
    ])  # fmt: skip
    rows[1] = {"metaData": metadata}
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema), sink)
    athena.put(f"t/_delta_log/{1:020}.checkpoint.parquet", sink.getvalue())
    athena.put("t/_delta_log/_last_checkpoint", b'{"version":1}')
    for version in (0, 1):
        athena.aws.s3.delete_object(Bucket="lake", Key=f"t/_delta_log/{version:020}.json")
    athena.put("t/4.parquet", _body(5))
    _commit(athena, 2, _add("4.parquet", "e", None))
    assert athena.rows("select id, k from t order by id") == [(1, "a b"), (2, "a b"), (5, "e")]
    athena.aws.s3.delete_object(Bucket="lake", Key=f"t/_delta_log/{1:020}.checkpoint.parquet")
    assert athena.error("select * from t").startswith(
        "DELTA_LAKE_INVALID_SCHEMA: Metadata not found in transaction log"
    )


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (_add("2.parquet", "", None, deletionVector={"storageType": "x", "pathOrInlineDv": "y", "sizeInBytes": 1}), "Delta's deletion vectors of storage type x"),
        ({"protocol": {"minReaderVersion": 3, "readerFeatures": ["deletionVectors", "typeWidening"]}}, "Delta's reader feature typeWidening"),
        ({"protocol": {"minReaderVersion": 4}}, "Delta's reader version 4"),
        ({"metaData": {**METADATA["metaData"], "configuration": {"delta.columnMapping.mode": "x"}}}, "Delta's column mapping of mode x"),
    ],
)  # fmt: skip
def test_features_that_are_lacking_are_refused(athena: Athena, action: dict[str, Any], words: str) -> None:
    _first(athena)
    athena.run(REGISTER)
    assert athena.rows("select count(*) from t") == [(3,)]
    _commit(athena, 1, action)
    assert athena.error("select * from t").startswith(f"NOT_SUPPORTED: {words}")


@pytest.mark.parametrize("line", ["{", '{"add": {"size": 1}}', '{"metaData": {"schemaString": "{"}}'])
def test_a_log_that_cannot_be_read_is_the_tables_error(athena: Athena, line: str) -> None:
    _first(athena)
    athena.run(REGISTER)
    athena.put(f"t/_delta_log/{1:020}.json", line.encode())
    assert athena.error("select * from t").startswith("DELTA_LAKE_INVALID_SCHEMA: Error getting snapshot for ")


def test_old_logs_of_databricks_have_an_x_behind_each_line(athena: Athena) -> None:
    """See Trino's ``TransactionLogParser``."""
    _first(athena)
    athena.run(REGISTER)
    athena.put(f"t/_delta_log/{1:020}.json", b'{"remove": {"path": "2.parquet", "dataChange": true}}x\n')
    assert athena.rows("select id from t order by id") == [(1,), (2,)]


def test_athena_reads_and_does_not_write_it(athena: Athena) -> None:
    assert athena.error(REGISTER).startswith("DELTA_LAKE_INVALID_SCHEMA")
    _first(athena)
    assert "and nothing else" in athena.error(REGISTER.replace("table t", "table t (a int)"))
    athena.run(REGISTER)
    for sql in (
        "insert into t select * from t", "alter table t add columns (z int)", "msck repair table t",
        "alter table t add partition (k='x', d='2024-01-01')",
    ):  # fmt: skip
        assert athena.error(sql).startswith("NOT_SUPPORTED: ")
    assert athena.error("alter table t set location 's3://lake/u/'").startswith("NOT_SUPPORTED: ")
    # https://docs.aws.amazon.com/athena/latest/ug/delta-lake-tables.html
    for sql in (
        "set tblproperties ('read_restored_glacier_objects'='false')",
        "unset tblproperties ('read_restored_glacier_objects')",
    ):
        assert "Unsupported table property key: read_restored_glacier_objects" in athena.error(f"alter table t {sql}")
    shown = "\n".join(athena.rows("show create table t"))
    assert "'table_type'='DELTA'" in shown
    assert athena.rows("show columns in t")[:2] == ["id", "k"]
    athena.run("drop table t")
    assert "t/2.parquet" in athena.keys("t/")
    athena.run(shown.replace("db.t", "t"))
    assert athena.rows("select count(*) from t") == [(3,)]


def _mapped(name: str, kind: Any, number: int) -> dict[str, Any]:
    names = {"delta.columnMapping.id": number, "delta.columnMapping.physicalName": f"Col-{number}"}
    return {**_field(name, kind), "metadata": names}


def _numbered(name: str, column: pa.Array, number: int) -> pa.Field:
    return pa.field(name, column.type, metadata={"PARQUET:field_id": str(number)})


@pytest.mark.parametrize("mode", ["name", "id"])
def test_columns_whose_files_know_them_by_another_name(athena: Athena, mode: str) -> None:
    """https://docs.amazonaws.cn/en_us/athena/latest/ug/delta-lake-tables.html: column mapping is read."""
    row = {"type": "struct", "fields": [_mapped("X", "long", 2), _mapped("y", "string", 3)]}
    items = {
        "type": "array",
        "elementType": {"type": "struct", "fields": [_mapped("q", "long", 5)]},
        "containsNull": True,
    }
    fields = [_mapped("s", row, 1), _mapped("l", items, 4), _mapped("K", "string", 6), _mapped("late", "date", 7)]
    metadata = {
        **METADATA["metaData"],
        "partitionColumns": ["K"],
        "configuration": {"delta.columnMapping.mode": mode},
        "schemaString": json.dumps({"type": "struct", "fields": fields}),
    }
    sink = io.BytesIO()
    kinds = pa.struct([("Col-2", pa.int64()), ("Col-3", pa.string())])
    columns = [pa.array([{"Col-2": 1, "Col-3": "x"}], kinds), pa.array([[{"Col-5": 2}]])]
    schema = pa.schema(
        [_numbered(f"Col-{number}", column, number) for number, column in zip((1, 4), columns, strict=True)]
    )
    pq.write_table(pa.table(columns, schema), sink)
    athena.put("t/1.parquet", sink.getvalue())
    add = _add("1.parquet", None, None)
    add["add"]["partitionValues"] = {"Col-6": "a=b"}
    _commit(athena, 0, {"protocol": {"minReaderVersion": 2, "minWriterVersion": 5}}, {"metaData": metadata}, add)
    athena.run(REGISTER)
    assert athena.rows("select * from t") == [({"x": 1, "y": "x"}, [{"q": 2}], "a=b", None)]
    assert athena.rows("select s.y, l[1].q from t where k = 'a=b'") == [("x", 2)]
    assert athena.rows("show partitions t") == ["k=a%3Db"]


def test_columns_mapped_by_id_go_by_their_numbers(athena: Athena) -> None:
    """``toHiveColumnHandle`` of Trino's ``DeltaLakePageSourceProvider``: the names in a file do not count, nor do columns without a number."""
    fields = [_mapped("a", "long", 1), _mapped("b", "long", 2)]
    configuration = {"delta.columnMapping.mode": "id"}
    text = json.dumps({"type": "struct", "fields": fields})
    metadata = {**METADATA["metaData"], "partitionColumns": [], "configuration": configuration, "schemaString": text}
    files = [
        [("Col-1", 1, "1"), ("Col-2", 2, "2")],
        [("Col-1", 3, "2"), ("x", 4, "1")],
        [("Col-1", 5, ""), ("Col-2", 6, "2")],
    ]
    adds = []
    for number, written in enumerate(files):
        sink = io.BytesIO()
        columns = [pa.array([value]) for _, value, _ in written]
        named = [
            pa.field(name, pa.int64(), metadata={"PARQUET:field_id": told} if told else None)
            for name, _, told in written
        ]
        pq.write_table(pa.table(columns, pa.schema(named)), sink)
        athena.put(f"t/{number}.parquet", sink.getvalue())
        adds.append(_add(f"{number}.parquet", None, None))
        adds[-1]["add"]["partitionValues"] = {}
    _commit(athena, 0, {"protocol": {"minReaderVersion": 2, "minWriterVersion": 5}}, {"metaData": metadata}, *adds)
    athena.run(REGISTER)
    assert sorted(athena.rows("select a, b from t"), key=str) == [(1, 2), (4, 3), (None, 6)]
    assert athena.rows("select b from t where a = 4") == [(3,)]


def test_moments_have_the_digits_of_their_types(athena: Athena) -> None:
    """A zoned moment three, and one without a zone six, in files as in partitions."""
    zoned, plain = "timestamp", "timestamp_ntz"
    fields = [_field("a", zoned), _field("b", plain), _field("c", {"type": "array", "elementType": plain, "containsNull": True}),
              _field("p", zoned), _field("q", plain)]  # fmt: skip
    metadata = {
        **METADATA["metaData"],
        "partitionColumns": ["p", "q"],
        "schemaString": json.dumps({"type": "struct", "fields": fields}),
    }
    moment = dt.datetime(1969, 12, 31, 23, 59, 59, 999500)
    sink = io.BytesIO()
    columns = {
        "a": pa.array([moment.replace(tzinfo=dt.UTC)], pa.timestamp("us", "UTC")),
        "b": pa.array([moment], pa.timestamp("us")),
        "c": pa.array([[moment]], pa.list_(pa.timestamp("us"))),
    }
    pq.write_table(pa.table(columns), sink)
    athena.put("t/1.parquet", sink.getvalue())
    add = _add("1.parquet", None, None)
    add["add"]["partitionValues"] = {"p": "1969-12-31 23:59:59.999500", "q": "1969-12-31 23:59:59.999500"}
    _commit(athena, 0, PROTOCOL, {"metaData": metadata}, add)
    athena.run(REGISTER)
    cut = "1969-12-31 23:59:59.999 UTC"
    assert athena.rows("select * from t") == [(cut, moment, [moment], cut, moment)]
    assert athena.rows("select a = timestamp '1969-12-31 23:59:59.999 UTC', p = a from t") == [(True, True)]


def test_partitions_are_the_logs(athena: Athena) -> None:
    _first(athena)
    athena.run(REGISTER)
    assert athena.rows("show partitions t") == [
        "k=__HIVE_DEFAULT_PARTITION__/d=__HIVE_DEFAULT_PARTITION__",
        "k=a b/d=2024-01-01",
    ]
    keys = [{"Name": "k", "Type": "string"}]
    athena.aws.glue.update_table(DatabaseName="db", TableInput={**_input(athena), "PartitionKeys": keys})
    assert athena.error('select * from "t$partitions"').startswith("TABLE_NOT_FOUND")
    assert len(athena.rows("show partitions t")) == 2


def _input(athena: Athena) -> dict[str, Any]:
    found = athena.table("t")
    return {name: found[name] for name in ("Name", "TableType", "Parameters", "StorageDescriptor")}
