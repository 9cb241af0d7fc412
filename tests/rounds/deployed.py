"""The runner in the emulator's Lambda, under the pipeline module's state machine; its process can be killed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from lakeloop_layer import function, of_host

from tests import zips
from tests.rounds.conftest import Function

REPO = Path(__file__).parents[2]
DEFINITION = REPO / "terraform" / "modules" / "pipeline" / "pipeline.asl.json"
MOST_ROUNDS = 90
WAIT_SECONDS = 3
ALIAS = "live"
ROLE = "arn:aws:iam::000000000000:role/rounds"


class Pipeline:
    """A deployed function with its state machine."""

    def __init__(self, of: Function, state_machine: str) -> None:
        self.of = of
        self._machine = state_machine
        self._steps = boto3.client("stepfunctions")

    def start(self, name: str, **event: Any) -> str:
        """Begin an execution, which names the run."""
        started = self._steps.start_execution(stateMachineArn=self._machine, name=name, input=json.dumps(event))
        return str(started["executionArn"])

    def state(self, execution: str) -> dict[str, Any]:
        described: dict[str, Any] = self._steps.describe_execution(executionArn=execution)
        return described

    def ended(self, execution: str, seconds: float) -> dict[str, Any]:
        """Outcome of the execution, awaited for *seconds* at most."""
        deadline = time.monotonic() + seconds
        while (described := self.state(execution))["status"] == "RUNNING":
            assert time.monotonic() < deadline
        return described

    def waits(self, execution: str) -> int:
        """How often the execution has waited for the environment."""
        pages = self._steps.get_paginator("get_execution_history").paginate(executionArn=execution)
        return sum(event["type"] == "WaitStateEntered" for page in pages for event in page["events"])

    def processes(self) -> list[int]:
        """Processes of the function: those with its variables."""
        marks = [f"ENVIRONMENT={self.of.environment}".encode(), b"AWS_LAMBDA_FUNCTION_NAME=" + self.of.bucket.encode()]
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                with contextlib.suppress(OSError):
                    variables = (folder / "environ").read_bytes().split(b"\0")
                    if all(mark in variables for mark in marks):
                        found.append(int(folder.name))
        return found

    def deploy(self, folder: Path, files: dict[str, str]) -> None:
        """Let a version with other *files* of the dbt project go live; *folder* takes the zip."""
        functions = boto3.client("lambda")
        for name, text in files.items():
            self.of.write(name, text)
        functions.update_function_code(FunctionName=self.of.bucket, ZipFile=_zipped(self.of, folder))
        functions.get_waiter("function_updated_v2").wait(FunctionName=self.of.bucket, WaiterConfig={"Delay": 1})
        version = functions.publish_version(FunctionName=self.of.bucket)["Version"]
        waiter = functions.get_waiter("published_version_active")
        waiter.wait(FunctionName=self.of.bucket, Qualifier=version, WaiterConfig={"Delay": 1})
        functions.update_alias(FunctionName=self.of.bucket, Name=ALIAS, FunctionVersion=version)

    def kill(self, processes: list[int]) -> bool:
        """Kill *processes* of the function as the kernel does when it is out of memory; whether there was one."""
        killed = False
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
                killed = True
        return killed


@contextmanager
def deployed(of: Function, folder: Path, timeout: int) -> Iterator[Pipeline]:
    """*of* as a function of the emulator with *timeout* seconds, until the block ends; *folder* takes its files."""
    functions, steps = boto3.client("lambda"), boto3.client("stepfunctions")
    target = of_host()
    assert target is not None
    layer = functions.publish_layer_version(LayerName=of.bucket, Content={"ZipFile": zips.layer().file.read_bytes()})[
        "LayerVersionArn"
    ]
    made = functions.create_function(
        FunctionName=of.bucket,
        Runtime="python3.12",
        Role=ROLE,
        Handler="dbt_runner.handler.handle",
        Code={"ZipFile": _zipped(of, folder)},
        Layers=[layer],
        Publish=True,
        Timeout=timeout,
        MemorySize=2048,
        Architectures=[target.name],
        Environment={"Variables": {k: v for k, v in of.variables.items() if k not in ("LAMBDA_TASK_ROOT", "TMPDIR")}},
    )
    functions.get_waiter("function_active_v2").wait(FunctionName=of.bucket, WaiterConfig={"Delay": 1})
    functions.create_alias(FunctionName=of.bucket, Name=ALIAS, FunctionVersion=made["Version"])
    values = {
        "partition": "aws",
        "function": made["FunctionArn"].removesuffix(f":{made['Version']}"),
        "alias": ALIAS,
        "max_rounds": MOST_ROUNDS,
        "wait_seconds": WAIT_SECONDS,
        "timeout_seconds": 3600,
    }
    definition = re.sub(r"\$\{(\w+)\}", lambda name: str(values[name[1]]), DEFINITION.read_text("utf-8"))
    machine = steps.create_state_machine(name=of.bucket, roleArn=ROLE, definition=definition)["stateMachineArn"]
    try:
        yield Pipeline(of, machine)
    finally:
        steps.delete_state_machine(stateMachineArn=machine)
        functions.delete_function(FunctionName=of.bucket)


def _zipped(of: Function, folder: Path) -> bytes:
    """The function's zip with the dbt project as it is now."""
    code, project = folder / "code", Path(of.variables["LAMBDA_TASK_ROOT"]) / "dbt"
    function.stage(zips.checkout(folder / "checkout", project), code)
    shutil.copy(project / "profiles.yml", code / "dbt")
    function.write(code, folder / "code.zip")
    return (folder / "code.zip").read_bytes()
