"""The server as processes of this machine: made, started, found again by its pid file, stopped."""

from __future__ import annotations

import shutil
import socket
import subprocess
from dataclasses import replace
from pathlib import Path

from retail_db import passwords, programs
from retail_db.settings import HOST, Place, SourceError

_SETTINGS = """
# Lakeloop: loopback only, and no more than a demonstration. A crash of the machine may cost the data; one of a process does not.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
full_page_writes = off
timezone = 'UTC'
# For change capture. A slot that nothing reads may hold so much of the log, and is given up beyond.
wal_level = logical
max_wal_senders = 8
max_replication_slots = 8
max_slot_wal_keep_size = 1GB
wal_sender_timeout = 30s
"""
# Lines for those who may connect. None is for the word `replication`: the right to replicate is for changes of a database, not
# for a copy of the server with all of its passwords. https://www.postgresql.org/docs/current/auth-pg-hba-conf.html
_CLIENTS = """\
host all postgres 127.0.0.1/32 scram-sha-256
host shop shop_owner,shop_app,shop_capture 127.0.0.1/32 scram-sha-256
"""
_NO_PROCESS = "99999999"
"""A number beyond those that processes get."""
_START_SECONDS = "60"
_LAST_LINES = 3


def start(place: Place) -> None:
    """Start the server on data of its own, which are made unless they are there. Raises ``SourceError``."""
    folder = programs.choose(place.data)
    _mend_stale(place)
    if is_taken(place.port):
        raise SourceError(
            f"Port {place.port} on {HOST} is taken by another process (`lsof -i :{place.port}` names it): "
            f"`just sources-up port={place.port + 1}`."
        )
    if not place.data.exists():
        _make(place, folder)
    elif not place.passwords.exists():
        raise SourceError(
            f"{place.data} holds a database, and {place.passwords}, the file of its passwords, is gone: "
            "`just sources-forget` removes the data."
        )
    try:
        programs.run(
            folder, ("pg_ctl", "-D", str(place.data), "-l", str(place.log), *_ctl(), "-o", f"-p {place.port}", "start")
        )
    except SourceError as error:
        raise SourceError(f"PostgreSQL does not start. The end of {place.log}: {_tail(place) or error}") from error


def stop(place: Place) -> None:
    """Stop the server, which runs; its clients are cut off, its data kept. Raises ``SourceError``."""
    programs.run(programs.choose(place.data), ("pg_ctl", "-D", str(place.data), *_ctl(), "-m", "fast", "stop"))


def pid(place: Place) -> int | None:
    """The server's process id, None if it does not run: a pid file may have outlived its process."""
    try:
        number = int((place.data / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, NotADirectoryError, ValueError, IndexError):
        return None
    shown = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(number)], capture_output=True, text=True, check=False
    )
    return number if str(place.data) in shown.stdout else None


def current(place: Place) -> Place:
    """*place* with the port on which its server runs, if it does."""
    if pid(place) is None:
        return place
    # https://www.postgresql.org/docs/current/storage-file-layout.html: the fourth line is the port.
    return replace(place, port=int((place.data / "postmaster.pid").read_text().splitlines()[3]))


def is_taken(port: int) -> bool:
    """Whether something listens on *port* of loopback."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((HOST, port)) == 0


def _make(place: Place, folder: Path) -> None:
    """Make the data aside: what an interrupted command leaves behind is no database."""
    aside = place.state / "data.new"
    shutil.rmtree(aside, ignore_errors=True)
    secret = place.state / "initdb.password"
    secret.touch(0o600)
    try:
        secret.write_text(passwords.make(place.passwords)["postgres"])
        programs.run(
            folder,
            (
                *("initdb", "-D", str(aside), "-U", "postgres", "--pwfile", str(secret), "--no-sync"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--no-locale"),
            ),
        )
    finally:
        secret.unlink(missing_ok=True)
    with (aside / "postgresql.conf").open("a") as settings:
        settings.write(_SETTINGS)
    (aside / "pg_hba.conf").write_text(_CLIENTS)
    aside.rename(place.data)


def _mend_stale(place: Place) -> None:
    """Take its number out of the pid file that a killed server left: whoever has it now would be taken for a server.

    The other lines stay. By them PostgreSQL finds processes of the killed server that are still at the data.
    """
    file = place.data / "postmaster.pid"
    if file.exists():
        file.write_text("\n".join([_NO_PROCESS, *file.read_text().splitlines()[1:]]) + "\n")


def _ctl() -> tuple[str, ...]:
    return ("-w", "-s", "-t", _START_SECONDS)


def _tail(place: Place) -> str:
    try:
        lines = place.log.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return " / ".join(lines[-_LAST_LINES:])
