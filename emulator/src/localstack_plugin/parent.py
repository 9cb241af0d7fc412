"""LocalStack's entry point that ends the emulator with the process it was started for, if one is named."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from pathlib import Path

from localstack.runtime import hooks

from lakeloop_emulator.parent import await_end
from lakeloop_emulator.saved import Wish
from lakeloop_emulator.settings import PARENT, SAVE_SECONDS, STATE_FOLDER, STOP_SECONDS, Settings

LOG = logging.getLogger(__name__)


@hooks.on_runtime_start()
def follow() -> None:
    """Wait for the end of the process in the background."""
    if parent := os.environ.get(PARENT):
        threading.Thread(target=_follow, args=(int(parent),), name="parent", daemon=True).start()


def _follow(parent: int) -> None:
    """End as `just down` ends the emulator: by a signal to itself, and by force when that takes too long."""
    await_end(parent)
    LOG.warning("Process %d has ended, for which this emulator was started", parent)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SAVE_SECONDS if Wish(Settings(state=Path(os.environ[STATE_FOLDER]))) else STOP_SECONDS)
    os.killpg(os.getpgrp(), signal.SIGKILL)
