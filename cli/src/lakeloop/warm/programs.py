"""A program of ``lakeloop.child`` run to its end: in a fork where dbt is imported already, in a process of its own elsewhere."""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FrameType
from typing import IO, Any

here = False
"""Whether this process has dbt imported, and neither threads nor a database open."""

interrupted = False
"""Whether Ctrl-C came while a program ran, which may have been done by then."""


def run(module: str, arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """The exit code of ``python -m module arguments``. Ctrl-C is the program's own: it is waited for until it has ended."""
    if not here:
        process = subprocess.Popen([sys.executable, "-P", "-m", module, *arguments], env=dict(environment))
        with _left_to_it():
            return process.wait()
    return _forked(lambda: int(importlib.import_module(module).main(list(arguments))), environment)


def apart(program: Callable[[], int]) -> int:
    """The exit code of *program*, in a fork where this is one of a process that has dbt imported: it may open a database."""
    if not here:
        return program()
    return _forked(program, dict(os.environ))


def _forked(program: Callable[[], int], environment: Mapping[str, str]) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if not pid:
        os._exit(inside(program, environment))
    with _left_to_it():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def inside(program: Callable[[], int], environment: Mapping[str, str]) -> int:
    """The exit code of *program* in a fork, with streams and variables as in a process of its own. Whatever it opened is closed."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.stdin, sys.stdout, sys.stderr = _stream(0), _stream(1), _stream(2)
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        code = program()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except KeyboardInterrupt:
        code = 130
    except BaseException:
        traceback.print_exc()
    finally:
        # dbt-duckdb closes its database so; what is left of a process that ends goes with it.
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    return code


def _stream(number: int) -> IO[Any]:
    """Standard input, output or error as Python opens them: lines at once on a terminal, errors at once anywhere."""
    if number == 0:
        return open(0, closefd=False)
    buffering = 1 if number == 2 or os.isatty(number) else -1
    errors = "backslashreplace" if number == 2 else "strict"
    return open(number, "w", buffering, errors=errors, closefd=False)


@contextlib.contextmanager
def _left_to_it() -> Iterator[None]:
    def nothing(number: int, frame: FrameType | None) -> None:
        """The program got it as well, with its whole process group."""
        global interrupted
        interrupted = True

    before = signal.signal(signal.SIGINT, nothing)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
