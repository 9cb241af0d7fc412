"""Places where messages about runs arrive: the emulator's mail, and a webhook of the tests' own."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SECONDS = 300


class Webhook:
    """A server on this machine; it answers 503 while it is ``down``, and keeps what it was sent."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.refused: list[dict[str, Any]] = []
        self.down = False
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                (told.refused if told.down else told.taken).append(body)
                self.send_response(503 if told.down else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/services/hook"

    @contextmanager
    def listening(self) -> Iterator["Webhook"]:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()


def about(messages: list[dict[str, Any]], words: str) -> list[dict[str, Any]]:
    """Those of a webhook's *messages* with *words* in them."""
    return [message for message in messages if words in json.dumps(message)]


def mails(variables: dict[str, str], about: str) -> list[dict[str, Any]]:
    """The mails that the emulator of these *variables* has sent with *about* in their subject."""
    token = Path(variables["LAKELOOP_EMULATOR_TOKEN_FILE"]).read_text("utf-8")
    asked = urllib.request.Request(f"{variables['AWS_ENDPOINT_URL']}/_aws/ses", headers={"X-Lakeloop-Token": token})
    try:
        with urllib.request.urlopen(asked) as answer:
            return [mail for mail in json.load(answer)["messages"] if about in mail["Subject"]]
    except urllib.error.HTTPError:  # before the first mail
        return []


def await_(
    something: Callable[[], Any],
    said: Callable[[], Any] = lambda: "it does not come",
    seconds: float = SECONDS,
    longest: float = 0.5,
) -> Any:
    """The first answer of *something* that is true; *said* tells why there was none in so many *seconds*.

    Between two questions are *longest* seconds at the most, and fewer at first.
    """
    last, pause = time.monotonic() + seconds, 0.02
    while not (found := something()):
        assert time.monotonic() < last, said()
        time.sleep(min(pause, longest))  # so that what is waited for gets on
        pause *= 1.5
    return found
