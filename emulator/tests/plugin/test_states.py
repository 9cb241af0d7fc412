"""Step Functions in the emulator: definitions that AWS refuses, Athena's tasks, JSONata, and what is not done."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.asking import client

from lakeloop_emulator.settings import Settings

pytestmark = pytest.mark.emulator
KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
ROLE = "arn:aws:iam::000000000000:role/machines"
Execute = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def states(emulator: Settings) -> Any:
    return client("stepfunctions", emulator.url)


@pytest.fixture
def execute(states: Any) -> Execute:
    """Run a machine of the *given* states, begun with the first, to its end."""

    def run(given: dict[str, Any], said: Any = None, **top: Any) -> dict[str, Any]:
        name = f"m{uuid.uuid4().hex[:8]}"
        definition = json.dumps({"StartAt": next(iter(given)), "States": given, **top})
        arn = states.create_state_machine(name=name, definition=definition, roleArn=ROLE)["stateMachineArn"]
        execution = states.start_execution(stateMachineArn=arn, input=json.dumps(said or {}))["executionArn"]
        last = time.monotonic() + 60
        while (found := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
            assert time.monotonic() < last
        return dict(found)

    return run


def task(action: str, **parameters: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": f"arn:aws:states:::athena:{action}", "Parameters": parameters, "End": True}


def query(sql: str) -> dict[str, Any]:
    return task(
        "startQueryExecution.sync", QueryString=sql, ResultConfiguration={"OutputLocation": "s3://results/states/"}
    )


def test_a_query_is_waited_for_and_its_rows_are_read(execute: Execute, s3: Any) -> None:
    rows = task("getQueryResults")
    rows["Parameters"] = {"QueryExecutionId.$": "$.QueryExecution.QueryExecutionId", "MaxResults": 10}
    asked = {name: value for name, value in query("select 41 + 1 as answer").items() if name != "End"}
    ended = execute({"Ask": {**asked, "Next": "Read"}, "Read": rows})
    assert ended["status"] == "SUCCEEDED", ended
    found = json.loads(ended["output"])["ResultSet"]["Rows"]
    assert found == [{"Data": [{"VarCharValue": "answer"}]}, {"Data": [{"VarCharValue": "42"}]}]


def test_a_query_that_fails_is_caught_with_what_athena_said(execute: Execute, s3: Any) -> None:
    ended = execute(
        {
            "Ask": {
                **query("select nope from nowhere.at_all"),
                "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "Caught"}],
            },
            "Caught": {"Type": "Pass", "End": True},
        }
    )
    assert ended["status"] == "SUCCEEDED", ended
    caught = json.loads(ended["output"])
    execution = json.loads(caught["Cause"])["QueryExecution"]
    assert caught["Error"] == "States.TaskFailed"
    assert execution["Status"]["State"] == "FAILED"
    assert "nowhere" in execution["Status"]["StateChangeReason"]
    assert execution["Status"]["SubmissionDateTime"] > 1_700_000_000_000  # milliseconds


def test_a_call_that_athena_refuses_has_its_name(execute: Execute) -> None:
    ended = execute({"Ask": task("getQueryExecution", QueryExecutionId=str(uuid.uuid4()))})
    assert (ended["status"], ended["error"]) == ("FAILED", "Athena.InvalidRequestException")


def test_a_query_of_a_task_whose_time_is_over_is_stopped(execute: Execute, athena: Any, s3: Any) -> None:
    long = "select count(*) from unnest(sequence(1, 10000)) a(i) cross join unnest(sequence(1, 10000)) b(j) cross join "
    long += f"unnest(sequence(1, 10000)) c(k) where i * j * k = 7 /* {uuid.uuid4().hex} */"
    ended = execute({"Ask": {**query(long), "TimeoutSeconds": 1}})
    assert ended["error"] == "States.Timeout"
    last = time.monotonic() + 30
    while True:
        ids = athena.list_query_executions()["QueryExecutionIds"]
        ours = [
            one
            for i in ids
            if (one := athena.get_query_execution(QueryExecutionId=i)["QueryExecution"])["Query"] == long
        ]
        if ours[0]["Status"]["State"] == "CANCELLED":
            break
        assert time.monotonic() < last, ours


def test_jsonata(execute: Execute) -> None:
    ended = execute(
        {
            "Shape": {
                "Type": "Pass",
                "Assign": {"said": "{% $states.input.said %}"},
                "Output": {
                    "big": "{% $states.input.orders[amount > 10].id %}",
                    "parts": "{% $partition($states.input.orders.id, 2) %}",
                    "parsed": "{% $parse($states.input.text).a %}",
                    "id": "{% $uuid() %}",
                },
                "Next": "Say",
            },
            "Say": {"Type": "Pass", "Output": "{% $merge([$states.input, {'said': $said}]) %}", "End": True},
        },
        {
            "orders": [{"id": number, "amount": number * 5} for number in (1, 2, 3)],
            "text": '{"a": [null]}',
            "said": 'a "quoted" \\ text',
        },
        QueryLanguage="JSONata",
    )
    assert ended["status"] == "SUCCEEDED", ended
    output = json.loads(ended["output"])
    assert uuid.UUID(output.pop("id")).version == 4
    assert output == {"big": 3, "parts": [[1, 2], [3]], "parsed": [None], "said": 'a "quoted" \\ text'}


def test_jsonata_that_fails_is_an_error_of_the_query(execute: Execute) -> None:
    ended = execute({"Shape": {"Type": "Pass", "Output": "{% $parse('{') %}", "End": True}}, QueryLanguage="JSONata")
    assert (ended["status"], ended["error"]) == ("FAILED", "States.QueryEvaluationError")
    assert "$parse takes a text of JSON" in ended["cause"]


def test_a_transition_to_no_state_is_refused(states: Any) -> None:
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}})
    said = "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next'"
    sound = definition.replace('"Next": "B"', '"End": true')
    arn = states.create_state_machine(name="sound", definition=sound, roleArn=ROLE)["stateMachineArn"]
    for call in (
        lambda: states.create_state_machine(name="unsound", definition=definition, roleArn=ROLE),
        lambda: states.update_state_machine(stateMachineArn=arn, definition=definition),
    ):
        with pytest.raises(ClientError) as raised:
            call()
        assert raised.value.response["Error"] == {"Code": "InvalidDefinition", "Message": said}
    told = states.validate_state_machine_definition(definition=definition)
    assert told["result"] == "FAIL"
    (diagnostic,) = told["diagnostics"]
    assert (diagnostic["code"], diagnostic["location"]) == ("MISSING_TRANSITION_TARGET", "/States/A/Next")
    assert states.validate_state_machine_definition(definition=sound)["result"] == "OK"


def test_a_single_state_can_be_tried(emulator: Settings) -> None:
    # On AWS the call has a host of its own, sync-states, which no address of this machine has.
    config = Config(inject_host_prefix=False)
    states = boto3.client("stepfunctions", endpoint_url=emulator.url, region_name="us-east-1", config=config, **KEYS)
    state = json.dumps({"Type": "Pass", "Result": 7, "Next": "elsewhere"})
    assert states.test_state(definition=state, roleArn=ROLE)["output"] == "7"


def test_a_result_writer_fails_by_name_before_the_first_item(execute: Execute, s3: Any) -> None:
    inner = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "One",
        "States": {"One": {"Type": "Pass", "End": True}},
    }
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "results", "Prefix": "written"}}
    each = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": inner, "End": True}
    ended = execute({"Each": {**each, "ResultWriter": writer}}, {"items": [1, 2]})
    assert (ended["status"], ended["error"]) == ("FAILED", "States.ResultWriterFailed")
    assert "ResultWriter is not done in the emulator" in ended["cause"]
    assert s3.list_objects_v2(Bucket="results", Prefix="written")["KeyCount"] == 0
    assert json.loads(execute({"Each": each}, {"items": [1, 2]})["output"]) == [1, 2]
