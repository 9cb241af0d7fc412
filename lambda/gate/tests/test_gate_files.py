"""Files that arrive, one at a time and all at once: their places, and what is said of those that have none."""

import gzip
import json

import pytest
from aws_in_memory import ARTIFACTS, RAW, Context
from gate import handler

GOOD = b"id,status\n1,paid\n2,sent\n"
DAY = "dt=2026-11-29"


def test_a_good_file_gets_its_place_its_marker_and_a_tick(lake):
    lake.send("incoming/shop/orders/dt=2024-01-02/part 0 100%.csv", GOOD)
    lake.deliver()
    (key,) = lake.raw()
    assert key.startswith("orders/dt=2024-01-02/part_0_100_-") and key.endswith(".csv")
    assert lake.aws.body(key) == GOOD
    assert lake.aws.keys("incoming/") == []
    assert [key.split("/")[2:4] + key.split("/")[5:] for key in lake.waiting()] == [["shop", "orders", "2024-01-02"]]
    assert len(lake.aws.delayed) == 1


@pytest.mark.parametrize(
    ("key", "body", "place"),
    [
        ("shop/orders/2024/a.csv", GOOD, f"orders/{DAY}/a-"),
        ("shop/orders/DT=2024-01-02/a.CSV", GOOD, "orders/dt=2024-01-02/a-"),
        ("shop/orders/a.csv.gz", gzip.compress(GOOD, mtime=0), f"orders/{DAY}/a-"),
        ("shop/events/region=eu/x.jsonl", b'{"id": 1}\n', "events/region=eu/x-"),
        ("shop/notes/x.csv", b"id\n1\n", "notes/x-"),
        ("shop/orders/$%&.csv", GOOD, f"orders/{DAY}/file-"),
    ],
)
def test_places(lake, key, body, place):
    lake.send(f"incoming/{key}", body)
    lake.settle()
    (found,) = lake.raw()
    assert found.startswith(place)
    assert lake.quarantine() == {}


@pytest.mark.parametrize(
    ("key", "body", "reason"),
    [
        ("shop/nothing/a.csv", GOOD, "is of no table"),
        ("a.csv", GOOD, "is of no table"),
        ("shop/orders", GOOD, "is of no table"),
        ("odd name/loose/a.csv", GOOD, "nothing says what is right"),
        ("shop/orders/a.csv", b"", "is empty"),
        ("shop/orders/a.csv", b"x" * 1_000_001, "has 1 MB, and the gate looks at files of at most 1 MB"),
        ("shop/orders/a.pdf", GOOD, "is not a data file"),
        ("shop/orders/a.json", b'{"id": 1, "status": "a"}\n', "is json, and the table that Athena reads it with is of csv"),
        ("shop/orders/_SUCCESS.csv", GOOD, "begins with . or _"),
        ("shop/orders/dt=2024-13-45/a.csv", GOOD, "orders/dt=2024-13-45: the folder's name is no date"),
        ("shop/orders/region=eu/a.csv", GOOD, "lies in a folder of region"),
        ("shop/events/a.json", b'{"id": 1}\n', "lies in no folder of region"),
        (f"shop/events/region={'x' * 200}/a.json", b'{"id": 1}\n', "lies in a folder whose value has more than 150 bytes"),
        ("shop/events/region=a%2Fb/a.json", b'{"id": 1}\n', "events/region=a%2Fb: the folder's name is no varchar"),
        ("shop/orders/a.csv", b"id,status,more\n1,a,b\n", "the column is not declared"),
        ("shop/orders/a.csv", b"id\n1\n", "the column is missing"),
        ("shop/orders/a.csv", b"id,status\nx,paid\n", "1 values are no bigint, such as 'x'"),
        ("shop/orders/a.csv", b"id,status\n1,\xff\n", "line 2 is not UTF-8"),
        ("shop/orders/a.csv.gz", gzip.compress(GOOD, mtime=0)[:-9], "cannot be read to its end"),
        ("shop/events/region=eu/a.json", b'{"id": ', "cannot be read"),
    ],
)  # fmt: skip
def test_reasons(lake, key, body, reason):
    key = f"incoming/{key}"
    lake.send(key, body)
    lake.settle()
    assert lake.raw() == []
    assert lake.aws.keys("incoming/") == []
    (told,) = lake.quarantine().items()
    assert told[0] == key
    assert told[1].startswith(reason) or reason in told[1]
    (copy,) = [key for key in lake.aws.keys("quarantine/") if not key.endswith(".reason.json")]
    assert lake.aws.body(copy) == body
    assert lake.aws.executions == {}
    (message,) = lake.aws.published
    assert message["Subject"] == "dev: 1 file in quarantine"
    assert told[1][:40] in message["Message"]


def test_no_path_of_the_machine_is_told(lake, tmp_path):
    lake.send("incoming/shop/orders/a.csv", b"id,status\nx,paid\n")
    lake.settle()
    assert str(tmp_path) not in json.dumps(
        [lake.aws.json(key) for key in lake.aws.keys("quarantine/") if key.endswith("json")]
    )
    assert list(tmp_path.iterdir()) == []


def test_the_same_file_twice_at_once_and_again_the_next_day_is_there_once(lake):
    for _ in range(2):
        lake.send("incoming/shop/orders/a.csv", GOOD)
    lake.settle()
    lake.aws.later(86_400)
    lake.send("incoming/shop/orders/a.csv", GOOD)
    lake.settle()
    assert len(lake.raw()) == 1
    assert lake.waiting() == []
    assert len(lake.aws.executions) == 1


def test_other_content_under_the_same_key_is_another_file(lake):
    lake.send("incoming/shop/orders/a.csv", GOOD)
    lake.send("incoming/shop/orders/a.csv", GOOD + b"3,new\n")
    lake.settle()
    assert {lake.aws.body(key) for key in lake.raw()} == {GOOD, GOOD + b"3,new\n"}


def test_a_file_that_is_overwritten_while_it_is_checked_is_not_taken_for_the_checked_one(lake, monkeypatch):
    lake.send("incoming/shop/orders/a.csv", GOOD)
    look = handler.Files._look

    def overwritten(self, arrival, *more):
        reasons = look(self, arrival, *more)
        if not lake.queue:
            lake.send("incoming/shop/orders/a.csv", b"id,status\nbad,\n")
        return reasons

    monkeypatch.setattr(handler.Files, "_look", overwritten)
    lake.deliver()
    assert lake.aws.keys("incoming/") == ["incoming/shop/orders/a.csv"], "the newer one is not the gate's to take away"
    monkeypatch.setattr(handler.Files, "_look", look)
    lake.settle()
    assert [lake.aws.body(key) for key in lake.raw()] == [GOOD]
    assert list(lake.quarantine()) == ["incoming/shop/orders/a.csv"]


@pytest.mark.parametrize("body", ["no JSON", "{}", "[]", "null", '{"detail": {"object": {"key": 1}}}'])
def test_a_message_that_is_no_event_is_left_to_become_a_dead_letter(lake, body):
    lake.queue += [body]
    lake.send("incoming/shop/orders/a.csv", GOOD)
    lake.deliver()
    assert lake.dead == [body]
    assert len(lake.raw()) == 1


def test_an_event_of_another_bucket_is_no_arrival(lake):
    lake.queue.append(lake.aws.put("incoming/shop/orders/a.csv", GOOD, bucket="others"))
    lake.queue.append(lake.aws.put("orders/a.csv", GOOD))
    lake.deliver()
    assert len(lake.dead) == 2
    assert lake.aws.keys("arrivals/", ARTIFACTS) == []


def test_a_folder_that_a_console_has_made_stays(lake):
    lake.send("incoming/shop/orders/", b"")
    lake.settle()
    assert lake.aws.keys("") == ["incoming/shop/orders/"]


def test_what_there_is_no_time_for_comes_again(lake, monkeypatch):
    monkeypatch.setattr(Context, "seconds", 10.0)
    lake.send("incoming/shop/orders/a.csv", GOOD)
    lake.deliver()
    assert len(lake.dead) == 1
    assert lake.aws.keys(bucket=RAW) == ["incoming/shop/orders/a.csv"]


def test_a_version_that_is_gone_is_no_arrival_that_is_done(lake):
    lake.send("incoming/shop/orders/a.csv", GOOD)
    lake.aws.versions.clear()
    lake.deliver()
    assert len(lake.dead) == 1
