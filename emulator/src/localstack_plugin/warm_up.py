"""Imports the modules of the first query in advance: LocalStack itself loads a service at its first call."""

from __future__ import annotations

import importlib
import sys
import threading
from importlib.abc import MetaPathFinder

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
    _without_pandas()
    collector.begin()


class _Absent(MetaPathFinder):
    """Finds no pandas."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)


def _without_pandas() -> None:
    """Have pyarrow find no pandas at its first array, where it looks for it once: importing it takes 0.3 s. Users do not have it
    here, those of the tests do. For others it is there: None in ``sys.modules`` is taken for the module, by pyarrow and DuckDB.
    """
    import pyarrow as pa

    absent = _Absent()
    sys.meta_path.insert(0, absent)
    try:
        pa.array([1])
    finally:
        sys.meta_path.remove(absent)
