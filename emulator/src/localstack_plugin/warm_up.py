"""What the first query needs, imported while nobody waits for it: LocalStack itself loads a service at its first call."""

from __future__ import annotations

import importlib
import threading

from localstack.runtime import hooks


@hooks.on_runtime_ready()
def warm_up() -> None:
    """Import Athena in the background. A query that comes earlier waits for the rest of the same import."""
    threading.Thread(target=importlib.import_module, args=("localstack_plugin.athena",), daemon=True).start()
