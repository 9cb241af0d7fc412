"""The function as Lambda runs it: AWS's own runtime client in a bare Python, and the Runtime API it asks for events.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_ARN = "arn:aws:lambda:us-east-1:000000000000:function:lakeloop-dev-dbt-runner"
_DEADLINE_SECONDS = 240
# In AWS, the runtime client lies in a folder of its own after the function and its layers.
_RUNTIME = ("awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py")
# Isolated (-I) and without site-packages (-S): what neither the function nor the layer holds is not there. And no
# shared memory, as on Lambda, where no byte code can be written either (-B).
_START = """
import sys
sys.path[:0] = {path}
import _multiprocessing
def no_shared_memory(*_):
    raise OSError(38, "Function not implemented")
no_shared_memory.SEM_VALUE_MAX = 1
_multiprocessing.SemLock = no_shared_memory
from awslambdaric.__main__ import main
main(["awslambdaric", "{handler}"])
"""


class LambdaProcess:
    """One execution environment. It serves one event after the other."""

    def __init__(self, log: Path) -> None:
        self._events: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._answers: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._log = log
        self._served = 0
        self.child: subprocess.Popen[bytes] | None = None

    def invoke(self, event: Any, seconds: float = _DEADLINE_SECONDS) -> tuple[str, Any]:
        """Send *event*: ``("response", answer)`` or ``("error", what the caller is shown)``, within *seconds*."""
        self._served += 1
        self._events.put((f"{self._served:08d}-0000-4000-8000-000000000000", event))
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                return self._answers.get(timeout=1)
            except queue.Empty:
                if self.child is not None and self.child.poll() is not None:
                    break
        raise AssertionError(f"No answer. The function's log ends with:\n{self._log.read_text('utf-8')[-3_000:]}")

    def log_lines(self) -> list[dict[str, Any]]:
        """Lines that the function logged so far; each must be JSON."""
        return [json.loads(line) for line in self._log.read_text("utf-8").splitlines()]

    def handler(self) -> type[BaseHTTPRequestHandler]:
        events, answers = self._events, self._answers

        class RuntimeApi(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                request_id, event = events.get()
                body = json.dumps(event).encode()
                self.send_response(200)
                self.send_header("Lambda-Runtime-Aws-Request-Id", request_id)
                self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + 900) * 1000)))
                self.send_header("Lambda-Runtime-Invoked-Function-Arn", _ARN)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()
                answers.put((self.path.rsplit("/", 1)[-1], json.loads(body)))

            def log_message(self, *_: Any) -> None:
                pass

        return RuntimeApi


@contextmanager
def running(
    folder: Path, task: Path, layer: Path, variables: Mapping[str, str], handler: str = "dbt_runner.handler.handle"
) -> Iterator[LambdaProcess]:
    """A process that serves events until the block ends; its temporary folder and its log lie in *folder*."""
    runtime, temporary, log = folder / "runtime", folder / "tmp", folder / "log"
    runtime.mkdir()
    temporary.mkdir()
    for module in _RUNTIME:
        found = find_spec(module)
        assert found is not None and found.origin is not None
        origin = Path(found.origin)
        place = origin.parent if found.submodule_search_locations else origin
        (runtime / place.name).symlink_to(place)
    process = LambdaProcess(log)
    server = ThreadingHTTPServer(("127.0.0.1", 0), process.handler())
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {
        **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
        **variables,
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_FUNCTION_NAME": "lakeloop-dev-dbt-runner",
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}",
        "LAMBDA_TASK_ROOT": str(task),
        "TMPDIR": str(temporary),
    }
    start = _START.format(path=[str(task), str(layer), str(runtime)], handler=handler)
    with log.open("w") as output:
        process.child = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-c", start], cwd=task, env=environment, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.child.kill()
        process.child.wait()
        server.shutdown()
