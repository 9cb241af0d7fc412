"""Start and stop of the server, and all that may be in its way."""

import json
import os
import signal
import socket
import subprocess
from dataclasses import replace

import pytest
from retail_db import cluster, lifecycle, programs
from retail_db.__main__ import main
from retail_db.database import connect
from retail_db.settings import Place, SourceError, place

from tests.conftest import free_port


@pytest.fixture
def fresh(tmp_path):
    """A place where no server has been."""
    fresh = Place(state=tmp_path / "a folder", port=free_port())
    yield fresh
    lifecycle.down(fresh)


def setting(of: Place, name: str) -> str:
    with connect(of, "postgres") as connection:
        return str(connection.execute(f"SHOW {name}").fetchone()[0])


def test_up_and_down_may_be_typed_twice_and_the_data_stay(fresh):
    assert "It is empty" in lifecycle.up(fresh)
    assert "up already" in lifecycle.up(fresh)
    with pytest.raises(SourceError, match=f"runs on port {fresh.port}"):
        lifecycle.up(replace(fresh, port=free_port()))
    with connect(fresh) as connection:
        connection.execute("INSERT INTO sales.stores VALUES (1, 'Kiosk', 'DE', 'Ulm', '2020-01-01')")
    assert "is down" in lifecycle.down(fresh)
    assert "not running" in lifecycle.down(fresh)
    assert "It is empty" not in lifecycle.up(fresh)
    with connect(fresh) as connection:
        assert connection.execute("SELECT store_name FROM sales.stores").fetchall() == [("Kiosk",)]
    with pytest.raises(SourceError, match="sources-down"):
        lifecycle.forget(fresh)
    lifecycle.down(fresh)
    assert "gone" in lifecycle.forget(fresh)
    assert "no data" in lifecycle.forget(fresh)
    assert not fresh.passwords.exists()


def test_a_killed_server_starts_again_though_another_process_has_its_number(fresh):
    lifecycle.up(fresh)
    number = cluster.pid(fresh)
    assert os.getsid(number) != os.getsid(0)  # Ctrl-C in a shell is not for it
    os.kill(number, signal.SIGQUIT)  # at once, as in a crash: nothing is tidied up
    while cluster.pid(fresh) is not None:
        os.sched_yield()
    pid_file = fresh.data / "postmaster.pid"
    with subprocess.Popen(["sleep", "1000"]) as other:  # no ancestor of the new server's, which it would not mind
        pid_file.write_text(f"{other.pid}\n{fresh.data}\n1\n{fresh.port}\n\n127.0.0.1\n")
        try:
            assert lifecycle.running(fresh) is None
            assert "is up" in lifecycle.up(fresh)
        finally:
            other.kill()


def test_a_port_that_is_taken_is_told_in_a_line_and_nothing_is_made(fresh, capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert main(["up", f"port={taken}"], fresh) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"Port {taken} on 127.0.0.1 is taken" in said and f"port={taken + 1}" in said
    assert not fresh.data.exists()


def test_data_of_another_version_are_left_alone(fresh):
    fresh.data.mkdir(parents=True)
    (fresh.data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(SourceError, match=r"data of PostgreSQL 9\.6.*sources-forget"):
        lifecycle.up(fresh)
    assert [entry.name for entry in fresh.data.iterdir()] == ["PG_VERSION"]


def test_data_without_their_passwords_are_left_alone(fresh):
    fresh.data.mkdir(parents=True)
    (fresh.data / "PG_VERSION").write_text(f"{next(iter(programs.found()))}\n")
    with pytest.raises(SourceError, match=r"pgpass.*is gone"):
        lifecycle.up(fresh)


def test_what_an_interrupted_start_left_is_no_database(fresh):
    (fresh.state / "data.new").mkdir(parents=True)
    (fresh.state / "data.new" / "PG_VERSION").write_text("18\n")
    assert "It is empty" in lifecycle.up(fresh)


def test_a_server_that_does_not_start_says_the_end_of_its_log(fresh):
    lifecycle.up(fresh)
    lifecycle.down(fresh)
    with (fresh.data / "postgresql.conf").open("a") as settings:
        settings.write("nonsense = 1\n")
    with pytest.raises(SourceError, match=r'does not start.*"nonsense"'):
        lifecycle.up(fresh)


def test_it_listens_on_loopback_keeps_its_secrets_and_caps_what_a_slot_holds(server):
    assert setting(server, "listen_addresses") == "127.0.0.1"
    assert setting(server, "unix_socket_directories") == ""
    assert setting(server, "wal_level") == "logical"
    assert setting(server, "max_slot_wal_keep_size") == "1GB"
    assert server.passwords.stat().st_mode & 0o777 == 0o600
    assert server.state.stat().st_mode & 0o077 == 0
    for line in server.passwords.read_text().splitlines():
        assert line.split(":")[4] not in server.address("shop_app")


def test_the_address_that_is_printed_is_one_for_psql(server, tmp_path):
    psql = programs.choose(server.data) / "psql"
    asked = [str(psql), "--no-psqlrc", "-Atc", "SELECT current_user", server.address("shop_app")]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert done.stdout == "shop_app\n"


def test_a_program_is_told_the_address_without_a_secret(server, capsys):
    assert main(["address"], server) == 0
    told = json.loads(capsys.readouterr().out)
    passwords = server.passwords.read_text().splitlines()
    assert told == {"host": "127.0.0.1", "port": server.port, "database": "shop", "passfile": str(server.passwords)}
    assert not any(line.split(":")[4] in json.dumps(told) for line in passwords)


def test_the_address_of_a_server_that_is_down_is_refused(tmp_path, capsys):
    assert main(["address"], Place(state=tmp_path)) == 2
    assert "`just sources-up` starts it" in capsys.readouterr().err


def test_a_wrong_password_is_refused(server, tmp_path):
    other = Place(state=tmp_path, port=server.port)
    other.passwords.write_text(server.passwords.read_text().replace(":shop_app:", ":shop_app:0"))
    with pytest.raises(SourceError, match="password authentication failed"):
        connect(other)


@pytest.mark.parametrize(
    ("said", "user", "other"),
    [
        ("no user namespace", 0, ("sh", "-c", "echo unshare: denied >&2; exit 1")),
        ("there is no `unshare`", 0, ("no-such-program",)),
    ],
)
def test_root_without_user_namespaces_is_told_so(monkeypatch, tmp_path, said, user, other):
    monkeypatch.setattr("os.geteuid", lambda: user)
    monkeypatch.setattr(programs, "_OTHER_USER", other)
    with pytest.raises(SourceError, match=said):
        programs.run(tmp_path, ["initdb"])


def test_a_machine_without_postgresql_is_told_where_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr(programs, "find_spec", lambda name: None)
    monkeypatch.setattr(programs, "DEBIAN", tmp_path)
    with pytest.raises(SourceError, match="apt-get install postgresql"):
        programs.choose(tmp_path / "data")


def test_data_are_run_by_the_version_that_made_them(monkeypatch, tmp_path):
    for version in ("13", "15"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        for name in ("initdb", "postgres"):
            (folder / name).touch()
    monkeypatch.setattr(programs, "find_spec", lambda name: None)
    monkeypatch.setattr(programs, "DEBIAN", tmp_path)
    (tmp_path / "PG_VERSION").write_text("13\n")
    assert programs.choose(tmp_path).parent.name == "13"
    assert programs.choose(tmp_path / "data").parent.name == "15"


@pytest.mark.slow
@pytest.mark.parametrize("version", programs.found())
def test_every_version_that_is_here_takes_the_schema(monkeypatch, fresh, version):
    only = {version: programs.found()[version]}
    monkeypatch.setattr(programs, "found", lambda: only)
    lifecycle.up(fresh)
    assert setting(fresh, "server_version_num").startswith(str(version))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["up", "port=80"], "port=80 is not usable: a whole number from 1024 to 65535."),
        (["up", "port=٣٤٥٦"], "is not usable"),
        (["up", "port=99999999999999999999999"], "is not usable"),
        (["up", "port=5433", "port=5434"], "port= is given twice."),
        (["up", "colour=red"], "'colour=red' is not understood. Known: port=, server=."),
        (["up", "server=cloud"], "server=cloud is not known: host or docker."),
        (["down", "now"], "'now' is not understood. Known: it takes no words."),
        (["changes", "rate=0"], "rate=0 is not usable"),
        (["changes"], "not running: `just sources-up` starts it."),
        (["dance"], "'dance' is no command"),
        ([], "is no command"),
    ],
)
def test_bad_words_are_told_in_a_line(tmp_path, capsys, words, said):
    assert main(words, Place(state=tmp_path / "none")) == 2
    out, err = capsys.readouterr()
    assert said in err and err.startswith("error: ") and err.count("\n") == 1
    assert not out


def test_docker_is_asked_for_only_where_it_is(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match="not on the PATH"):
        place(["server=docker"], Place())
