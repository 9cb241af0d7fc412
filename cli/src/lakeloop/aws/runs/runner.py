"""The runner function, invoked: an event in, its answer out, or what became of it in one message.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from lakeloop import terminal
from lakeloop.aws.place import Place
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.errors import UserError

# A little more than the 900 s that a function may run.
READ_SECONDS = 930
_LAST_LINES = 10


def invoke(
    place: Place,
    lake: Outputs,
    command: Sequence[str],
    cli_args: Sequence[str] = (),
    more: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """Run a command in the function and wait for its answer, with a clock on a terminal.

    Args:
        more: further fields of the event.

    Raises:
        UserError: no answer: the function is not there, refused the event, crashed or ran out of time.
    """
    client = place.client(
        "lambda",
        read_timeout=READ_SECONDS,
        tcp_keepalive=True,
        # A second try would be a second build.
        retries={"total_max_attempts": 1},
    )
    event = {"command": list(command), "cli_args": list(cli_args), **more}
    console = terminal.console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_interactive) as progress:
        progress.add_task(f"{lake.function_name}: {' '.join([*command, *cli_args])}")
        try:
            response = client.invoke(
                FunctionName=lake.function_name,
                Qualifier=lake.function_alias,
                LogType="Tail",
                Payload=json.dumps(event).encode(),
            )
        except ClientError as error:
            raise UserError(_refusal(place, lake, error)) from error
        except ReadTimeoutError as error:
            raise UserError(
                f"{lake.function_name} has not answered for {READ_SECONDS} s, longer than a function may run. "
                f"`just logs env={place.environment}` shows what it did."
            ) from error
    answer = json.loads(response["Payload"].read() or "null")
    if "FunctionError" in response:
        raise UserError(_failure(place, lake, answer, response.get("LogResult", "")))
    if not isinstance(answer, dict) or "status" not in answer:
        raise UserError(f"{lake.function_name} gave no answer of the runner's: {json.dumps(answer)[:500]}")
    return answer


def failures(answer: dict[str, Any]) -> str:
    """Failures of a run, a paragraph for each node."""
    nodes = answer.get("failed", [])
    return "\n".join(
        f"{node.get('status', 'error')}  {node['name']}: {str(node.get('message', '')).strip()}"
        + (f"\n       compiled: {node['compiled_path']}" if node.get("compiled_path") else "")
        for node in nodes
    )


def _refusal(place: Place, lake: Outputs, error: ClientError) -> str:
    code, message = error.response["Error"].get("Code"), error.response["Error"].get("Message", "")
    name = f"{lake.function_name}:{lake.function_alias}"
    if code == "ResourceNotFoundException":
        return f"The function {name} does not exist at {place.where}. `just tf-apply env={place.environment}` makes it."
    if code == "TooManyRequestsException":
        return (
            f"All of {lake.function_name}'s concurrency is in use: another run is at work, or reserved_concurrency = 0 stops it. "
            "Try again when it has ended, or may run."
        )
    if code in ("AccessDeniedException", "AccessDenied"):
        return f"These credentials may not invoke {name}: {message}"
    return f"Lambda does not run {name}: {code}: {message}"


def _failure(place: Place, lake: Outputs, answer: Any, log: str) -> str:
    """A ``FunctionError`` in words: what the function raised, or that it crashed or ran out of time, with its log's end."""
    answer = answer if isinstance(answer, dict) else {}
    kind, message = answer.get("errorType", "unknown error"), answer.get("errorMessage", json.dumps(answer))
    if kind == "TerminalError":
        return f"{lake.function_name}: {message}"
    if kind in ("LeaseHeld", "InvocationAtWork"):
        return str(message)
    if kind == "TransientError":
        return f"{lake.function_name}: {message}\nThe reason may pass: try again."
    lines = base64.b64decode(log).decode(errors="replace").splitlines()[-_LAST_LINES:]
    tail = "".join(f"\n  {line}" for line in lines) or " (it is empty)"
    return (
        f"{lake.function_name} did not end well: {kind}: {message}\nThe end of its log "
        f"(`just logs env={place.environment}` has all of it):{tail}"
    )
