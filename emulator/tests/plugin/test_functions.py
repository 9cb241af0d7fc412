"""Functions through LocalStack's Lambda API: what it keeps, and that the executor runs it."""

from __future__ import annotations

import base64
import json
import socket
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.asking import client
from tests.functions.helpers import until, zipped

from lakeloop_emulator.settings import Settings
from local_lambda.model import architecture

pytestmark = pytest.mark.emulator

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
OTHER = {"x86_64": "arm64", "arm64": "x86_64"}[architecture()]
CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
Create = Callable[..., str]


@pytest.fixture(scope="module")
def functions(emulator: Settings) -> Any:
    once = Config(retries={"max_attempts": 0})  # or a refusal would be asked for again, later and later
    return boto3.client("lambda", endpoint_url=emulator.url, region_name="us-east-1", config=once, **CREDENTIALS)


@pytest.fixture(scope="module")
def role(emulator: Settings) -> str:
    made = client("iam", emulator.url).create_role(RoleName="functions", AssumeRolePolicyDocument=json.dumps(TRUST))
    return str(made["Role"]["Arn"])


@pytest.fixture
def create(functions: Any, role: str) -> Create:
    """Makes a function of one module; answers its name when it is Active, or Failed."""

    def make(source: str, **settings: Any) -> str:
        name = f"f{uuid.uuid4().hex[:12]}"
        defaults = {
            "Runtime": "python3.12",
            "Role": role,
            "Handler": "app.handle",
            "Architectures": [architecture()],
            "Timeout": 20,
            "Code": {"ZipFile": zipped({"app.py": source})},
        }
        functions.create_function(FunctionName=name, **{**defaults, **settings})
        assert until(lambda: state(functions, name)["State"] != "Pending")
        return name

    return make


def state(functions: Any, name: str) -> dict[str, Any]:
    return dict(functions.get_function_configuration(FunctionName=name))


def invoke(functions: Any, name: str, event: Any = None, **settings: Any) -> Any:
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(event), **settings)
    value = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, value
    return value


def test_a_zip_and_its_layers_run_with_the_roles_credentials(
    functions: Any, create: Create, emulator: Settings
) -> None:
    layers = [
        functions.publish_layer_version(
            LayerName=f"l{number}", Content={"ZipFile": zipped({"python/layer.py": f"FROM = {number}"})}
        )
        for number in (1, 2)
    ]
    name = create(
        "import layer, os\ndef handle(event, context): return [layer.FROM, dict(os.environ)]",
        Layers=[layer["LayerVersionArn"] for layer in layers],
        Environment={"Variables": {"STAGE": "dev"}},
    )
    layer, variables = invoke(functions, name)
    assert layer == 2
    assert (variables["STAGE"], variables["AWS_ENDPOINT_URL"], variables["AWS_REGION"]) == (
        "dev",
        emulator.url,
        "us-east-1",
    )
    assert not [variable for variable in variables if "LOCALSTACK" in variable]
    names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
    credentials = {name: variables[name.upper()] for name in names}
    sts = boto3.client("sts", endpoint_url=emulator.url, region_name="us-east-1", **credentials)
    assert ":assumed-role/functions/" in sts.get_caller_identity()["Arn"]


def test_versions_keep_their_code_and_an_alias_moves(functions: Any, create: Create) -> None:
    source = "def handle(event, context): return [{}, context.function_version]"
    name = create(source.format(1), Publish=True, SnapStart={"ApplyOn": "PublishedVersions"})
    functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    functions.update_function_code(FunctionName=name, ZipFile=zipped({"app.py": source.format(2)}))
    assert until(lambda: state(functions, name)["LastUpdateStatus"] == "Successful")
    assert invoke(functions, name) == [2, "$LATEST"]
    assert invoke(functions, name, Qualifier="live") == [1, "1"]
    functions.publish_version(FunctionName=name)
    functions.get_waiter("published_version_active").wait(FunctionName=name, Qualifier="2", WaiterConfig={"Delay": 1})
    functions.update_alias(FunctionName=name, Name="live", FunctionVersion="2")
    assert invoke(functions, name, Qualifier="live") == [2, "2"]


def test_a_region_without_snap_start_says_so_when_a_function_asks_for_it(emulator: Settings, role: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html#snapstart-supported-regions"""
    there = boto3.client("lambda", endpoint_url=emulator.url, region_name="ap-east-2", **CREDENTIALS)
    snap_start = {"SnapStart": {"ApplyOn": "PublishedVersions"}}
    made = {"FunctionName": "cold", "Runtime": "python3.12", "Role": role, "Handler": "app.handle"}
    made["Code"] = {"ZipFile": zipped({"app.py": "def handle(event, context): pass"})}
    refused = "python3.12 is not supported for SnapStart enabled functions."
    with pytest.raises(ClientError, match=refused):
        there.create_function(**made, **snap_start)
    there.create_function(**made, SnapStart={"ApplyOn": "None"})
    assert until(lambda: state(there, "cold")["State"] == "Active")
    with pytest.raises(ClientError, match=refused):
        there.update_function_configuration(FunctionName="cold", **snap_start)
    there.delete_function(FunctionName="cold")


def test_failures_are_unhandled_and_their_log_is_told(functions: Any, create: Create) -> None:
    name = create("def handle(event, context): raise ValueError('no')", LoggingConfig={"LogFormat": "JSON"})
    answer = functions.invoke(FunctionName=name, LogType="Tail")
    assert answer["FunctionError"] == "Unhandled"
    assert json.loads(answer["Payload"].read())["errorMessage"] == "no"
    log = [json.loads(line) for line in base64.b64decode(answer["LogResult"]).decode().splitlines()]
    assert [line["type"] for line in log if "type" in line] == [
        "platform.initStart",
        "platform.start",
        "platform.report",
    ]


def test_an_event_is_invoked_later_and_its_log_is_in_cloudwatch(
    functions: Any, create: Create, emulator: Settings
) -> None:
    name = create("def handle(event, context): print('got', event)")
    assert functions.invoke(FunctionName=name, InvocationType="Event", Payload=b'"later"')["StatusCode"] == 202
    logs = client("logs", emulator.url)

    def messages() -> list[str]:
        try:
            found = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in found]

    assert until(lambda: any(message.startswith("REPORT") for message in messages()))
    assert [message.split()[0] for message in messages()] == ["INIT_START", "START", "got", "END", "REPORT"]


def test_two_events_at_once_have_two_environments_and_reserved_concurrency_is_kept(
    functions: Any, create: Create
) -> None:
    name = create(
        "import os, socket\ndef handle(event, context):\n"
        "    with socket.create_connection(('127.0.0.1', event)) as gate: gate.recv(1)\n    return os.getpid()"
    )
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=2)
    pids: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        callers = [threading.Thread(target=lambda: pids.append(invoke(functions, name, port))) for _ in range(2)]
        for caller in callers:
            caller.start()
        inside = [server.accept()[0] for _ in callers]
        with pytest.raises(ClientError, match="TooManyRequestsException"):
            invoke(functions, name, port)
        for connection in inside:
            connection.sendall(b"!")
            connection.close()
        for caller in callers:
            caller.join()
    assert len(set(pids)) == 2


def test_a_function_for_another_processor_runs_if_its_code_does_not_depend_on_it(
    functions: Any, create: Create
) -> None:
    name = create("def handle(event, context): return 'here'", Architectures=[OTHER])
    assert invoke(functions, name) == "here"


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (
            {"Runtime": "nodejs22.x"},
            "The runtime nodejs22.x does not run here without Docker; python3.12 and python3.13 do",
        ),
        ({"Code": {"ZipFile": zipped({"a.so": b"\x7fELF" + bytes(60)})}}, "was built for another machine"),
    ],
)
def test_what_cannot_run_here_is_failed_with_the_reason(
    functions: Any, create: Create, settings: dict[str, Any], reason: str
) -> None:
    name = create("", **settings)
    failed = state(functions, name)
    assert failed["State"] == "Failed"
    assert reason in failed["StateReason"]
    with pytest.raises(ClientError, match="ResourceConflictException"):
        invoke(functions, name)


def test_an_event_that_lambda_does_not_take_is_refused(functions: Any, create: Create) -> None:
    name = create("def handle(event, context): return len(event)")
    assert invoke(functions, name, "x" * (6 * 1024 * 1024 - 2)) == 6 * 1024 * 1024 - 2
    for payload, kind, refusal in (
        (b'"' + bytes(6 * 1024 * 1024) + b'"', "RequestResponse", "RequestTooLargeException.*limit 6291456 bytes"),
        (b'"' + bytes(1024 * 1024) + b'"', "Event", "RequestTooLargeException.*limit 1048576 bytes"),
        (
            b"{'command': ['build']}",
            "RequestResponse",
            "InvalidRequestContentException.*Could not parse payload into json",
        ),
    ):
        with pytest.raises(ClientError, match=refusal):
            functions.invoke(FunctionName=name, InvocationType=kind, Payload=payload)


def test_a_deleted_function_leaves_neither_processes_nor_files(
    functions: Any, create: Create, emulator: Settings
) -> None:
    source = f"import os  # {uuid.uuid4()}\ndef handle(event, context): return os.getpid()"
    name = create(source, Publish=True)
    processes = [Path("/proc", str(invoke(functions, name, **which))) for which in ({}, {"Qualifier": "1"})]
    unpacked = [path for path in emulator.state.glob("files/**/app.py") if path.read_text() == source]
    assert unpacked
    assert all(process.exists() for process in processes)
    functions.delete_function(FunctionName=name)
    assert until(lambda: not any(process.exists() for process in processes))
    assert until(lambda: not any(path.exists() for path in unpacked))
