"""The command line: what it accepts, and what it says to what it does not."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from retail_feed import FeedError, FeedOptions
from retail_feed.__main__ import KEYS, main, parse


def test_keys_become_options() -> None:
    days = ["days=30", "until=2026-05-31", "from=2026-05-30", "to=2026-05-31"]
    options, raw = parse(["orders=50", "seed=7", *days, "format=csv", "raw=here"])
    assert raw == Path("here")
    assert options == FeedOptions(
        orders=50, seed=7, days=30, until=date(2026, 5, 31), from_day=date(2026, 5, 30), to_day=date(2026, 5, 31),
        format="csv",
    )  # fmt: skip


def test_no_keys_are_the_defaults() -> None:
    assert parse([]) == (FeedOptions(), Path("data/raw"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["order=5"], "'order=5' is not understood"),
        (["orders"], "'orders' is not understood"),
        (["--orders=5"], "'--orders=5' is not understood"),
        (["orders="], "orders= has no value"),
        (["orders=many"], "orders=many is not usable: orders is how many orders"),
        (["orders=1.5"], "orders=1.5 is not usable"),
        (["orders=0"], "orders=0 is out of range: a whole number from 1"),
        (["seed=-1"], "seed=-1 is out of range"),
        (["days=0"], "days=0 is out of range"),
        (["until=30.06.2026"], "until=30.06.2026 is not usable: until is last day, YYYY-MM-DD"),
        (["until=1066-10-14"], "until=1066-10-14 is out of range"),
        (["from=2020-01-01"], "from=2020-01-01 is outside the feed: a day from 2026-04-02 to 2026-06-30"),
        (["from=2026-06-02", "to=2026-06-01"], "from=2026-06-02 is after to=2026-06-01"),
        (["format=xml"], "format=xml is not known: one of csv, json, parquet"),
        (["seed=1", "seed=2"], "seed= is given twice"),
    ],
)
def test_bad_values_are_refused(arguments: list[str], message: str) -> None:
    with pytest.raises(FeedError) as refused:
        parse(arguments)
    assert message in str(refused.value)


def test_unknown_keys_are_answered_with_the_known_ones() -> None:
    with pytest.raises(FeedError) as refused:
        parse(["colour=blue"])
    assert all(f"{key}=" in str(refused.value) for key in KEYS)


def test_a_file_in_the_place_of_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "raw").write_text("a file")
    assert main([f"raw={tmp_path / 'raw'}"]) == 2
    assert "raw is a file: raw= needs a folder" in capsys.readouterr().err
    assert (tmp_path / "raw").read_text() == "a file"


def test_the_command_as_a_person_runs_it(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "retail_feed", "orders=100", "days=5"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert [line.split()[0] for line in ran.stdout.splitlines()] == [
        "table", "customers", "stores", "products", "orders", "order_items", "payments",
    ]  # fmt: skip
    assert "\x1b" not in ran.stdout
    assert (tmp_path / "data" / "raw" / "orders" / "dt=2026-06-30" / "part-00000.parquet").is_file()


def test_help_names_every_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert all(f"{key}=" in printed for key in KEYS)
