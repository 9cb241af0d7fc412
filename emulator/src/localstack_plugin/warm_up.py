"""Imports the modules of the first query in advance: LocalStack itself loads a service at its first call."""

from __future__ import annotations

import importlib
import sys
import threading

from localstack.runtime import hooks

from localstack_plugin import collector

_MODULES = ("localstack_plugin.athena", "localstack.services.s3.provider", "localstack_plugin.glue")


@hooks.on_runtime_ready()
def warm_up() -> None:
    """Begin to import in the background. A call that comes earlier waits for the rest of the same import."""
    threading.Thread(target=_import, name="warm-up", daemon=True).start()


def _import() -> None:
    # pyarrow looks for it at its first array, and importing it takes 0.3 s: users do not have it here, those of the tests do.
    sys.modules.setdefault("pandas", None)  # type: ignore[arg-type]
    for module in _MODULES:
        importlib.import_module(module)
    collector.begin()
