"""Messages of the AWS commands, from answers as AWS gives them."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lakeloop.aws.place import Place
from lakeloop.aws.runs import answer as answers
from lakeloop.aws.runs import command, logs, runner
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.errors import UserError

PLACE = Place("dev", "http://127.0.0.1:4566", "127.0.0.1-4566", {})
LAKE = Outputs(
    raw_bucket="raw",
    processed_bucket="processed",
    athena_results_bucket="results",
    artifacts_bucket="artifacts",
    glue_database="marts",
    raw_database="raw",
    athena_workgroup="group",
    function_name="lakeloop-dev-dbt-runner",
    function_alias="live",
    function_version="1",
    state_machine_arn="arn:aws:states:us-east-1:000000000000:stateMachine:lakeloop-dev-dbt-pipeline",
    log_group="/aws/lambda/lakeloop-dev-dbt-runner",
)


@pytest.mark.parametrize(
    ("words", "first", "cli_args"),
    [
        ([], ["build"], []),
        (["--select", "m"], ["build"], ["--select", "m"]),
        (["test", "--select", "m"], ["test"], ["--select", "m"]),
        (["run-operation", "grant_access"], ["run-operation", "grant_access"], []),
        (["source", "freshness", "-s", "m"], ["source", "freshness"], ["-s", "m"]),
    ],
)
def test_words_are_split_as_the_event_has_them(words, first, cli_args):
    assert command.split(words) == (first, cli_args)


@given(st.lists(st.text(min_size=1), min_size=1))
def test_no_word_is_lost_on_the_way(words):
    first, cli_args = command.split(words)
    assert [*first, *cli_args] == (["build", *words] if words[0].startswith("-") else words)


@pytest.mark.parametrize(
    ("answer", "log", "messages"),
    [
        (
            {"errorType": "TerminalError", "errorMessage": "no such model"},
            "",
            ("lakeloop-dev-dbt-runner: no such model",),
        ),
        ({"errorType": "TransientError", "errorMessage": "slow down"}, "", ("slow down", "try again")),
        (
            {"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out after 900.00 seconds"},
            "\n".join(f"line {number}" for number in range(30)),
            ("timed out after 900.00 seconds", "line 29", "just logs env=dev"),
        ),
        ("not an object", "", ("unknown error", "it is empty")),
    ],
)
def test_a_function_that_failed_is_told_in_words(answer, log, messages):
    told = runner._failure(PLACE, LAKE, answer, base64.b64encode(log.encode()).decode())
    for message in messages:
        assert message in told
    assert "line 1\n" not in told


def test_a_failed_node_is_named_with_its_message_and_its_sql():
    node = {"name": "calendar", "status": "error", "message": "bad cast\n", "compiled_path": "s3://a/calendar.sql"}
    assert runner.failures({"failed": [node]}) == "error  calendar: bad cast\n       compiled: s3://a/calendar.sql"


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("plain text\n", "00:00:01 plain text"),
        ('{"level":"INFO","message":"Running dbt"}', "00:00:01 INFO    Running dbt"),
        ("[1, 2]", "00:00:01 [1, 2]"),
        (
            json.dumps(
                {
                    "type": "platform.report",
                    "record": {
                        "requestId": "r",
                        "status": "success",
                        "metrics": {"durationMs": 1500.0, "maxMemoryUsedMB": 400, "memorySizeMB": 3008},
                    },
                }
            ),
            "00:00:01 REPORT  success, 1.5 s, 400 of 3008 MB, request r",
        ),
    ],
)
def test_a_log_record_is_one_line(message, line):
    assert logs._line({"timestamp": 1000, "message": message}) == line


@pytest.mark.parametrize("word", ["", "soon", "-1", "1.5"])
def test_a_wait_is_in_whole_seconds(word):
    with pytest.raises(UserError, match=f"wait={word} is not a number of seconds"):
        command._whole({"wait": word}, "wait", "seconds")


def test_an_environment_in_use_tells_how_to_wait():
    held = {"errorMessage": "The environment dev is in use by the run nightly (dbt build) since 2026-11-20"}
    ended = {"status": "FAILED", "error": "LeaseHeld", "cause": json.dumps(held)}
    with pytest.raises(UserError, match=r"(?s)in use by the run nightly .* since .*`just run wait=600 .*` waits"):
        answers.tell(PLACE, LAKE, ended, "other", 0)
