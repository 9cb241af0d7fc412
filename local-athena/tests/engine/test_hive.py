"""Hive tables: what each format reads and writes, partitions, and the bytes that count as scanned."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import io
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_athena.tables.hive.conversion import packs

from .athena import Athena

ROWS = """(values
 (1, 'a', true, 1.5e0, decimal '1.50', date '2024-01-01', timestamp '2024-01-01 10:00:00.123', array[1, null],
  map(array['k'], array[1]), cast(row(1, 'q') as row(x integer, y varchar)), X'616200', 'P1'),
 (2, null, null, null, null, null, null, null, null, null, null, 'P2')) v(i, s, b, d, dec, dt, ts, a, m, st, vb, p)"""
EXPECTED = [
    (1, "a", True, 1.5, Decimal("1.50"), dt.date(2024, 1, 1), dt.datetime(2024, 1, 1, 10, 0, 0, 123000), [1, None], [("k", 1)],
     {"x": 1, "y": "q"}, b"ab\0", "P1"),
    (2, *[None] * 10, "P2"),
]  # fmt: skip


@pytest.mark.parametrize("file_format", ["parquet", "orc", "avro", "json", "textfile"])
def test_every_type_survives_every_format(athena: Athena, file_format: str) -> None:
    location = f"external_location='s3://lake/t', format='{file_format}'"
    athena.run(f"create table t with ({location}, partitioned_by=array['p']) as select * from {ROWS}")
    assert athena.rows("select * from t order by i") == EXPECTED
    athena.run("insert into t (i, s, p) values (3, 'b', 'P1')")
    assert athena.rows("select i, s from t where p = 'P1' order by i") == [(1, "a"), (3, "b")]
    assert len(athena.aws.glue.get_partitions(DatabaseName="db", TableName="t")["Partitions"]) == 2


@pytest.mark.parametrize(
    ("file_format", "compression"),
    [("parquet", "zstd"), ("parquet", "lz4"), ("parquet", "none"), ("orc", "snappy"), ("avro", "zstd"), ("json", "bzip2"),
     ("textfile", "zstd"), ("textfile", "none")],
)  # fmt: skip
def test_compressions(athena: Athena, file_format: str, compression: str) -> None:
    properties = f"external_location='s3://lake/t', format='{file_format}', write_compression='{compression}'"
    athena.run(f"create table t with ({properties}) as select 1 a, 'x' b")
    assert athena.rows("select a, b from t") == [(1, "x")]


def test_glue_gets_what_athena_writes(athena: Athena) -> None:
    athena.run(
        f"create table t with (external_location='s3://lake/t', partitioned_by=array['p']) as select * from {ROWS}"
    )
    table = athena.table("t")
    assert (table["TableType"], table["Parameters"]["EXTERNAL"]) == ("EXTERNAL_TABLE", "TRUE")
    assert [column["Type"] for column in table["StorageDescriptor"]["Columns"]] == [
        "int", "varchar(1)", "boolean", "double", "decimal(3,2)", "date", "timestamp", "array<int>", "map<varchar(1),int>",
        "struct<x:int,y:string>", "binary",
    ]  # fmt: skip
    assert table["PartitionKeys"] == [{"Name": "p", "Type": "varchar(2)"}]
    (first, _) = athena.aws.glue.get_partitions(DatabaseName="db", TableName="t")["Partitions"]
    assert first["StorageDescriptor"]["Location"] == f"s3://lake/t/p={first['Values'][0]}/"


def test_a_view_in_glue(athena: Athena) -> None:
    athena.run(
        "create view v as select 1 as a, cast(null as array(varchar)) as b, timestamp '2024-01-01 00:00:00.0 UTC' c"
    )
    view = athena.table("v")
    assert (view["TableType"], view["StorageDescriptor"]["Location"], view["PartitionKeys"]) == ("VIRTUAL_VIEW", "", [])
    assert view["ViewOriginalText"].startswith("/* Presto View: ")
    assert [column["Type"] for column in view["StorageDescriptor"]["Columns"]][:2] == ["int", "array<string>"]
    athena.run("create or replace view v as select 2 as a")
    versions = athena.aws.glue.get_table_versions(DatabaseName="db", TableName="v")["TableVersions"]
    assert len(versions) == 2


def test_a_views_names_are_looked_up_where_it_was_made(athena: Athena) -> None:
    athena.run("create schema other")
    athena.run("create table other.t with (external_location='s3://lake/o') as select 'other' as s")
    athena.run("create table t with (external_location='s3://lake/t') as select 'db' as s")
    athena.run("create view db.v as select s from t", database="other")
    assert athena.rows("select s from v") == [("other",)]


def _parquet(**columns: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def test_parquet_is_read_by_name_and_promoted(athena: Athena) -> None:
    athena.put("t/1", _parquet(ID=pa.array([1], pa.int32()), extra=["x"]))
    athena.put("t/2", _parquet(f=pa.array([0.5], pa.float32()), id=pa.array([1 << 40], pa.int64())))
    athena.put("t/_SUCCESS", b"ignored")
    athena.put("t/.hidden/3", b"ignored")
    athena.put("t/sub/4", _parquet(Id=[3]))
    athena.run("create external table t (id bigint, f double, gone string) stored as parquet location 's3://lake/t'")
    assert athena.rows("select * from t order by id") == [(1, None, None), (3, None, None), (1 << 40, 0.5, None)]


def test_new_columns_are_null_in_old_partitions(athena: Athena) -> None:
    athena.run("create table t with (external_location='s3://lake/t', partitioned_by=array['k']) as select 1 a, 'x' k")
    athena.run("alter table t add columns (b string)")
    athena.run("insert into t values (2, 'new', 'y')")
    assert athena.rows("select a, b, k from t order by a") == [(1, None, "x"), (2, "new", "y")]


LINES = b"1,a b,2024-01-01 00:00:00\n\n2,\\N,bad\nx,too,many,fields\n4"


@pytest.mark.parametrize(
    ("name", "body"),
    [("a.txt", LINES), ("a.csv.gz", gzip.compress(LINES, mtime=0)), ("a.bz2", bz2.compress(LINES)), ("a.zst", zstandard.compress(LINES)),
     ("crlf.txt", LINES.replace(b"\n", b"\r\n"))],
)  # fmt: skip
def test_lazy_simple_text(athena: Athena, name: str, body: bytes) -> None:
    athena.put(f"t/{name}", body)
    athena.run(
        "create external table t (i int, s string, ts timestamp) row format delimited fields terminated by ',' location 's3://lake/t/'"
    )
    assert athena.rows("select * from t") == [
        (1, "a b", dt.datetime(2024, 1, 1)), (None, None, None), (2, None, None), (None, "too", None), (4, None, None),
    ]  # fmt: skip
    assert athena.run("select count(*) from t").scanned_bytes == len(body)


def test_lazy_simple_escapes_and_nested_values(athena: Athena) -> None:
    athena.put("t/a", b"head|er\na\\|b|1;2|k:1;l:2\n")
    athena.run(
        r"create external table t (s string, a array<int>, m map<string,int>) row format delimited fields terminated by '|' "
        r"escaped by '\\' collection items terminated by '\073' map keys terminated by ':' location 's3://lake/t/' "
        "tblproperties ('skip.header.line.count'='1')"
    )
    assert athena.rows("select * from t") == [("a|b", [1, 2], [("k", 1), ("l", 2)])]


def test_open_csv(athena: Athena) -> None:
    athena.put("t/a.csv", b'"id","n","d"\n"1","x, \\"y\\"",19000\n2,,abc\n')
    athena.run(
        "create external table `db`.`t` (`id` int, `n` string, d date)\n row format serde 'org.apache.hadoop.hive.serde2.OpenCSVSerde'\n"
        " location 's3://lake/t'\n tblproperties (\n 'skip.header.line.count'='1'\n )"
    )
    assert athena.rows("select n from t") == [('x, "y"',), ("",)], "empty text is no NULL"
    assert athena.rows("select id, d from t where id = 1") == [(1, dt.date(2022, 1, 8))]
    assert athena.error("select d from t").startswith("HIVE_BAD_DATA: Error parsing field value 'abc' for field 2")


JSON_SERDES = ["org.openx.data.jsonserde.JsonSerDe", "org.apache.hive.hcatalog.data.JsonSerDe"]


@pytest.mark.parametrize("serde", JSON_SERDES)
def test_json(athena: Athena, serde: str) -> None:
    shown = '{"k": "v"}' if serde == JSON_SERDES[0] else r'"{\"k\":\"v\"}"'
    lines = '{"Id": 1, "s": "x", "o": {"a": 1}, "l": [1, 2]}\n{"id": null, "s": ' + shown + "}\n"
    athena.put("t/a.json", lines.encode())
    athena.run(
        f"create external table t (id int, s string, o struct<a:int>, l array<int>) row format serde '{serde}' location 's3://lake/t'"
    )
    assert athena.rows("select * from t") == [(1, "x", {"a": 1}, [1, 2]), (None, '{"k":"v"}', None, None)]


@pytest.mark.parametrize("serde", JSON_SERDES)
def test_keys_of_rows_in_json_have_any_case_at_any_depth(athena: Athena, serde: str) -> None:
    athena.put(
        "t/a.json",
        b'{"O": {"Id": 1, "inner": {"Name": "A:B", "tags": ["X"]}}, "l": [{"ID": 2}, {"id": 3}, null],'
        b' "m": {"K": {"Id": 4}}}\n{"o": {"id": null, "other": {"A": 1}}, "l": [], "m": {}}\n{"o": null}\n',
    )
    athena.run(
        "create external table t (o struct<id:int,inner:struct<name:string,tags:array<string>>>, l array<struct<id:int>>, "
        f"m map<string,struct<id:int>>) row format serde '{serde}' location 's3://lake/t'"
    )
    rows = athena.rows(
        'select o.id, o."inner".name, o."inner".tags, transform(l, x -> x.id), m[\'K\'].id from t where o.id = 1'
    )
    assert rows == [(1, "A:B", ["X"], [2, 3, None], 4)]
    rows = athena.rows("select count(*), count(o), count(o.id), count(l), count(m), max(cardinality(m)) from t")
    assert rows == [(3, 2, 1, 2, 2, 1)]


def test_malformed_json_fails_or_is_null(athena: Athena) -> None:
    athena.put("t/a.json", b'{"id": 1}\n{broken\n')
    create = "create external table {} (id int) row format serde 'org.openx.data.jsonserde.JsonSerDe' {} location 's3://lake/t'"
    athena.run(create.format("t", ""))
    assert athena.error("select * from t").startswith("HIVE_CURSOR_ERROR: Row is not a valid JSON Object: {broken")
    athena.run(create.format("lenient", "with serdeproperties ('ignore.malformed.json'='true')"))
    assert athena.rows("select * from lenient") == [(1,), (None,)]


def test_bytes_are_those_of_the_columns_and_partitions_read(athena: Athena) -> None:
    athena.run(
        "create table t with (external_location='s3://lake/t', partitioned_by=array['k']) as "
        "select n as a, cast(n as varchar) as b, n % 2 as k from unnest(sequence(1, 1000)) t(n)"
    )

    def scanned(sql: str) -> int:
        return athena.run(sql).scanned_bytes

    everything = scanned("select * from t")
    only_a, only_b = scanned("select a from t"), scanned("select b from t")
    assert 0 < only_a < everything
    assert only_a + only_b == everything
    assert scanned("select k, count(*) from t group by k") == 0, "partition columns are not in the files"
    assert scanned("select count(*) from t") == 0
    assert scanned("select 1 as id") == 0
    assert scanned("select a from (select * from t) x") == only_a
    assert 0 < scanned("select a from t where k = 1") < only_a
    assert scanned("select a from t where k = 7") == 0
    assert scanned("create table u with (external_location='s3://lake/u') as select a from t") == only_a


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [("d = date '2024-01-01'", [1]), ("d between date '2024-01-02' and date '2024-01-03'", [2, 3]), ("d is null", [4]),
     ("cast(d as varchar) like '%-02'", [2]), ("d = date '2024-01-01' or d = date '2024-01-03'", [1, 3]), ("n > 2 and d is not null", [3]),
     ("not (d > date '2024-01-01')", [1]), ("d in (select max(d) from p)", [3])],
)  # fmt: skip
def test_pruning_partitions_changes_no_answer(athena: Athena, condition: str, numbers: list[int]) -> None:
    days = ", ".join(f"({n}, date '2024-01-0{n}')" for n in (1, 2, 3))
    athena.run(
        f"create table p with (external_location='s3://lake/p', partitioned_by=array['d']) as select * from (values {days}, (4, null)) v(n, d)"
    )
    assert athena.rows(f"select n from p where {condition} order by n") == [(number,) for number in numbers]


def test_pruning_stops_at_outer_joins(athena: Athena) -> None:
    athena.run(
        "create table p with (external_location='s3://lake/p', partitioned_by=array['k']) as select 1 as id, 'x' as k"
    )
    sql = "select v.id, p.k from (values 1, 2) v(id) left join p on p.id = v.id where p.k is null order by 1"
    assert athena.rows(sql) == [(2, None)]


def test_buckets_follow_hives_hash(athena: Athena) -> None:
    properties = "external_location='s3://lake/t', bucketed_by=array['s'], bucket_count=7"
    athena.run(
        f"create table t with ({properties}) as select s from (values 'a', 'b', 'hello', 'ü', 'über', 'é-x') v(s)"
    )

    def java_hash(text: str) -> int:
        total = 0
        for byte in text.encode():
            total = (31 * total + (byte - 256 if byte > 127 else byte)) & 0xFFFFFFFF
        return (total & 0x7FFFFFFF) % 7

    found = {row[0]: int(row[1].rsplit("/", 1)[1][:6]) for row in athena.rows('select s, "$path" from t')}
    assert found == {text: java_hash(text) for text in ("a", "b", "hello", "ü", "über", "é-x")}
    assert athena.table("t")["StorageDescriptor"]["NumberOfBuckets"] == 7


def test_partition_projection(athena: Athena) -> None:
    for day in ("2024/01/01", "2024/01/02", "2024/01/04"):
        athena.put(f"logs/eu/{day}/a.json", b'{"n": %d}' % int(day[-1]))
    athena.run(
        """create external table logs (n int) partitioned by (region string, day string)
        row format serde 'org.openx.data.jsonserde.JsonSerDe' location 's3://lake/logs/' tblproperties (
        'projection.enabled'='true', 'projection.region.type'='enum', 'projection.region.values'='eu,us',
        'projection.day.type'='date', 'projection.day.format'='yyyy/MM/dd', 'projection.day.range'='2024/01/01,NOW',
        'storage.location.template'='s3://lake/logs/${region}/${day}')"""
    )
    assert athena.rows("select n, region, day from logs where day >= '2024/01/02' and day < '2024/02/01' and region = 'eu' order by 1") == [
        (2, "eu", "2024/01/02"), (4, "eu", "2024/01/04"),
    ]  # fmt: skip


@pytest.mark.parametrize("serde", ["serde2.OpenCSVSerde", "JsonSerDe", "ParquetHiveSerDe"])
@pytest.mark.parametrize("partitioned", ["", "partitioned by (dt date)"])
def test_a_table_of_which_no_file_has_come_has_no_rows(athena: Athena, serde: str, partitioned: str) -> None:
    names = {
        "serde2.OpenCSVSerde": "org.apache.hadoop.hive.serde2.OpenCSVSerde",
        "JsonSerDe": "org.openx.data.jsonserde.JsonSerDe",
        "ParquetHiveSerDe": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    }
    athena.run(
        f"create external table late (n string) {partitioned} row format serde '{names[serde]}' location 's3://lake/late/'"
    )
    assert athena.rows("select * from late") == []
    assert athena.rows("select count(*), max(n) from late where n > '2024'") == [(0, None)]
    if partitioned:
        assert athena.rows("select max(dt) from late where dt >= date '2024-01-01'") == [(None,)]


def test_injected_projection_needs_a_value(athena: Athena) -> None:
    athena.put("t/id=7/a.json", b'{"n": 1}')
    athena.run(
        """create external table t (n int) partitioned by (id string) row format serde 'org.openx.data.jsonserde.JsonSerDe'
        location 's3://lake/t' tblproperties ('projection.enabled'='true', 'projection.id.type'='injected')"""
    )
    assert athena.rows("select n, id from t where id = '7'") == [(1, "7")]
    assert athena.error("select * from t").startswith(
        "CONSTRAINT_VIOLATION: For the injected projected partition column id"
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20),
        min_size=1,
        max_size=5,
        unique=True,
    )
)
def test_any_printable_text_is_a_partition_value(athena: Athena, texts: list[str]) -> None:
    """Given values of any characters that Trino lets partition a table, when they partition a table, then each row comes back under its own."""
    athena.run("drop table if exists t")
    for key in athena.keys(""):
        athena.aws.s3.delete_object(Bucket="lake", Key=key)
    values = ", ".join(f"({number}, '{text.replace(chr(39), chr(39) * 2)}')" for number, text in enumerate(texts))
    athena.run(
        f"create table t with (external_location='s3://lake/t', partitioned_by=array['k']) as select * from (values {values}) v(n, k)"
    )
    assert athena.rows("select n, k from t order by n") == [(number, text or None) for number, text in enumerate(texts)]


def test_a_database_gets_properties(athena: Athena) -> None:
    """Given a database, when its properties are set twice, then those of before stay unless they are named again."""
    athena.run("alter database db set dbproperties ('owner' = 'me', 'since' = '2024')")
    athena.run("alter schema `db` set dbproperties ('since' = '2025')")
    assert athena.aws.glue.get_database(Name="db")["Database"]["Parameters"] == {"owner": "me", "since": "2025"}


def test_an_unfinished_table_is_not_read(athena: Athena) -> None:
    """Given a CTAS that was killed before its partitions were registered, then the table is refused until it is dropped."""
    create = "create table t with (external_location='s3://lake/t', partitioned_by=array['k']) as select 1 as n, 2 as k"
    athena.run(create)
    assert "local_athena.unfinished" not in athena.table("t")["Parameters"]
    table = athena.table("t")
    parameters = {**table["Parameters"], "local_athena.unfinished": "the query"}
    kept = {key: table[key] for key in ("Name", "StorageDescriptor", "PartitionKeys", "TableType")}
    athena.aws.glue.update_table(DatabaseName="db", TableInput={**kept, "Parameters": parameters})
    for sql in ("select * from t", 'select * from "t$partitions"', "insert into t select 3, 4", "show partitions t"):
        assert "being made by query the query" in athena.error(sql)
    athena.run("drop table t")
    for key in athena.keys("t/"):
        athena.aws.s3.delete_object(Bucket="lake", Key=key)
    athena.run(create)
    assert athena.rows("select n, k from t") == [(1, 2)]


def many_small_files(athena: Athena, count: int) -> list[tuple[int, str, str]]:
    """A partitioned table ``t`` of *count* files of two rows and a header each, some compressed; its rows."""
    athena.run(
        "create external table t (id int, s string) partitioned by (p string) row format delimited "
        "fields terminated by ',' location 's3://lake/t/' tblproperties ('skip.header.line.count'='1')"
    )
    rows = []
    for number in range(count):
        part = f"p{number % 3}"
        text = f"id,s\n{number},a\n{number},\n".encode()
        packed = number % 5 == 0
        name = f"f{number:03}.csv{'.gz' if packed else ''}"
        athena.put(f"t/p={part}/{name}", gzip.compress(text) if packed else text)
        rows += [(number, "a", part), (number, "", part)]
    athena.run("msck repair table t")
    return rows


@pytest.mark.parametrize(
    ("count", "files", "size"), [(20, 500, 1 << 20), (20, 3, 1 << 20), (20, 500, 40), (15, 500, 1 << 20)]
)
def test_many_small_text_files(
    athena: Athena, monkeypatch: pytest.MonkeyPatch, count: int, files: int, size: int
) -> None:
    monkeypatch.setattr(packs, "PACK_FILES", files)
    monkeypatch.setattr(packs, "PACK_BYTES", size)
    rows = many_small_files(athena, count)
    for _ in range(2):  # once more from the cache
        assert sorted(athena.rows("select id, s, p from t")) == sorted(rows)
        assert sorted(athena.rows("select id from t where p = 'p1'")) == [(i,) for i, _, p in sorted(rows) if p == "p1"]
        paths = athena.rows('select id, "$path" from t')
        assert len(paths) == 2 * count
        assert all(f"/p=p{number % 3}/f{number:03}.csv" in path for number, path in paths)
    scanned = athena.run("select count(*) from t").scanned_bytes
    assert scanned == sum(
        item["Size"] for item in athena.aws.s3.list_objects_v2(Bucket="lake", Prefix="t/")["Contents"]
    )
    athena.put("t/p=p1/f001.csv", b"id,s\n1000,changed\n")
    athena.put("t/p=p2/z.csv", b"id,s\n1001,new")
    found = athena.rows("select id, s from t")
    assert {(1000, "changed"), (1001, "new")} <= set(found)
    assert 1 not in {number for number, _ in found}


def test_one_bad_file_among_many_small_ones_is_named(athena: Athena) -> None:
    many_small_files(athena, 20)
    athena.put("t/p=p1/f007.csv.gz", b"not gzip")
    assert "s3://lake/t/p=p1/f007.csv.gz" in athena.error("select count(*) from t")


def test_many_small_files_of_which_some_are_empty_but_for_their_header(athena: Athena) -> None:
    many_small_files(athena, 20)
    for number in range(20):
        athena.put(
            f"t/p=p{number % 3}/f{number:03}.csv{'.gz' if number % 5 == 0 else ''}",
            b"id,s\n" if number % 5 else gzip.compress(b"id,s\n"),
        )
    assert athena.rows('select id, "$path", p from t') == []
    assert athena.rows("select count(*) from t") == [(0,)]
