"""The function as Lambda gets it: its zip's files and the trimmed layer, under AWS's own runtime client, against the emulator.

One process serves all events, so every test but the first is of a warm one.
"""

import json
import platform
import shutil
import sys

import boto3
import lambda_process
import pytest
from lakeloop_layer import of_host

from tests import local_aws, zips

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.skipif(of_host() is None, reason=f"Lambda has no {platform.machine()} {sys.platform}"),
]

# Nothing else spells these; the emulator takes any.
KEYS = {
    "AWS_ACCESS_KEY_ID": "runnertestsaccesskey",
    "AWS_SECRET_ACCESS_KEY": "runner/tests+secret/key",  # pragma: allowlist secret
    "AWS_SESSION_TOKEN": "runner//tests++session==",
}
ESCAPED = '{"%s": "\\x7b\\x7b env_var(\'AWS_SECRET_ACCESS_KEY\') }}"}'


@pytest.fixture(scope="module")
def code(task, tmp_path_factory):
    """The folders that Lambda unpacks: the function with a small project, and the layer."""
    opt = tmp_path_factory.mktemp("opt")
    shutil.unpack_archive(zips.layer().file, opt)
    return task, opt / "python"


@pytest.fixture(scope="module")
def buckets(emulator, variables):
    """The buckets that the function is told of; the variables of the emulator's clients, and one for S3."""
    with local_aws.pointed_at(emulator):
        s3 = boto3.session.Session().client("s3")
    for name, value in variables.items():
        if "BUCKET" in name:
            s3.create_bucket(Bucket=value)
    return emulator.environment, s3


@pytest.fixture(scope="module")
def environment(code, buckets, variables, tmp_path_factory):
    """An execution environment; whatever happens in it, nothing may be written beside the code."""
    folder = tmp_path_factory.mktemp("environment")
    before = [listing(part) for part in code]
    with lambda_process.running(folder, *code, {**variables, **buckets[0], **KEYS}) as process:
        yield process, folder
    assert [listing(part) for part in code] == before


def listing(folder):
    return sorted((str(file), file.stat().st_mtime_ns) for file in folder.rglob("*"))


@pytest.fixture(scope="module")
def invoke(environment):
    return environment[0].invoke


@pytest.fixture(scope="module")
def built(invoke):
    """The answer to a build of all that can be built."""
    outcome, answer = invoke({"command": ["build"], "cli_args": ["--exclude", "broken+", "n_is_one"]})
    assert (outcome, answer["status"]) == ("response", "success")
    return answer


@pytest.fixture(scope="module")
def artifacts(buckets):
    """Reads an S3 URI of the artifacts bucket."""

    def read(uri):
        bucket, key = uri.removeprefix("s3://").split("/", 1)
        return buckets[1].get_object(Bucket=bucket, Key=key)["Body"].read().decode()

    return read


def test_a_bad_event_is_a_terminal_error_without_a_trace(invoke):
    outcome, error = invoke({"command": "build"})
    assert outcome == "error"
    assert error["errorType"] == "TerminalError"
    assert error["errorMessage"].startswith("`command` must be a list of words")
    assert error["stackTrace"] == []


def test_a_build(built, artifacts):
    # A seed, two models, a snapshot; a data test and a unit test
    assert built["counts"] == {"success": 4, "error": 0, "skipped": 0, "warn": 0, "fail": 0, "pass": 2}
    assert built["failed"] == []
    assert built["bytes_scanned"] > 0
    folder = built["artifacts"]
    assert folder == f"s3://lakeloop-runner-tests-artifacts/runs/{built['run_id']}/"
    told = json.loads(artifacts(folder + "summary.json"))
    assert {name: told[name] for name in built} == built
    assert told.keys() - built.keys() == {"cut", "invocations", "nodes"}
    assert json.loads(artifacts(folder + "event.json"))["command"] == ["build"]
    assert len(json.loads(artifacts(folder + "run_results.json"))["results"]) == 6
    assert "model.small.numbers" in json.loads(artifacts(folder + "manifest.json"))["nodes"]
    assert "OK created sql table model runner_tests.numbers" in artifacts(folder + "dbt.log")


def test_what_failed_is_named_with_message_and_compiled_sql(built, invoke, artifacts):
    outcome, answer = invoke({"cli_args": ["--select", "broken+", "n_is_one"]})
    assert (outcome, answer["status"]) == ("response", "error")
    assert (answer["counts"]["error"], answer["counts"]["fail"], answer["counts"]["skipped"]) == (1, 1, 1)
    model, test = sorted(answer["failed"], key=lambda failure: failure["name"])
    assert (model["unique_id"], model["status"]) == ("model.small.broken", "error")
    assert "no_such_column" in model["message"]
    assert "select no_such_column from" in artifacts(model["compiled_path"])
    assert (test["name"], test["status"], test["message"]) == (
        "n_is_one",
        "fail",
        "Got 1 result, configured to fail if != 0",
    )
    assert artifacts(test["compiled_path"])


def test_a_warm_process_starts_afresh(built, environment):
    process, folder = environment
    _, answer = process.invoke({"command": ["run"], "cli_args": ["--select", "grown"]})
    assert answer["status"] == "success"
    assert answer["run_id"] != built["run_id"]
    assert [run.name for run in (folder / "tmp" / "dbt-runner").iterdir()] == [answer["run_id"]]
    lines = [line for line in process.log_lines() if line.get("run_id") == answer["run_id"]]
    started = [line for line in lines if line.get("dbt_event") == "LogStartLine"]
    assert [line["node"] for line in started] == ["model.small.grown"]
    (told,) = [line["cost"] for line in lines if "cost" in line]
    assert (told["unique_id"], told["bytes_scanned"]) == ("model.small.grown", answer["bytes_scanned"])
    assert [
        line["BytesScanned"]
        for line in process.log_lines()
        if line.get("run_id") == answer["run_id"] and "_aws" in line
    ] == [[answer["bytes_scanned"]]]


def test_nothing_is_parsed_unless_it_must_be_and_then_it_is_said(built, environment):
    process, _ = environment
    assert not [line for line in process.log_lines() if "pars" in line.get("message", "")]
    words = ["--vars", "{unused: 1}", "--select", "numbers", "--resource-type", "model"]
    _, answer = process.invoke({"command": ["ls"], "cli_args": words})
    assert answer["output"] == "small.numbers"
    lines = [line for line in process.log_lines() if line.get("run_id") == answer["run_id"]]
    assert [line["reason"] for line in lines if line.get("message") == "dbt parses the project"] == ["--vars"]


def test_a_selection_that_matches_nothing(invoke):
    outcome, error = invoke({"command": ["run"], "cli_args": ["--select", "nubmers"]})
    assert (outcome, error["errorType"], error["stackTrace"]) == ("error", "TerminalError", [])
    assert "no node matches nubmers" in error["errorMessage"]


def test_what_dbt_refuses_is_raised_after_its_log_was_kept(invoke, artifacts):
    outcome, error = invoke({"command": ["run-operation", "no_such_macro"]})
    assert (outcome, error["errorType"], error["stackTrace"]) == ("error", "TerminalError", [])
    assert "no_such_macro" in error["errorMessage"]
    log = error["errorMessage"].partition("(log: ")[2].partition(")")[0]
    assert "no_such_macro" in artifacts(log)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"command": ["run-operation", "say"], "cli_args": ["--args", "{word: hello}"]}, "hello"),
        ({"command": ["ls"], "cli_args": ["--select", "numbers", "--resource-type", "model"]}, "small.numbers"),
        ({"command": ["show"], "cli_args": ["--select", "numbers"]}, "numbers"),
        ({"command": ["smoke"]}, "| smoke |"),
    ],
    ids=lambda value: value if isinstance(value, str) else value["command"][0],
)
def test_what_a_command_prints_is_in_the_answer(built, invoke, event, expected):
    _, answer = invoke(event)
    assert answer["status"] == "success"
    assert expected in answer["output"]


def test_docs(built, invoke, artifacts):
    _, answer = invoke({"command": ["docs", "generate"]})
    assert answer["status"] == "success"
    catalog = json.loads(artifacts(answer["artifacts"] + "catalog.json"))
    assert "model.small.numbers" in catalog["nodes"]


def hostile():
    """Events that ask for the keys of the function's role."""
    for name in (*KEYS, "AWS_LAMBDA_RUNTIME_API", "_HANDLER"):
        call = f"{{{{ env_var('{name}') }}}}"
        yield {"command": ["compile"], "cli_args": ["--inline", f"select '{call}' as x"]}
        yield {"command": ["show"], "cli_args": ["--inline", f"select '{call}' as x"]}
        yield {"command": ["show"], "cli_args": ["--inline-direct", call]}
        yield {"command": ["run-operation"], "cli_args": [f"--sql={call}"]}
        yield {"command": ["run-operation", call]}
        yield {"command": ["run-operation", "say"], "cli_args": ["--args", json.dumps({"word": call})]}
        yield {"command": ["run-operation", "ask"], "cli_args": ["--args", json.dumps({"name": name})]}
        yield {"command": ["compile"], "cli_args": ["--vars", json.dumps({"hook": call})]}
        yield {"command": ["ls"], "cli_args": ["--select", call]}
        yield {"command": ["ls"], "cli_args": ["--output", "json", "--output-keys", call]}
    yield {"command": ["run-operation", "run_hooks"], "cli_args": ["--args", '{"hooks": [%s]}' % (ESCAPED % "sql")]}
    yield {"command": ["run-operation", "run_hooks"], "cli_args": ["--args", '{"hooks": [{"sql": "select 1"}]}']}
    yield {"command": ["run-operation", "dbt.run_query"], "cli_args": ["--args", "{sql: select 1}"]}
    yield {"command": ["run-operation", "env_var"], "cli_args": ["--args", "{var: AWS_SECRET_ACCESS_KEY}"]}
    yield {"command": ["build"], "cli_args": ["--vars", ESCAPED % "hook"]}
    yield {"command": ["parse"], "cli_args": ["--debug", "--no-partial-parse"]}
    yield {
        "command": ["compile"],
        "cli_args": ["-s", "numbers", "--debug", "--log-format", "json", "--log-cache-events"],
    }
    yield {"command": ["compile"], "cli_args": ["-s", "numbers", "--macro-debugging"]}
    yield {"command": ["debug"]}
    yield {"command": ["smoke", "select 1"]}
    yield {"command": ["run"], "cli_args": ["-s", "broken"]}


def test_no_event_makes_the_function_tell_its_keys(built, environment, buckets):
    process, folder = environment
    told = [process.invoke(event) for event in hostile()]
    said = [answer["output"] for outcome, answer in told if outcome == "response" and "output" in answer]
    assert [line for line in said if " is " in line] == [
        f"{name} is hidden" for name in (*KEYS, "AWS_LAMBDA_RUNTIME_API", "_HANDLER")
    ]
    assert {answer["errorType"] for outcome, answer in told if outcome == "error"} == {"TerminalError"}
    _, s3 = buckets
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="lakeloop-runner-tests-artifacts")
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    stored = {
        key: s3.get_object(Bucket="lakeloop-runner-tests-artifacts", Key=key)["Body"].read().decode() for key in keys
    }
    files = [file for file in (folder / "tmp").rglob("*") if file.is_file()]
    texts = {
        **stored,
        **{str(file): file.read_text("utf-8", errors="replace") for file in [*files, folder / "log"]},
        "answers": json.dumps(told),
    }
    assert len(stored) > 30
    assert files
    assert not [(name, key) for name, text in texts.items() for key, value in KEYS.items() if value in text]
