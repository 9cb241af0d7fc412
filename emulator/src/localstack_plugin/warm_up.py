"""Imports the modules of the first query in advance: LocalStack itself loads a service at its first call."""

from __future__ import annotations

import importlib
import threading

from localstack.runtime import hooks

from localstack_plugin import collector

_MODULES = ("localstack_plugin.athena", "localstack.services.s3.provider", "localstack_plugin.glue")


@hooks.on_runtime_ready()
def warm_up() -> None:
    """Begin to import in the background. A call that comes earlier waits for the rest of the same import."""
    threading.Thread(target=_import, name="warm-up", daemon=True).start()


def _import() -> None:
    for module in _MODULES:
        importlib.import_module(module)
    import pyarrow as pa

    pa.array([1])  # At its first array pyarrow imports pandas, where that is installed.
    collector.begin()
