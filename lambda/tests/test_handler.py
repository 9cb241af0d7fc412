"""Answers to the caller when nothing runs. No AWS: nothing listens where its endpoint points."""

import io
import json
from types import SimpleNamespace

import pytest
from awslambdaric.lambda_runtime_exception import FaultException
from botocore.stub import Stubber
from dbt_runner import handler, options, run
from dbt_runner.errors import RunnerError, TerminalError, TransientError
from dbt_runner.storage import client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CONTEXT = SimpleNamespace(
    aws_request_id="8f14e45f-0000-4000-8000-000000000000",
    get_remaining_time_in_millis=lambda: 900_000,
    memory_limit_in_mb="1024",
)
JSON = st.recursive(
    st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@pytest.fixture
def lambda_environment(variables, tmp_path, monkeypatch):
    (tmp_path / "dbt").mkdir()
    (tmp_path / "dbt" / "dbt_project.yml").touch()
    aws = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "LAMBDA_TASK_ROOT": str(tmp_path),
    }
    for name, value in {**variables, **aws}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return monkeypatch


@pytest.fixture
def nothing_runs(monkeypatch):
    def ran(*_):
        raise AssertionError("dbt ran")

    monkeypatch.setattr(run, "execute", ran)


def test_aws_cannot_be_reached(lambda_environment, nothing_runs):
    with pytest.raises(
        TransientError, match=r"Cannot write s3://lakeloop-runner-tests-artifacts/runs/.*event\.json: Could not"
    ):
        handler.handle({"command": ["ls"]}, CONTEXT)


@pytest.mark.parametrize(("command", "first"), [("ls", "put_object"), ("build", "get_object")])
@pytest.mark.parametrize(
    ("code", "hint"), [("NoSuchBucket", "apply Terraform again"), ("AccessDenied", "terraform/modules/runner")]
)
def test_artifacts_that_are_out_of_reach_stop_a_run_before_it_begins(
    lambda_environment, nothing_runs, command, first, code, hint
):
    with Stubber(client.s3()) as stub, pytest.raises(TerminalError, match=hint):
        stub.add_client_error(first, code)
        handler.handle({"command": [command]}, CONTEXT)


def test_a_command_that_changes_nothing_may_have_a_name_but_not_that_of_another_run(lambda_environment, nothing_runs):
    """The pipeline names all of them, those of a schedule that asks for `source freshness` among them."""
    other = {"status": "success", "command": ["build"]}
    with Stubber(client.s3()) as stub, pytest.raises(TerminalError, match="The run nightly is there already"):
        stub.add_response("get_object", {"Body": io.BytesIO(json.dumps(other).encode()), "ETag": '"x"'})
        handler.handle({"command": ["source", "freshness"], "run_id": "nightly"}, CONTEXT)
    with Stubber(client.s3()) as stub, pytest.raises(TerminalError, match="terraform/modules/runner"):
        stub.add_client_error("get_object", "NoSuchKey")
        stub.add_client_error("get_object", "NoSuchKey")
        stub.add_client_error("put_object", "AccessDenied")  # and so it begins
        handler.handle({"command": ["source", "freshness"], "run_id": "nightly"}, CONTEXT)


def test_a_defect_is_told_without_its_trace(lambda_environment, nothing_runs):
    lambda_environment.setattr(options, "check", lambda _: {}["defect"])
    with pytest.raises(TerminalError, match=f"A defect of the runner.*request {CONTEXT.aws_request_id}") as raised:
        handler.handle({}, CONTEXT)
    # Lambda's runtime shows a trace for every other exception.
    assert isinstance(raised.value, FaultException)
    assert (raised.value.exception_type, raised.value.trace) == ("TerminalError", None)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON | st.fixed_dictionaries({}, optional={"command": JSON, "cli_args": JSON}))
def test_whatever_the_event_the_caller_gets_an_answer_or_one_of_two_errors(lambda_environment, nothing_runs, event):
    with pytest.raises(RunnerError):
        handler.handle(event, CONTEXT)
