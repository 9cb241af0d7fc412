"""AWS's runtime client with a client of the Runtime API in Python: its own, in C++, is built for Linux alone.

Runs as ``python portable.py HANDLER`` in the function's folder, in the place of ``python -m awslambdaric HANDLER``, under the
function's Python, with nothing but the standard library and ``awslambdaric``.
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import http.client
import os
import sys
from collections.abc import Mapping
from types import ModuleType

_PATH = "/2018-06-01/runtime/invocation"
_ACCEPTED = 202
_DEADLINE = "lambda-runtime-deadline-ms"


class RuntimeClient(ModuleType):
    """The functions of ``runtime_client``, the extension of ``awslambdaric``."""

    def initialize_client(self, user_agent: str) -> None:
        """Open the connection that lasts as long as the process: when it breaks the emulator has gone, and so does this."""
        self._agent = user_agent
        self._connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])

    def next(self) -> tuple[bytes, Mapping[str, str | int]]:
        """Wait for the next event: its body and its headers, the deadline as a number."""
        answer = self._ask("GET", f"{_PATH}/next", None, {})
        headers = _Headers((name.lower(), value) for name, value in answer.getheaders())
        headers[_DEADLINE] = int(headers[_DEADLINE])
        return answer.read(), headers

    def post_invocation_result(
        self, invoke_id: str, result: bytes, content_type: str, invocation_id: str | None = None
    ) -> None:
        """Answer an event."""
        self._tell(invoke_id, "response", result, {"Content-Type": content_type}, invocation_id)

    def post_error(self, invoke_id: str, error: str, xray_fault: str, invocation_id: str | None = None) -> None:
        """Answer that the handler has failed."""
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Function-Error-Type": "Unhandled",
            "Lambda-Runtime-Function-XRay-Error-Cause": xray_fault,
        }
        self._tell(invoke_id, "error", error.encode(), headers, invocation_id)

    def _tell(self, invoke_id: str, kind: str, body: bytes, headers: dict[str, str], invocation_id: str | None) -> None:
        if invocation_id:
            headers["Lambda-Runtime-Invocation-Id"] = invocation_id
        answer = self._ask("POST", f"{_PATH}/{invoke_id}/{kind}", body, headers)
        said = answer.read()
        if answer.status != _ACCEPTED:
            raise RuntimeError(f"the Runtime API took no {kind}: {answer.status} {said.decode(errors='replace')}")

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        self._connection.request(method, path, body, {"User-Agent": self._agent, **headers})
        return self._connection.getresponse()


class _Headers(dict[str, str | int]):
    """Headers by their names in lower case, asked for in any: HTTP does not tell one from the other."""

    def get(self, name: str, default: str | None = None) -> str | int | None:  # type: ignore[override]
        return super().get(name.lower(), default)


def main(handler: str) -> None:
    """Become the function whose *handler* is in the current folder."""
    sys.path[0] = os.getcwd()  # noqa: PTH109 - as `-m` has it; this file's own folder is none of the function's
    sys.modules["runtime_client"] = RuntimeClient("runtime_client")
    from awslambdaric import __main__ as client  # type: ignore[import-not-found]

    client.main(["awslambdaric", handler])


if __name__ == "__main__":
    main(sys.argv[1])
