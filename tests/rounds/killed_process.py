"""The function in a process of its own, to be killed: reads an event from its first argument, calls the handler.

With a word as its second argument it kills itself as soon as Athena has taken a statement that begins with it.
"""

import json
import os
import signal
import sys
from typing import Any

from botocore.client import BaseClient
from dbt_runner.handler import handle

from tests.rounds.conftest import Context

_call = BaseClient._make_api_call


def _die_after(word: str) -> None:
    def call(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        answer = _call(client, operation, parameters)
        if operation == "StartQueryExecution" and parameters["QueryString"].startswith(word):
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    BaseClient._make_api_call = call


if len(sys.argv) > 2:
    _die_after(sys.argv[2])
handle(json.loads(sys.argv[1]), Context("request-to-be-killed"))
