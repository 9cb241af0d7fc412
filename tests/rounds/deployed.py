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
    code, project = folder / "code", Path(of.variables["LAMBDA_TASK_ROOT"]) / "dbt"
    function.stage(zips.checkout(folder / "checkout", project), code)
    shutil.copy(project / "profiles.yml", code / "dbt")
    function.write(code, folder / "code.zip")
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
        Code={"ZipFile": (folder / "code.zip").read_bytes()},
        Layers=[layer],
        Timeout=timeout,
        MemorySize=2048,
        Architectures=[target.name],
        Environment={"Variables": {k: v for k, v in of.variables.items() if k not in ("LAMBDA_TASK_ROOT", "TMPDIR")}},
    )
    functions.get_waiter("function_active_v2").wait(FunctionName=of.bucket, WaiterConfig={"Delay": 1})
    values = {
        "partition": "aws",
        "function": made["FunctionArn"],
        "max_rounds": MOST_ROUNDS,
        "wait_seconds": WAIT_SECONDS,
    }
    definition = re.sub(r"\$\{(\w+)\}", lambda name: str(values[name[1]]), DEFINITION.read_text("utf-8"))
    machine = steps.create_state_machine(name=of.bucket, roleArn=ROLE, definition=definition)["stateMachineArn"]
    try:
        yield Pipeline(of, machine)
    finally:
        steps.delete_state_machine(stateMachineArn=machine)
        functions.delete_function(FunctionName=of.bucket)
