"""Files that arrive, from outside: keys of what is sent, rows that are shown, queues of what is tried again."""

import gzip
import io
import json
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from lakeloop.arrivals import redrive
from lakeloop.arrivals.excerpt import excerpt
from lakeloop.arrivals.follow import Fate
from lakeloop.arrivals.names import keys_of
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.errors import UserError
from lakeloop_project.sources import from_plain
from lakeloop_raw.arrivals import day_of, file_id, named, quarantine_key, waiting_key, waiting_of


def table(source, name, folder):
    return from_plain(
        {"source": source, "name": name, "folder": folder, "format": "csv", "file": "models/a.yml", "columns": []}
    )


TABLES = [table("shop", "orders", "orders"), table("a", "twice", "a/twice"), table("b", "twice", "b/twice")]


def files(tmp_path, *names):
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("raw/orders/dt=2024-01-01/a b.csv", "incoming/shop/orders/dt=2024-01-01/a b.csv"),
        ("shop/orders/a.csv", "incoming/shop/orders/a.csv"),
        ("orders/x/shop/orders/a.csv", "incoming/shop/orders/a.csv"),
        ("b/twice/a.csv", "incoming/b/twice/a.csv"),
    ],
)
def test_folders_say_of_which_table_a_file_is(tmp_path, file, key):
    place = files(tmp_path, file)
    assert keys_of(place, TABLES, None) == {key: place / file}
    assert keys_of(place / file, TABLES, None) == {key: place / file}


def test_a_folder_is_sent_without_what_athena_passes_over(tmp_path):
    place = files(tmp_path, "orders/a.csv", "orders/.hidden.csv", "_tmp/orders/b.csv")
    assert set(keys_of(place, TABLES, None)) == {"incoming/shop/orders/a.csv"}


def test_a_table_that_is_named_is_taken_as_it_is(tmp_path):
    place = files(tmp_path, "deep/a.csv")
    assert set(keys_of(place, TABLES, "new.one")) == {"incoming/new/one/deep/a.csv"}
    assert set(keys_of(place / "deep" / "a.csv", TABLES, "new.one")) == {"incoming/new/one/a.csv"}


@pytest.mark.parametrize(
    ("name", "table", "message"),
    [
        ("none", None, "does not exist"),
        ("empty", None, "holds no files"),
        ("lost", None, r"No folder says of which table these are: .*a\.csv.*Known: shop\.orders, a\.twice"),
        ("lost", "orders", r"table=orders is no SOURCE\.TABLE"),
    ],
)
def test_what_cannot_be_sent_is_one_message(tmp_path, name, table, message):
    files(tmp_path, "lost/a.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=message):
        keys_of(tmp_path / name, TABLES, table)


class S3:
    def __init__(self, body):
        self.body = body

    def head_object(self, **_):
        return {"ContentLength": len(self.body)}

    def get_object(self, **_):
        return {"Body": io.BytesIO(self.body)}

    def download_file(self, bucket, key, file):
        with open(file, "wb") as stream:  # noqa: PTH123
            stream.write(self.body)


TEXT = "".join(f"{number},row {number}\n" for number in range(1, 21)).encode()


@pytest.mark.parametrize(
    ("key", "body", "reasons", "lines"),
    [
        ("a.csv", TEXT, ["line 9 is blank"], ["1: 1,row 1", "2: 2,row 2", "3: 3,row 3", "9: 9,row 9"]),
        ("a.csv", TEXT, ["2 values are no date, such as 'row 20'"], ["1: 1,row 1", "2: 2,row 2", "3: 3,row 3", "20: 20,row 20"]),
        ("a.csv.gz", gzip.compress(TEXT, mtime=0)[:-9], [], ["1: 1,row 1", "2: 2,row 2", "3: 3,row 3"]),
        ("a.csv.gz", b"no gzip", [], []),
        ("a.csv", b"", [], []),
        ("a.csv", b"\xff\x1b[2J\n", [], ["1: \\xff\x1b[2J"]),
        ("a.parquet", b"PAR1", [], ["(not readable: "]),
    ],
)  # fmt: skip
def test_rows_of_a_file_in_quarantine(key, body, reasons, lines):
    shown = excerpt(S3(body), "raw", key, reasons)
    assert [line.startswith(wanted) for line, wanted in zip(shown, lines, strict=True)] == [True] * len(lines)


def test_first_rows_of_parquet(tmp_path):
    duckdb.sql(f"copy (select 7 as id, 'a' as name) to '{tmp_path / 'a.parquet'}'")
    shown = excerpt(S3((tmp_path / "a.parquet").read_bytes()), "raw", "a.parquet", [])
    assert shown == ["id INTEGER, name VARCHAR", "7, a"]


LAKE = Outputs(*["x"] * 12, arrivals_queue_url="arrivals", ticks_queue_url="ticks", arrivals_dead_url="dead")


@pytest.mark.parametrize(
    ("body", "queue"),
    [
        ('{"detail-type": "Object Created"}', "arrivals"),
        ('{"tick": "due"}', "ticks"),
        ('{"source": "aws.states", "detail-type": "Step Functions Execution Status Change"}', "ticks"),
        ("no JSON", None),
        ("[]", None),
        ('{"detail-type": "else"}', None),
    ],
)
def test_a_dead_letter_goes_back_to_who_can_read_it(body, queue):
    assert redrive._queue_of(body, LAKE) == queue


def test_files_of_which_no_message_tells_are_told_of():
    sent = []
    old = {"LastModified": datetime.now(UTC) - timedelta(hours=3), "ETag": '"e"', "Size": 1, "VersionId": "v"}
    versions = [
        {**old, "Key": "incoming/a/b/old.csv", "IsLatest": True},
        {**old, "Key": "incoming/a/b/old.csv", "IsLatest": False},
        {**old, "Key": "incoming/a/b/", "IsLatest": True},
        {**old, "Key": "incoming/a/b/new.csv", "IsLatest": True, "LastModified": datetime.now(UTC)},
    ]

    class Pages:
        def get_paginator(self, name):
            return self

        def paginate(self, **_):
            return [{"Versions": versions}]

        def send_message(self, **message):
            sent.append(json.loads(message["MessageBody"])["detail"]["object"])

    assert redrive._tell_of_forgotten(Pages(), Pages(), LAKE) == 1
    assert sent == [{"key": "incoming/a/b/old.csv", "version-id": "v", "etag": "e", "size": 1}]


@pytest.mark.parametrize(
    ("fate", "done", "line"),
    [
        (Fate({"a"}), False, "1 of 2 looked at"),
        (Fate(set(), waiting={"a"}), False, "2 of 2 looked at, 1 wait for a run"),
        (Fate(set(), waiting={"a"}, run="r"), False, "2 of 2 looked at, the run r builds"),
        (Fate(set(), waiting={"a"}, failed="r"), True, "2 of 2 looked at, 1 wait for a run"),
        (Fate(set(), waiting={"a"}, failed="r", run="s"), False, "2 of 2 looked at, the run s builds"),
        (Fate(set(), apart={"a": {}}), True, "2 of 2 looked at, 1 in quarantine"),
    ],
)
def test_the_fate_of_files(fate, done, line):
    assert (fate.done, fate.line(2)) == (done, line)


def test_names_of_what_arrives():
    assert file_id("k", '"e"') == file_id("k", "e") != file_id("k", "f")
    assert named("../a b%.CSV.GZ", "id") == "a_b_-id.csv.gz"
    assert named(".csv", "id") == "file-id.csv"
    assert named("README", "id") == "README-id"
    assert waiting_of(waiting_key("odd/source", "a b", "id")) == ("odd/source", "a b", "id", "")
    assert waiting_of(waiting_key("shop", "a", "id", "2026-01-31")) == ("shop", "a", "id", "2026-01-31")
    assert day_of("orders/region=eu/dt=2026-01-31/a=2020-01-01.csv") == "2026-01-31"
    assert {day_of(place) for place in ("orders/a.csv", "orders/m=01/a.csv", "orders/dt=2026-02-30/a.csv")} == {""}
    assert quarantine_key("incoming/a.csv", "id") == "quarantine/a-id.csv"
    assert quarantine_key("incoming/s/t/x=1/a.csv", "id") == "quarantine/s/t/x=1/a-id.csv"
