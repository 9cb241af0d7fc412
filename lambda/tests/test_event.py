import json
from pathlib import Path

import pytest
from dbt_runner import event, options
from dbt_runner.errors import TerminalError
from hypothesis import given
from hypothesis import strategies as st

EVENTS = Path(__file__).parents[2] / "tests" / "events"
# Lone halves of surrogate pairs included: JSON can hold them.
TEXT = st.text(st.characters())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
)
WORDS = st.lists(st.sampled_from(["build", "--select", "-t", "-", "--", "prod", "docs", "-xtprod", ""]) | TEXT)


def accept(raw):
    request = event.parse(raw)
    options.check(request)
    return request


@pytest.mark.parametrize("sample", sorted(EVENTS.glob("*.json")), ids=lambda path: path.stem)
def test_samples_are_accepted(sample):
    raw = json.loads(sample.read_text())
    assert accept(raw).words == [*raw["command"], *raw["cli_args"]]


@pytest.mark.parametrize("raw", [{}, {"command": []}, {"command": None, "cli_args": None}])
def test_without_a_command_it_builds(raw):
    assert accept(raw).words == ["build"]


def test_the_state_machine_is_told_how_long_to_wait():
    assert accept({"wait_seconds": 21600}).words == ["build"]
    assert event.parse({"run_id": "a", "wait_seconds": 0}) == event.Request((), (), "a")


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        (None, "null"),
        ("build", "must be an object"),
        ([], "must be an object"),
        ({"command": "build"}, "`command` must be a list"),
        ({"command": ["build"], "cli_args": "--select m"}, "`cli_args` must be a list"),
        ({"command": ["build", 1]}, "`command[1]`"),
        ({"command": ["build"], "cli_args": ["--select", ""]}, "`cli_args[1]` must be a word, not an empty word"),
        ({"command": ["--select", "m"]}, "must begin with a dbt command"),
        ({"wait_seconds": "60"}, "`wait_seconds` must be a whole number from 0 to 21600, not text"),
        ({"wait_seconds": True}, "`wait_seconds` must be a whole number"),
        ({"wait_seconds": 21601}, "`wait_seconds` must be a whole number"),
        ({"comand": ["build"]}, "comand"),
        ({"version": "0", "detail-type": "Scheduled Event"}, "'detail-type', 'version'"),
        ({"command": ["build"], "cli_args": ["\ud800"]}, "`cli_args[0]` is not valid Unicode"),
        ({"\ud800": 1}, "\\ud800"),
        (
            {"cli_args": ["--select", "m " * 20_000]},
            "at most 32,768 bytes together, not 40,008; the longest begins with 'm m",
        ),
        ({"command": ["run-operation", "é" * 20_000]}, "at most 32,768 bytes together, not 40,013"),
        ({"command": ["bild"]}, "does not run `dbt bild`. It runs: build, "),
        ({"command": ["docs", "serve"]}, "does not run `dbt docs serve`"),
        ({"command": ["docs"]}, "does not run `dbt docs`"),
        ({"command": ["clean"]}, "does not run `dbt clean`"),
    ],
)
def test_a_malformed_event_names_the_field(raw, named):
    with pytest.raises(TerminalError) as raised:
        accept(raw)
    assert named in str(raised.value)


@given(JSON | st.fixed_dictionaries({}, optional={"command": JSON | WORDS, "cli_args": JSON | WORDS}))
def test_any_json_is_accepted_or_a_terminal_error(raw):
    """And the message is one that can be read, however large the event."""
    try:
        words = accept(raw).words
    except TerminalError as error:
        assert len(str(error).encode()) < 2_000
    else:
        assert words and all(isinstance(word, str) for word in words)


def test_sources_that_have_arrived_are_for_a_build():
    assert event.parse({"arrived": ["shop.orders"]}).arrived == ("shop.orders",)
    assert event.parse({"run_id": "a", "command": ["build"], "arrived": ["shop.orders"]}).run_id == "a"
    for command in (["test"], ["create-raw-tables"]):
        with pytest.raises(TerminalError, match="`arrived` is for the command build alone"):
            event.parse({"command": command, "arrived": ["shop.orders"]})
    with pytest.raises(TerminalError, match=r"`arrived\[0\]` must be a word"):
        event.parse({"arrived": [1]})


def test_the_day_of_the_earliest_file_is_a_day():
    assert event.parse({"arrived": ["shop.orders"], "arrived_from": "2026-01-31"}).arrived_from == "2026-01-31"
    assert event.parse({"arrived": ["shop.orders"]}).arrived_from == ""
    for wrong in ("20260131", "2026-02-30", "2026-01-31' or 1=1", 20260131):
        with pytest.raises(TerminalError, match="`arrived_from` must be a day such as 2026-01-31"):
            event.parse({"arrived_from": wrong})
    with pytest.raises(TerminalError, match="`arrived_from` is for the command build alone"):
        event.parse({"command": ["test"], "arrived_from": "2026-01-31"})
