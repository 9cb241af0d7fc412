"""``lakeloop-capture-supervise FOLDER``: a capture that is started again when it fails, and left alone when it is refused.

FOLDER gets `capture.log`, and `status.json` for `just cdc-status`. On AWS, the service of ECS does this work.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

LOG, STATUS, HEALTH = "capture.log", "status.json", "health.json"
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0
_SOUND_SECONDS = 60.0
"""A run that lasted so long was sound: the next failure is waited for as the first."""
_STOP_SECONDS = 25.0
_LARGEST_LOG = 20_000_000
_STOPPED, _REFUSED = 0, 2


def main() -> int:
    """Supervise until a signal, or until the capture is refused. Gives its exit code."""
    folder = Path(sys.argv[1])
    command = (sys.executable, "-m", "lakeloop_capture")
    return Supervisor(folder, command).run()


class Supervisor:
    """Keeps *command* running; all it leaves lies in *folder*."""

    def __init__(self, folder: Path, command: Sequence[str]) -> None:
        self._folder = folder
        self._command = command
        self._stop = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        """Supervise. The exit code of the last run: 0 after a signal, 2 when it was refused."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        environment = {**os.environ, "LAKELOOP_CAPTURE_STATUS": str(self._folder / HEALTH)}
        (self._folder / HEALTH).unlink(missing_ok=True)
        wait, starts = _FIRST_WAIT, 0
        while True:
            began = time.monotonic()
            starts += 1
            code = self._once(environment, starts)
            if (self._folder / HEALTH).exists():
                # A snapshot that was asked for has begun: it is asked for once.
                environment.pop("CAPTURE_AGAIN", None)
            if self._stop.is_set() or code == _STOPPED:
                self._say("stopped", starts, None)
                return _STOPPED
            if code == _REFUSED:
                self._say("refused", starts, self._last_words())
                return _REFUSED
            wait = _FIRST_WAIT if time.monotonic() - began > _SOUND_SECONDS else wait
            self._say("waiting", starts, self._last_words())
            self._stop.wait(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
            if self._stop.is_set():
                self._say("stopped", starts, None)
                return _STOPPED

    def _once(self, environment: dict[str, str], starts: int) -> int:
        file = self._folder / LOG
        if file.exists() and file.stat().st_size > _LARGEST_LOG:
            file.replace(file.with_suffix(".log.old"))
        with file.open("ab") as log:
            self._child = subprocess.Popen(
                self._command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        self._say("running", starts, None)
        if self._stop.is_set():  # the signal came while the child was made
            self._child.terminate()
        code = self._child.wait()
        self._child = None
        return code

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()
        child = self._child
        if child is not None:
            child.terminate()
            threading.Thread(target=_kill_later, args=(child,), daemon=True).start()

    def _say(self, state: str, starts: int, message: str | None) -> None:
        told = {
            "pid": os.getpid(),
            "child": None if self._child is None else self._child.pid,
            "state": state,
            "starts": starts,
            "message": message,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        aside = self._folder / f"{STATUS}.new"
        aside.write_text(json.dumps(told))
        aside.replace(self._folder / STATUS)

    def _last_words(self) -> str:
        """The message with which the last run ended."""
        try:
            with (self._folder / LOG).open("rb") as log:
                log.seek(max(log.seek(0, os.SEEK_END) - 8192, 0))
                lines = log.read().decode(errors="replace").splitlines()
        except OSError:
            return ""
        for line in reversed(lines):
            if line.startswith("{"):
                try:
                    return str(json.loads(line).get("message") or "")
                except ValueError:
                    continue
        return lines[-1][:400] if lines else ""


def _kill_later(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()


if __name__ == "__main__":
    sys.exit(main())
