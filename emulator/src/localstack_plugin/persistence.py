"""LocalStack's entry points for a state that outlives the emulator: loaded after the start, saved before the end.

The host says what it wants by ``lakeloop_emulator.saved.Wish``, and hears there how it went.
"""

from __future__ import annotations

import logging
import os
import sysconfig
import threading
from pathlib import Path
from typing import Any

from localstack.runtime import hooks

from lakeloop_emulator import saved
from lakeloop_emulator.saved import Report, Wish
from lakeloop_emulator.settings import STATE_FOLDER, Settings

LOG = logging.getLogger(__name__)
_complete = threading.Event()
"""Whether the memory is all that it is going to be. Until then nobody is served, and nothing is saved."""
_awaking: dict[str, threading.Event] = {}
"""Services that have their memory and are about to act on it, as Lambda does: it makes its functions' environments."""


@hooks.on_runtime_start()
def hold_requests() -> None:
    """Let calls from outside wait until the state is there."""
    if not _to_load():
        _complete.set()
        return
    from localstack.aws.handlers import serve_custom_service_request_handlers

    def wait(chain: Any, context: Any, response: Any) -> None:
        if context.service and not context.is_internal_call:  # functions' code comes from S3 by internal calls
            _complete.wait()
            if (awake := _awaking.get(context.service.service_name)) is not None:
                awake.wait()

    serve_custom_service_request_handlers.handlers.insert(0, wait)


@hooks.on_runtime_ready()
def load() -> None:
    """Load the state, if there is one and it is wanted. LocalStack ends if that fails."""
    if not _to_load():
        return
    from localstack.runtime import get_current_runtime

    from localstack_plugin import state

    try:
        services = state.load(saved.of(_settings()))
    except Exception as error:
        LOG.exception("The saved state could not be loaded")
        Wish(_settings()).set(False)
        Wish(_settings()).say(Report(error=f"{type(error).__name__}: {error}"))
        get_current_runtime().exit(1)
        return
    _awaking.update({name: threading.Event() for name in services})
    _complete.set()
    Wish(_settings()).say(Report(restored=True))
    for name, service in services.items():
        try:
            service.lifecycle_hook.on_after_state_load()
        except Exception:
            LOG.exception("%s could not act on its saved state", name)
        _awaking.pop(name).set()


@hooks.on_runtime_shutdown(priority=100)
def save() -> None:
    """Save the state if it is wanted, while all services are still there."""
    if STATE_FOLDER not in os.environ or not _complete.is_set() or not (wish := Wish(_settings())):
        return
    from localstack_plugin import state

    try:
        state.save(saved.of(_settings()), saved.stamp(Path(sysconfig.get_path("purelib"))))
        report = Report(saved=True)
    except Exception as error:
        LOG.exception("The state could not be saved")
        report = Report(error=f"{type(error).__name__}: {error}")
    wish.say(report)


def _settings() -> Settings:
    return Settings(state=Path(os.environ[STATE_FOLDER]))


def _to_load() -> bool:
    return STATE_FOLDER in os.environ and bool(Wish(_settings())) and saved.of(_settings()).exists()
