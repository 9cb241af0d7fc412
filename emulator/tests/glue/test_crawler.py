"""Crawls over an S3 and a Glue in memory: formats, grouping, partitions, the policies for what changes and goes."""

from __future__ import annotations

import bz2
import gzip
import io
import json
from collections.abc import Callable
from typing import Any

import fastavro
import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet
import pytest

from local_athena.storage import AwsClients
from local_glue.crawler import hive_types
from local_glue.crawler.crawl import Counts, Crawl, Stopped, settings
from local_glue.crawler.files import glob
from local_glue.model import GlueError

Crawler = Callable[..., Counts]
ROWS: dict[str, list[Any]] = {"id": [1, 2], "name": ["a", "b"], "price": [1.5, None]}


@pytest.fixture
def crawl(aws: AwsClients) -> Crawler:
    """Crawls ``s3://lake/raw/`` into the database ``d``."""

    def run(
        path: str = "s3://lake/raw/", stopped: bool = False, exclusions: list[str] | None = None, **more: Any
    ) -> Counts:
        targets = {"S3Targets": [{"Path": path, "Exclusions": exclusions or []}]}
        work = settings({"Name": "c", "DatabaseName": "d", "Targets": targets, **more})
        return Crawl(work, aws.s3, aws.glue, lambda: stopped).run()

    return run


def put(aws: AwsClients, key: str, body: bytes | str) -> None:
    aws.s3.put_object(Bucket="lake", Key=f"raw/{key}", Body=body)


def parquet(**columns: list[Any]) -> bytes:
    out = io.BytesIO()
    pa.parquet.write_table(pa.table(columns or ROWS), out)
    return out.getvalue()


def there(aws: AwsClients) -> dict[str, dict[str, str]]:
    """Columns and their types by table; keys of partitions have a star."""
    tables = aws.glue.get_tables(DatabaseName="d")["TableList"]
    return {
        table["Name"]: {one["Name"]: one["Type"] for one in table["StorageDescriptor"]["Columns"]}
        | {f"*{one['Name']}": one["Type"] for one in table["PartitionKeys"]}
        for table in tables
    }


def partitions(aws: AwsClients, table: str) -> dict[str, str]:
    found = aws.glue.get_partitions(DatabaseName="d", TableName=table)["Partitions"]
    return {"/".join(one["Values"]): one["StorageDescriptor"]["Location"] for one in found}


def test_each_format_is_known_by_its_content(aws: AwsClients, crawl: Crawler) -> None:
    orc, avro = io.BytesIO(), io.BytesIO()
    pa.orc.write_table(pa.table(ROWS), orc)
    kinds = [
        {"name": "id", "type": "long"},
        {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}]},
    ]
    fastavro.writer(avro, {"type": "record", "name": "r", "fields": kinds}, [{"id": 1, "at": None}])
    put(aws, "p/x", parquet())
    put(aws, "o/x", orc.getvalue())
    put(aws, "a/x", avro.getvalue())
    put(
        aws,
        "j/x",
        '{"id": 1, "n": {"a": 1.5, "b": ["x"]}, "big": 3000000000}\n{"id": 2, "n": {"a": 2, "b": []}, "ok": true}\n',
    )
    put(aws, "c/x", "id,name,born\n1,Ann,2000-01-01\n2,Bob,\n")
    put(aws, "t/x", "one\nword a line\n")
    assert crawl().tables_created == 5
    assert there(aws) == {
        "p": {"id": "bigint", "name": "string", "price": "double"},
        "o": {"id": "bigint", "name": "string", "price": "double"},
        "a": {"id": "bigint", "at": "timestamp"},
        "j": {"id": "int", "n": "struct<a:double,b:array<string>>", "big": "bigint", "ok": "boolean"},
        "c": {"id": "bigint", "name": "string", "born": "string"},
    }
    table = aws.glue.get_table(DatabaseName="d", Name="c")["Table"]
    assert table["StorageDescriptor"]["SerdeInfo"]["Parameters"]["field.delim"] == ","
    assert table["StorageDescriptor"]["Location"] == "s3://lake/raw/c/"
    given = table["Parameters"]
    assert (given["classification"], given["skip.header.line.count"], given["recordCount"]) == ("csv", "1", "2")
    assert given["UPDATED_BY_CRAWLER"] == "c"


@pytest.mark.parametrize(("pack", "name"), [(gzip.compress, "gzip"), (bz2.compress, "bzip2")])
def test_texts_that_are_packed_are_unpacked(aws: AwsClients, crawl: Crawler, pack: Any, name: str) -> None:
    put(aws, "j/x", pack(b'{"a": 1}\n{"a": 2}\n'))
    crawl()
    assert there(aws) == {"j": {"a": "int"}}
    assert aws.glue.get_table(DatabaseName="d", Name="j")["Table"]["Parameters"]["compressionType"] == name


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("a|b\n1|x\n", {"a": "bigint", "b": "string"}),
        ("a\tb\n1.5\tx\n", {"a": "double", "b": "string"}),
        ("ann,berlin\nbob,rome\n", {"col0": "string", "col1": "string"}),
        ("1,x\n2,y\n", {"col0": "bigint", "col1": "string"}),
        ("a,b\n1,x\n2.5,\n", {"a": "double", "b": "string"}),
    ],
)
def test_headers_and_delimiters_of_csv(aws: AwsClients, crawl: Crawler, text: str, columns: dict[str, str]) -> None:
    put(aws, "c/x.csv", text)
    crawl()
    assert there(aws) == {"c": columns}


def test_folders_that_are_alike_are_partitions_and_others_tables(aws: AwsClients, crawl: Crawler) -> None:
    for day in ("2026-01-01", "2026-01-02"):
        put(aws, f"orders/dt={day}/a.parquet", parquet())
        put(aws, f"orders/dt={day}/_SUCCESS", "x")
    put(aws, "events/2026/01/e.json", '{"a": 1}')
    put(aws, "events/2026/02/e.json", '{"a": 1}')
    put(aws, "people/p.csv", "id,born\n1,2000\n")
    counts = crawl()
    assert (counts.tables_created, counts.partitions_created) == (3, 4)
    assert there(aws)["orders"] == {"id": "bigint", "name": "string", "price": "double", "*dt": "string"}
    assert partitions(aws, "orders") == {
        "2026-01-01": "s3://lake/raw/orders/dt=2026-01-01/",
        "2026-01-02": "s3://lake/raw/orders/dt=2026-01-02/",
    }
    assert there(aws)["people"] == {"id": "bigint", "born": "bigint"}
    # A folder with one other in it has nothing to be alike with: the table begins below it.
    (events,) = set(there(aws)) - {"orders", "people"}
    assert there(aws)[events]["*partition_0"] == "string"


def test_seven_of_ten_columns_are_one_table_and_six_are_two(aws: AwsClients, crawl: Crawler) -> None:
    shared = {f"c{number}": [1] for number in range(7)}
    put(aws, "t/x=1/a", parquet(**shared))
    put(aws, "t/x=2/a", parquet(**shared, d=[1], e=[1], f=["x"]))
    crawl()
    assert list(there(aws)) == ["t"]
    assert set(there(aws)["t"]) == {*shared, "d", "e", "f", "*x"}
    put(aws, "u/x=1/a", parquet(**shared))
    put(aws, "u/x=2/a", parquet(**shared, d=[1], e=[1], f=[1], g=[1]))
    crawl()
    assert set(there(aws)) == {"t", "x_1", "x_2"}


def test_files_that_are_not_alike_are_tables_each(aws: AwsClients, crawl: Crawler) -> None:
    put(aws, "a.csv", "id,name\n1,x\n")
    put(aws, "b.json", '{"z": 1}')
    crawl()
    assert there(aws) == {"a_csv": {"id": "bigint", "name": "string"}, "b_json": {"z": "int"}}


def test_the_level_of_tables_can_be_given(aws: AwsClients, crawl: Crawler) -> None:
    put(aws, "shop/x/a.csv", "id,name\n1,x\n")
    put(aws, "shop/y/a.csv", "other,thing,third\n1,x,y\n")
    crawl(Configuration=json.dumps({"Version": 1.0, "Grouping": {"TableLevelConfiguration": 3}}))
    assert list(there(aws)) == ["shop"]
    assert partitions(aws, "shop").keys() == {"x", "y"}


def test_exclusions_and_a_prefix(aws: AwsClients, crawl: Crawler) -> None:
    put(aws, "a/x.csv", "id,name\n1,x\n")
    put(aws, "b/deep/x.tmp", "id,name\n1,x\n")
    crawl(exclusions=["**.tmp"], TablePrefix="raw_")
    assert list(there(aws)) == ["raw_a"]


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("*.csv", "a.csv", True),
        ("*.csv", "d/a.csv", False),
        ("**.csv", "d/a.csv", True),
        ("{a,b}/**", "b/x/y", True),
        ("[!a]?", "b1", True),
        ("[!a]?", "a1", False),
        ("2026-0[1-3]*", "2026-02-01", True),
        ("a.b", "axb", False),
    ],
)
def test_patterns_of_exclusions(pattern: str, path: str, fits: bool) -> None:
    assert bool(glob(pattern).fullmatch(path)) is fits


def test_a_second_crawl_finds_nothing_new_and_then_what_has_changed(aws: AwsClients, crawl: Crawler) -> None:
    put(aws, "t/dt=1/a", parquet())
    crawl()
    again = crawl()
    assert (again.tables_created, again.tables_updated, again.partitions_created, again.partitions_updated) == (
        0,
        0,
        0,
        0,
    )
    put(aws, "t/dt=2/a", parquet(**ROWS, more=[1, 2]))
    changed = crawl()
    assert (changed.tables_updated, changed.partitions_created) == (1, 1)
    assert there(aws)["t"]["more"] == "bigint"
    kinds = {
        one["Values"][0]: len(one["StorageDescriptor"]["Columns"])
        for one in aws.glue.get_partitions(DatabaseName="d", TableName="t")["Partitions"]
    }
    assert kinds == {"1": 3, "2": 4}


def test_a_change_can_be_left_alone(aws: AwsClients, crawl: Crawler) -> None:
    put(aws, "t/dt=1/a", parquet())
    crawl()
    put(aws, "t/dt=2/a", parquet(**ROWS, more=[1, 2]))
    counts = crawl(SchemaChangePolicy={"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"})
    assert (counts.tables_updated, counts.partitions_created) == (0, 1)
    assert "more" not in there(aws)["t"]
    assert "stays as it is" in counts.said[0]


@pytest.mark.parametrize(
    ("policy", "left"), [("DELETE_FROM_DATABASE", []), ("LOG", ["t"]), ("DEPRECATE_IN_DATABASE", ["t"])]
)
def test_what_is_gone_is_deleted_marked_or_left(aws: AwsClients, crawl: Crawler, policy: str, left: list[str]) -> None:
    put(aws, "t/a", parquet())
    put(aws, "u/a", parquet(z=[1]))
    crawl()
    aws.glue.create_table(
        DatabaseName="d", TableInput={"Name": "own", "StorageDescriptor": {"Location": "s3://lake/raw/own/"}}
    )
    aws.s3.delete_object(Bucket="lake", Key="raw/t/a")
    crawl(SchemaChangePolicy={"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": policy})
    assert sorted(there_names(aws)) == sorted(["own", *left, "u"])
    if left:
        marked = "DEPRECATED_BY_CRAWLER" in aws.glue.get_table(DatabaseName="d", Name="t")["Table"]["Parameters"]
        assert marked is (policy == "DEPRECATE_IN_DATABASE")


def there_names(aws: AwsClients) -> list[str]:
    return [table["Name"] for table in aws.glue.get_tables(DatabaseName="d")["TableList"]]


def test_a_partition_that_is_gone_goes(aws: AwsClients, crawl: Crawler) -> None:
    put(aws, "t/dt=1/a", parquet())
    put(aws, "t/dt=2/a", parquet())
    crawl()
    aws.s3.delete_object(Bucket="lake", Key="raw/t/dt=1/a")
    assert crawl().partitions_deleted == 1
    assert partitions(aws, "t").keys() == {"2"}


def test_new_folders_only(aws: AwsClients, crawl: Crawler) -> None:
    quiet = {
        "SchemaChangePolicy": {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"},
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
    }
    put(aws, "t/dt=1/a", parquet())
    crawl(**quiet)
    put(aws, "t/dt=1/b", "no parquet")  # it is not looked at
    put(aws, "t/dt=2/a", parquet())
    put(aws, "t/dt=3/a", parquet())
    assert crawl(**quiet).partitions_created == 2
    assert partitions(aws, "t").keys() == {"1", "2", "3"}


def test_a_name_that_is_another_tables_gets_an_end(aws: AwsClients, crawl: Crawler) -> None:
    aws.glue.create_database(DatabaseInput={"Name": "d"})
    aws.glue.create_table(DatabaseName="d", TableInput={"Name": "t", "StorageDescriptor": {"Location": "s3://other/"}})
    put(aws, "t/a", parquet())
    crawl()
    names = there_names(aws)
    assert len(names) == 2
    assert any(name.startswith("t_") for name in names)


def test_a_crawler_that_is_stopped_stops_before_the_next_file(aws: AwsClients, crawl: Crawler) -> None:
    put(aws, "t/a", parquet())
    with pytest.raises(Stopped):
        crawl(stopped=True)


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"Targets": {"JdbcTargets": [{"ConnectionName": "c"}]}}, "JdbcTargets"),
        ({"Targets": {"S3Targets": [{"Path": "s3://b/", "SampleSize": 3}]}}, "SampleSize"),
        ({"Classifiers": ["mine"]}, "classifiers of one's own"),
        ({"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVENT_MODE"}}, "CRAWL_EVENT_MODE"),
        ({"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}}, "LOG and LOG"),
        ({"Configuration": '{"Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}}'}, "TableGroupingPolicy"),
        ({"Configuration": "{"}, "no JSON"),
    ],
)
def test_settings_that_would_be_ignored_are_refused(request_: dict[str, Any], said: str) -> None:
    with pytest.raises(GlueError, match=said):
        settings({"Name": "c", **request_})


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("int", "bigint", "bigint"),
        ("bigint", "double", "double"),
        ("int", "string", "string"),
        ("array<int>", "array<double>", "array<double>"),
        (
            "struct<a:int,b:array<int>>",
            "struct<a:bigint,c:decimal(10,2)>",
            "struct<a:bigint,b:array<int>,c:decimal(10,2)>",
        ),
        (None, "int", "int"),
    ],
)
def test_types_of_two_files_together(one: str | None, other: str, both: str) -> None:
    assert hive_types.together(one, other) == both
