"""Commands handed over to a process: what its client does with whatever answers, and for which code that process is good."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import chdir, contextmanager
from pathlib import Path

import pytest
from lakeloop.warm import client, key, programs


@contextmanager
def answering(state, *lines):
    """A process that answers with *lines* and goes; yields what it was asked."""
    asked = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        with chdir(state):
            listening.bind(client.SOCKET)
        listening.listen()

        def answer():
            connection, _ = listening.accept()
            with connection, connection.makefile("rwb") as stream:
                _, descriptors, _, _ = socket.recv_fds(connection, 1, 3)
                asked.append((json.loads(stream.readline()), len(descriptors)))
                for one in descriptors:
                    os.close(one)
                for line in lines:
                    stream.write(json.dumps(line).encode() + b"\n")

        thread = threading.Thread(target=answer)
        thread.start()
        yield asked
        thread.join()


@pytest.fixture(autouse=True)
def interactive(monkeypatch):
    monkeypatch.setenv(client.IDLE, "60")


def test_the_exit_code_is_the_commands_own(tmp_path, capfd):
    with answering(tmp_path, {"pid": 2**30}, {"code": 7}) as asked:
        assert client.run(tmp_path, tmp_path, ["dbt", "--version"]) == 7
    [(told, descriptors)] = asked
    assert (told["words"], told["folder"], descriptors) == (["dbt", "--version"], str(Path.cwd()), 3)
    assert told["environment"] == dict(os.environ) and told["key"] == key.of(tmp_path, os.environ)


def test_a_process_that_dies_in_the_midst_is_one_message(tmp_path, capsys):
    with answering(tmp_path, {"pid": 2**30}):
        assert client.run(tmp_path, tmp_path, ["dbt", "build"]) == 2
    printed = capsys.readouterr().err
    assert printed.startswith("error: the process that keeps dbt imported ended") and printed.count("\n") == 1


def test_where_none_can_be_started_the_command_runs_by_itself_and_none_is_started_again(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert client.run(tmp_path, tmp_path, ["dbt"]) is None
    assert (tmp_path / client.FAILED).read_text() == key.of(tmp_path, os.environ)
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("started again"))
    assert client.run(tmp_path, tmp_path, ["dbt"]) is None


@pytest.mark.parametrize(
    ("variables", "seconds"),
    [({}, 600), ({"CI": "true"}, 0), ({"CI": "1", client.IDLE: "5"}, 5), ({client.IDLE: "0"}, 0)],
)
def test_how_long_it_waits(variables, seconds):
    assert client.idle_seconds(variables) == seconds


def test_a_number_that_is_none_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(client.IDLE, "soon")
    assert client.run(tmp_path, tmp_path, ["dbt"]) == 2
    assert "LAKELOOP_WARM_SECONDS=soon is no number of seconds. 0 keeps no process" in capsys.readouterr().err


def test_other_code_other_lock_other_language_other_key(tmp_path):
    before = key.of(tmp_path, {"LANG": "C", "HOME": "/a"})
    assert key.of(tmp_path, {"LANG": "C", "HOME": "/b"}) == before
    assert key.of(tmp_path, {"LANG": "de_DE.UTF-8"}) != before
    (tmp_path / "uv.lock").write_text("version = 1")
    assert key.of(tmp_path, {"LANG": "C"}) != before


@pytest.mark.parametrize("here", [True, False])
def test_a_program_ends_as_in_a_process_of_its_own(tmp_path, monkeypatch, capfd, here):
    monkeypatch.setattr(programs, "here", here)
    (tmp_path / "program.py").write_text(
        "import os, signal, sys\n"
        "def main(words):\n"
        "    print('out', os.environ['ONLY'], *words, len(os.environ) < 9)\n"
        "    if words == ['killed']:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    if words == ['interrupted']:\n"
        "        raise KeyboardInterrupt\n"
        "    sys.exit(3)\n"
        "if __name__ == '__main__':\n"
        "    try:\n"
        "        main(sys.argv[1:])\n"
        "    except KeyboardInterrupt:\n"
        "        sys.exit(130)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    only = {"ONLY": "this", "PYTHONPATH": str(tmp_path), "PATH": os.environ["PATH"]}
    assert programs.run("program", ["exit"], only) == 3
    assert programs.run("program", ["interrupted"], only) == 130
    assert programs.run("program", ["killed"], only) == -signal.SIGKILL
    assert capfd.readouterr().out.startswith("out this exit True\nout this interrupted True\n")
