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
_REPLACE, _KEEP = "replace", "keep"
# https://docs.python.org/3/reference/import.html#pyc-invalidation: valid whatever time the source's file has
_MODE = py_compile.PycInvalidationMode.UNCHECKED_HASH


def compile_layer(folder: Path, shown_as: str) -> None:
    """Replace every ``.py`` under *folder* by a ``.pyc`` beside it; tracebacks show *shown_as* in place of *folder*.

    Raises:
        LayerError: a file is not Python of this version.
    """
    _compile(folder, shown_as, _REPLACE, _WORKERS)


def compile_function(folder: Path, shown_as: str) -> None:
    """Put byte code into ``__pycache__`` beside every ``.py`` under *folder*. Raises ``LayerError`` as ``compile_layer`` does."""
    _compile(folder, shown_as, _KEEP, 1)


def _compile(folder: Path, shown_as: str, what: str, processes: int) -> None:
    """Compile in fresh processes.

    What a compiler writes depends on what its process has seen: fresh processes, each with its fixed share of the files
    and fixed hashes of texts, write the same bytes every time.
    """
    sources = sorted(folder.rglob("*.py"))
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "lakeloop_layer.bytecode", str(folder), shown_as, what],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
        )
        for _ in range(processes)
    ]
    for share, worker in enumerate(workers):
        assert worker.stdin is not None
        worker.stdin.write("\n".join(str(source) for source in sources[share::processes]))
        worker.stdin.close()
        worker.stdin = None
    errors = [(worker.communicate()[1], worker.returncode) for worker in workers]
    failed = "\n".join(error.strip() for error, code in errors if code)
    if failed:
        raise LayerError(f"{folder} cannot be byte-compiled:\n{failed}")


def _work(folder: Path, shown_as: str, what: str) -> None:
    for line in sys.stdin:
        source = Path(line.rstrip("\n"))
        shown = f"{shown_as}/{source.relative_to(folder).as_posix()}"
        beside = str(source.with_suffix(".pyc")) if what == _REPLACE else None
        py_compile.compile(str(source), cfile=beside, dfile=shown, doraise=True, invalidation_mode=_MODE)
        if what == _REPLACE:
            source.unlink()


if __name__ == "__main__":
    _work(Path(sys.argv[1]), *sys.argv[2:])
