"""Programs one after another in forks of one process that has dbt imported: each start of its own would take 2 s of a processor.

For commands that run dbt several times. ``python -m lakeloop.warm.forks`` reads a JSON line for each program from standard
input (``program``, ``environment``, ``out``, ``err``), answers it with its exit code, and ends with its input.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_keeps = False
_kept: list[subprocess.Popen[str]] = []


@contextmanager
def kept() -> Iterator[None]:
    """Until the block ends, ``run`` forks a process that the first one starts."""
    global _keeps
    _keeps = True
    try:
        yield
    finally:
        _keeps = False
        while _kept:
            process = _kept.pop()
            assert process.stdin and process.stdout
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.wait()
            process.stdout.close()


def captured(program: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """As ``run``, and keep what the program prints."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        code = run(program, environment, out, err)
        said = (file.read_text("utf-8", errors="replace") for file in (out, err))
        return subprocess.CompletedProcess(program, code, *said)


def run(program: Sequence[str], environment: Mapping[str, str], out: Path, err: Path) -> int:
    """The exit code of ``python -P -m MODULE WORD...``; *out* and *err*, which may be one file, are what it prints.

    In a process of its own outside of ``kept``, or where that one has died before. If it dies meanwhile, the program may have
    changed something: it is not run again, and *err* says so.
    """
    if _keeps and not _kept:
        command = [sys.executable, "-P", "-m", __name__]
        _kept.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    if _kept and (code := _forked(_kept[-1], program, environment, out, err)) is not None:
        return code
    out.open("w").close()
    with out.open("a") as printed, err.open("a") as errors:
        return subprocess.run(
            program, env=dict(environment), stdin=subprocess.DEVNULL, stdout=printed, stderr=errors, check=False
        ).returncode


def _forked(
    process: subprocess.Popen[str], program: Sequence[str], environment: Mapping[str, str], out: Path, err: Path
) -> int | None:
    """The exit code; None if *process* had died before, and nothing was begun."""
    assert process.stdin and process.stdout
    asked = {"program": list(program), "environment": dict(environment), "out": str(out), "err": str(err)}
    try:
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
    except BrokenPipeError:
        return None
    if answer := process.stdout.readline():
        return int(answer)
    with err.open("a") as errors:
        errors.write("The process that ran this was ended from outside (out of memory?).\n")
    return process.wait()


def main() -> int:
    """Serve until standard input ends."""
    from lakeloop.warm import server

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the program's
    server.import_all(server.DBT)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _be(**json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
    return 0


def _be(program: Sequence[str], environment: Mapping[str, str], out: str, err: str) -> None:
    """Become ``python -P -m MODULE WORD...``, and end."""
    from lakeloop.warm import programs

    def as_typed() -> int:
        warnings.filterwarnings("ignore", ".* found in sys.modules", RuntimeWarning)  # that is what this is for
        sys.argv = list(program[3:])
        runpy.run_module(program[3], run_name="__main__", alter_sys=True)
        return 0

    for number, (name, how) in enumerate(((os.devnull, os.O_RDONLY), (out, os.O_TRUNC), (err, 0))):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND | how if number else how, 0o600), number)
    os._exit(programs.inside(as_typed, environment))


if __name__ == "__main__":
    sys.exit(main())
