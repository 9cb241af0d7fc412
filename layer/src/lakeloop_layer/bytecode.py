"""Byte code made at build time: ``/opt`` and ``/var/task`` are read-only, so Python cannot keep any there.

The layer's packages are shipped as byte code alone: half the size, and one file less to look for per import. Tracebacks
still name file, line and function, only the line's text is missing. The function keeps its source beside the byte code.
"""

from __future__ import annotations

import os
import py_compile
import subprocess
import sys
from pathlib import Path

from lakeloop_layer.errors import LayerError

_WORKERS = 2
# https://docs.python.org/3/reference/import.html#pyc-invalidation: valid whatever time the source's file has
_MODE = py_compile.PycInvalidationMode.UNCHECKED_HASH


def compile_layer(folder: Path, shown_as: str) -> None:
    """Replace every ``.py`` under *folder* by a ``.pyc`` beside it; tracebacks show *shown_as* in place of *folder*.

    What a compiler writes depends on what its process has seen: fresh processes, each with its fixed share of the files
    and fixed hashes of texts, write the same bytes every time.

    Raises:
        LayerError: a file is not Python of this version.
    """
    sources = sorted(folder.rglob("*.py"))
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "lakeloop_layer.bytecode", str(folder), shown_as],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
        )
        for _ in range(_WORKERS)
    ]
    for share, worker in enumerate(workers):
        assert worker.stdin is not None
        worker.stdin.write("\n".join(str(source) for source in sources[share::_WORKERS]))
        worker.stdin.close()
        worker.stdin = None
    errors = [(worker.communicate()[1], worker.returncode) for worker in workers]
    failed = "\n".join(error.strip() for error, code in errors if code)
    if failed:
        raise LayerError(f"The layer cannot be byte-compiled:\n{failed}")


def compile_function(folder: Path, shown_as: str) -> None:
    """Put byte code into ``__pycache__`` beside every ``.py`` under *folder*."""
    for source in sorted(folder.rglob("*.py")):
        shown = f"{shown_as}/{source.relative_to(folder).as_posix()}"
        py_compile.compile(str(source), dfile=shown, doraise=True, invalidation_mode=_MODE)


def _replace(folder: Path, shown_as: str) -> None:
    for line in sys.stdin:
        source = Path(line.rstrip("\n"))
        shown = f"{shown_as}/{source.relative_to(folder).as_posix()}"
        py_compile.compile(
            str(source), cfile=str(source.with_suffix(".pyc")), dfile=shown, doraise=True, invalidation_mode=_MODE
        )
        source.unlink()


if __name__ == "__main__":
    _replace(Path(sys.argv[1]), sys.argv[2])
