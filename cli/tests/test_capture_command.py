"""`just cdc-up` and its kin, without a capture: what is missing is said, and with the command that brings it."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from lakeloop.aws.place import Place
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.changes import command, process
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

LAKE = Outputs(*["x"] * 12, changes_stream="changes")
KAFKA = Outputs(*["x"] * 12, changes_topic="shop", changes_brokers="127.0.0.1:9092")
DATABASE = {"host": "127.0.0.1", "port": "5", "database": "shop", "passfile": "/p"}
STATUS = {"pid": 0, "state": "running", "starts": 2, "message": None}


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "terraform" / "envs").mkdir(parents=True)
    (tmp_path / "terraform" / "envs" / "dev.tfvars").write_text("")
    return Workspace(tmp_path)


@pytest.fixture
def ready(monkeypatch):
    """A database and a lake that are up; what would be started is in the list."""
    started = []
    place = Place("dev", "http://127.0.0.1:1", "127.0.0.1-1", {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"})
    monkeypatch.setattr(command, "_database", lambda workspace: DATABASE)
    monkeypatch.setattr(command, "enter", lambda workspace, name, on=None: place)
    monkeypatch.setattr(command, "outputs", lambda workspace, place: LAKE)

    def start(workspace, environment):
        started.append(environment)
        return process.Status(1, "running", 1, "")

    monkeypatch.setattr(process, "start", start)
    return started


def test_it_is_started_with_all_that_the_capture_asks_for(workspace, ready, capsys):
    assert command.up(workspace, ["again=snapshot"]) == 0
    (environment,) = ready
    assert environment["CAPTURE_TRANSPORT"] == "kinesis:changes" and environment["CAPTURE_AGAIN"] == "snapshot"
    assert environment["CAPTURE_BODIES"] == "s3://x/oversize/" and environment["CAPTURE_PASSFILE"] == "/p"
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert "into changes" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [(["again=1"], "again=snapshot takes all rows"), (["now"], "Unknown word 'now'"), (["on=aws"], "Unknown argument")],
)
def test_a_word_that_is_not_known_is_refused(workspace, ready, words, message):
    with pytest.raises(UserError, match=message):
        command.up(workspace, words)
    assert ready == []


def test_a_lake_without_a_stream_is_refused_with_the_setting(workspace, ready, monkeypatch):
    monkeypatch.setattr(command, "outputs", lambda workspace, place: Outputs(*["x"] * 12))
    with pytest.raises(UserError, match=r"changes = \{\}; then `just tf-apply env=dev`"):
        command.up(workspace, [])
    assert ready == []


@pytest.mark.parametrize(
    ("lake", "wanted", "message"),
    [
        (LAKE, "kafka", r"changes go by Kinesis. .*kafka = \{ bootstrap_servers = \["),
        (KAFKA, "kinesis", r"changes go by Kafka. .*changes = \{\}; then `just tf-apply env=dev`"),
        (LAKE, "pigeon", "transport=kinesis or transport=kafka"),
    ],
)
def test_a_lake_of_the_other_transport_is_refused_with_the_setting(
    workspace, ready, monkeypatch, lake, wanted, message
):
    monkeypatch.setattr(command, "outputs", lambda workspace, place: lake)
    with pytest.raises(UserError, match=message):
        command.up(workspace, [f"transport={wanted}"])
    assert ready == []


@pytest.mark.parametrize(
    ("servers", "asked"),
    [("127.0.0.1:9092", [("topic", "9092", "shop", "2")]), ("a.example.org:9092,b.example.org:9092", [])],
)
def test_kafka_s_topic_is_there_first_on_this_machine(workspace, ready, monkeypatch, servers, asked):
    """GIVEN Kafka WHEN the broker is this machine's THEN it is started, with the topic; others are their owners' affair."""
    found = []
    monkeypatch.setattr(command, "outputs", lambda workspace, place: replace(KAFKA, changes_brokers=servers))
    monkeypatch.setattr(
        command,
        "ask_emulator",
        lambda workspace, shell, *words: found.append(words) or subprocess.CompletedProcess([], 0, "up", ""),
    )
    assert command.up(workspace, ["transport=kafka"]) == 0
    (environment,) = ready
    assert environment["CAPTURE_TRANSPORT"] == "kafka:shop" and environment["CAPTURE_KAFKA_SERVERS"] == servers
    assert found == asked


def test_a_database_that_is_not_up_is_refused_with_the_command(workspace, monkeypatch, tmp_path):
    said = "error: The shop's database is not running: `just sources-up` starts it.\n"
    answer = subprocess.CompletedProcess([], 2, "", said)
    monkeypatch.setattr(subprocess, "run", lambda *words, **more: answer)
    with pytest.raises(UserError, match=r"^The shop's database is not running: `just sources-up` starts it\.$"):
        command.up(workspace, [])


@pytest.mark.parametrize(
    ("state", "message"),
    [("refused", r"no stream changes Log: .*capture\.log"), ("waiting", r"tried again by itself: `just cdc-status`")],
)
def test_a_capture_that_does_not_capture_says_why(workspace, ready, monkeypatch, state, message):
    monkeypatch.setattr(
        process, "start", lambda workspace, environment: process.Status(1, state, 1, "no stream changes")
    )
    with pytest.raises(UserError, match=message):
        command.up(workspace, [])


@pytest.fixture
def supervisor(workspace):
    """A process that is named as a supervisor is."""
    folder = process.folder(workspace)
    folder.mkdir(parents=True)
    script = "import sys; print('up', flush=True); sys.stdin.read()"
    name = "lakeloop-capture-supervise"
    child = subprocess.Popen(
        [sys.executable, "-c", script, name, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    child.stdout.readline()
    (folder / "status.json").write_text(json.dumps({**STATUS, "pid": child.pid}))
    yield child
    child.kill()
    child.communicate()


def test_twice_is_as_once_and_a_snapshot_of_one_that_runs_is_refused(workspace, ready, supervisor, capsys):
    assert command.up(workspace, []) == 0
    assert "up already" in capsys.readouterr().out and ready == []
    with pytest.raises(UserError, match="`just cdc-down`, then"):
        command.up(workspace, ["again=snapshot"])


def test_it_is_ended_and_ending_it_twice_is_harmless(workspace, supervisor, capsys, monkeypatch):
    kill = os.kill

    def kill_and_reap(pid, number):
        kill(pid, number)
        supervisor.wait()  # as its parent, for it would be shown until then

    monkeypatch.setattr(os, "kill", kill_and_reap)
    assert [command.down(workspace, []), command.down(workspace, [])] == [0, 0]
    assert capsys.readouterr().out.splitlines() == [
        "The capture is down. Its slot stays: `just cdc-up` goes on where it stopped.",
        "The capture is not running.",
    ]


def test_a_process_that_took_the_number_of_a_dead_supervisor_is_none(workspace, ready):
    process.folder(workspace).mkdir(parents=True)
    (process.folder(workspace) / "status.json").write_text(json.dumps({**STATUS, "pid": os.getpid()}))
    assert process.running(workspace) is None


def test_the_status_is_a_table_of_tables(workspace, supervisor, capsys):
    told = {"at": "noon", "sent": {"sales.orders": 1234}, "slot_lag_bytes": 5600, "seconds_since_change": 0.5}
    (process.folder(workspace) / "health.json").write_text(json.dumps(told))
    assert command.status(workspace, []) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[1:] == [
        "log: .lakeloop/capture/capture.log",
        " sent  table (records since the start)",
        "1,234  sales.orders",
        "at noon",
        "Not confirmed yet: 5,600 bytes of the log.",
        "Last change that was sent: committed 0.5 s before.",
    ]
    assert max(map(len, shown)) <= 60


def test_the_status_of_none_says_why_the_last_one_ended(workspace, capsys):
    process.folder(workspace).mkdir(parents=True)
    (process.folder(workspace) / "status.json").write_text(
        json.dumps({**STATUS, "pid": 2**22 + 1, "state": "refused", "message": "slot gone"})
    )
    assert command.status(workspace, []) == 1
    assert capsys.readouterr().out == "The capture is not running: `just cdc-up` starts it. It was refused: slot gone\n"
