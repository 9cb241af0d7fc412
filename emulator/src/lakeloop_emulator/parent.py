"""The end of another process, waited for: an emulator that tests start must not outlive them, however they end."""

from __future__ import annotations

import os
import select
import time
from contextlib import suppress

POLL_SECONDS = 1.0


def await_end(process: int) -> None:
    """Return when *process* has ended; at once if there is none."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return
    except (AttributeError, OSError):  # macOS has none, some sandboxes forbid it
        _poll(process)
        return
    try:
        ended = select.poll()
        ended.register(descriptor, select.POLLIN)
        ended.poll()
    finally:
        os.close(descriptor)


def _poll(process: int) -> None:
    with suppress(ProcessLookupError):
        while True:
            with suppress(PermissionError):  # it is there, and somebody else's
                os.kill(process, 0)
            time.sleep(POLL_SECONDS)
