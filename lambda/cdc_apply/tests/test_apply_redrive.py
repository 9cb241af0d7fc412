"""Records that were set apart, tried again once their reason is gone: each once, whatever the stream has brought since."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from history import change
from lakeloop_changes import Change, Column
from test_apply_handler import FIRST, Setting, kinesis, setting  # noqa: F401 - a fixture


def of_type(word: str, number: int) -> Change:
    one = change("c", number, lsn=200 + number, commit_lsn=200 + number)
    value: Any = number if word == "bigint" else "text"
    assert one.after is not None
    return replace(one, columns=(*one.columns, Column("n", word, True)), after={**one.after, "n": value})


def test_a_record_is_written_once_its_reason_is_gone_and_once_only(setting: Setting) -> None:  # noqa: F811
    """GIVEN a change whose type was refused, and later ones WHEN the column has another name THEN it is added, once."""
    setting.handle(
        kinesis([of_type("bigint", 1).encode(), of_type("varchar", 2).encode(), of_type("bigint", 3).encode()])
    )
    (key,) = setting.apart
    still = setting.handle({"redrive": [key]})
    assert (still["written"], still["there"]) == (0, 0) and "no wider type" in still["stay"][key]
    assert list(setting.apart) == [key]

    with setting.lake.table().update_schema() as update:
        update.rename_column("n", "n_before")
    kept = setting.bucket.objects[key]
    assert setting.handle({"redrive": [key]}) == {"written": 1, "there": 0, "stay": {}}
    assert setting.apart == {}
    setting.bucket.objects[key] = kept
    assert setting.handle({"redrive": [key]}) == {"written": 0, "there": 1, "stay": {}}
    # A capture that was killed sends it once more.
    setting.handle(kinesis([of_type("varchar", 2).encode()], FIRST + 50))
    assert [(row["id"], row["n"], row["n_before"]) for row in setting.lake.rows()] == [
        (1, None, 1),
        (2, "text", None),
        (3, None, 3),
    ]


def test_a_record_that_the_stream_is_behind_of_is_not_written_by_it_again(setting: Setting) -> None:  # noqa: F811
    setting.handle(kinesis([of_type("bigint", 1).encode(), of_type("varchar", 2).encode()]))
    (key,) = setting.apart
    with setting.lake.table().update_schema() as update:
        update.rename_column("n", "n_before")
    assert setting.handle({"redrive": [key]})["written"] == 1
    setting.handle(kinesis([of_type("varchar", 2).encode(), of_type("varchar", 4).encode()], FIRST + 1))
    assert [row["id"] for row in setting.lake.rows()] == [1, 2, 4]


def test_what_is_no_record_stays_with_its_reason(setting: Setting) -> None:  # noqa: F811
    setting.handle(kinesis([b"no change"]))
    (key,) = setting.apart
    setting.bucket.objects["quarantine/changes/broken.json"] = b"[]"
    found = setting.handle(
        {"redrive": [key, "changes/other", "quarantine/changes/gone", "quarantine/changes/broken.json"]}
    )
    assert (found["written"], found["there"]) == (0, 0)
    assert [reason.partition(":")[0] for reason in found["stay"].values()][1:] == [
        "changes/other does not lie in quarantine/changes/",
        "quarantine/changes/gone is not there",
        "quarantine/changes/broken.json holds no record",
    ]
    assert key in setting.apart


def test_a_table_that_is_not_there_yet_is_made(setting: Setting) -> None:  # noqa: F811
    setting.handle(kinesis([of_type("bigint", 1).encode(), of_type("varchar", 2).encode()]))
    (key,) = setting.apart
    setting.lake.glue.tables.clear()
    assert setting.handle({"redrive": [key]})["written"] == 1
    assert [row["n"] for row in setting.lake.rows()] == ["text"]
