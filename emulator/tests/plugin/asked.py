"""A function that asks a test what to do, and keeps what it was given."""

from __future__ import annotations

import base64
import json
import queue
import threading
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.asking import client
from tests.functions.helpers import until, zipped
from tests.plugin.test_functions import TRUST

from lakeloop_emulator.settings import Settings
from local_lambda.model import architecture

SECONDS = 60.0
FUNCTION = """
import json, os, signal, urllib.request

def handle(event, context):
    with urllib.request.urlopen(os.environ["ASKED"], data=json.dumps(event).encode()) as answer:
        said = json.load(answer)
    if said == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if said == "raise":
        raise RuntimeError("as the test wants it")
    return said
"""
Behaviour = Callable[[list[str]], Any]


class Asked:
    """A server that the function asks what to do; it keeps the data of all batches, in the order of their invocations."""

    def __init__(self) -> None:
        self.behave: Behaviour = lambda data: None
        self.events: list[dict[str, Any]] = []
        self.batches: queue.Queue[list[str]] = queue.Queue()

        asked = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                data = [base64.b64decode(one).decode() for one in contents(event)]
                asked.events.append(event)
                said = json.dumps(asked.behave(data)).encode()
                asked.batches.put(data)
                self.send_response(200)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def reset(self) -> None:
        """Forget all, for the next test."""
        self.behave = lambda data: None
        self.events.clear()
        self.batches = queue.Queue()

    def until(self, count: int) -> list[str]:
        """The data of all batches until they are *count* records or more."""
        found: list[str] = []
        while len(found) < count:
            found += self.batches.get(timeout=SECONDS)
        return found


def contents(event: dict[str, Any]) -> list[str]:
    """The contents of an event's records, in base64: Kinesis's or Kafka's."""
    if "Records" in event:
        return [one["kinesis"]["data"] for one in event["Records"]]
    return [one["value"] for records in event["records"].values() for one in records]


def asking(emulator: Settings, asked: Asked, role: str) -> str:
    """Make a function that asks *asked*, with a role of that name; answers the function's name when it is Active."""
    functions = client("lambda", emulator.url)
    made = client("iam", emulator.url).create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(TRUST))
    name = f"f{uuid.uuid4().hex[:12]}"
    functions.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=made["Role"]["Arn"],
        Handler="app.handle",
        Architectures=[architecture()],
        Timeout=30,
        Code={"ZipFile": zipped({"app.py": FUNCTION})},
        Environment={"Variables": {"ASKED": asked.url}},
    )
    assert until(lambda: functions.get_function_configuration(FunctionName=name)["State"] == "Active")
    return name
