"""The process that has dbt imported: commands in it are those that run without it."""

import os
import select
import signal
import stat
import subprocess
import sys

import pytest
from lakeloop.warm import client

from tests.offline_home import checkout
from tests.projects import raw

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="the test waits for a process by Linux's means"),
]


def typed(home, *words, seconds="60", **variables):
    return subprocess.Popen(
        [sys.executable, "-m", "lakeloop", *words],
        env={**os.environ, "LAKELOOP_HOME": str(home.root), "COLUMNS": "160", client.IDLE: seconds, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def done(home, *words, **how):
    process = typed(home, *words, **how)
    return (*process.communicate(), process.returncode)


def server(home):
    """The process's id, as its lock's holder is asked by its socket's inode: there is one line for it in /proc."""
    found = subprocess.run(["pgrep", "-f", f"lakeloop.warm.server {home.state} "], capture_output=True, text=True)
    return [int(word) for word in found.stdout.split()]


def ended(pid):
    """Wait for a process that is nobody's child here."""
    try:
        file = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([file], [], [], 60)[0])
    finally:
        os.close(file)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = checkout(tmp_path_factory.mktemp("warm"))
    raw.write(made.raw)
    yield made
    for pid in server(made):
        os.kill(pid, signal.SIGTERM)


def test_one_process_serves_them_all(home):
    out, _, code = done(home, "dbt-local", "build")
    assert code == 0 and "Completed successfully" in out
    [pid] = server(home)
    assert stat.S_IMODE((home.state / client.SOCKET).stat().st_mode) == 0o600
    query = ("query", "select count(*) as n, current_setting('TimeZone') as zone from fct_orders", "format=json")
    assert done(home, *query) == done(home, *query, seconds="0")
    bad = ("query", "select nothing_of_that_name")
    assert done(home, *bad) == done(home, *bad, seconds="0")
    assert server(home) == [pid]
    # Nothing is parsed again, and nothing is told otherwise.
    out, errors, code = done(home, "dbt", "ls", "--quiet", "--select", "fct_orders")
    assert (out, errors, code) == done(home, "dbt", "ls", "--quiet", "--select", "fct_orders", seconds="0")
    assert code == 0 and "fct_orders" in out
    # Another language, another process: Python asks for it at its start.
    assert done(home, *query, LANG="C", PYTHONUTF8="1")[2] == 0
    assert ended(pid)
    [other] = server(home)
    (home.state / client.SOCKET).unlink()
    assert ended(other)


def test_a_saved_model_is_built_and_shown(home):
    done(home, "dbt-local", "build")
    model = home.dbt_project / "models" / "marts" / "fct_orders.sql"
    before = model.read_text()
    process = typed(home, "watch")
    try:
        assert process.stdout.readline().startswith("Watching ")
        assert "Another `just watch`" in done(home, "watch")[1]
        model.write_text(before + "\nwith nothing")
        assert "fct_orders  error" in process.stdout.readline()
        assert process.stdout.readline().startswith("    ")
        model.write_text("select * from {{ ref('nowhere') }}")
        assert any("the project  error" in line for line in iter(process.stdout.readline, ""))
        assert process.stdout.readline() == "    error: dbt cannot parse the project.\n"
        model.write_text(before + "-- mended\n")
        lines = iter(process.stdout.readline, "")
        line = next(line for line in lines if not line.startswith("    ") and "fct_orders" in line)
        assert "fct_orders  ok  tests: 6 pass" in line
        assert "order_id\t" in next(lines)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        model.write_text(before)
