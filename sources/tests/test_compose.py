"""The compose file: a server on loopback with the settings that the host's has, and which commands are given to Docker."""

import os
from dataclasses import replace

import pytest
import yaml
from retail_db import cluster, docker, lifecycle, passwords
from retail_db.settings import Place, SourceError

from tests.conftest import free_port

(SERVICE,) = yaml.safe_load(docker._FILE.read_text())["services"].values()


def test_it_is_published_on_loopback_with_the_settings_of_the_host():
    assert all(port.startswith("127.0.0.1:") for port in SERVICE["ports"])
    set_ = dict(word.removeprefix("-c").split("=") for word in SERVICE["command"][1:])
    of_the_host = dict(line.split(" = ") for line in cluster._SETTINGS.splitlines() if " = " in line)
    assert set_ == {name: of_the_host[name] for name in set_}
    assert {"wal_level", "max_slot_wal_keep_size"} <= set(set_)


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """A place in Docker, and a `docker` that writes its words and the password down; `fail` in its folder makes it fail."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "docker"
    program.write_text(
        f'#!/bin/sh\necho "$* $LAKELOOP_POSTGRES_PORT" >> {folder}/said\n'
        f"if [ -e {folder}/fail ]; then echo no such image >&2; exit 1; fi\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setattr(lifecycle.database, "prepare", lambda place: True)
    return Place(state=tmp_path / "state", port=free_port(), server="docker"), folder


def test_up_and_down_by_compose(fake):
    place, folder = fake
    assert "is up" in lifecycle.up(place)
    known = passwords.read(place.passwords)
    assert "is up already" in lifecycle.up(place) and passwords.read(place.passwords) == known
    with pytest.raises(SourceError, match="server=docker"):
        lifecycle.up(replace(place, server="host"))
    assert lifecycle.running(replace(place, server="host", port=1)) == place
    assert "container removed" in lifecycle.down(replace(place, server="host"))
    assert lifecycle.running(place) is None and not place.passwords.exists()
    said = (folder / "said").read_text().splitlines()
    assert [line.split(f"lakeloop-sources-{place.port} ")[1] for line in said] == [
        f"up --detach --wait postgres {place.port}",
        f"up --detach --wait postgres {place.port}",
        f"rm --stop --force --volumes postgres {place.port}",
    ]


def test_a_container_that_does_not_start_is_told(fake):
    place, folder = fake
    (folder / "fail").touch()
    with pytest.raises(SourceError, match="docker compose up failed: no such image"):
        lifecycle.up(place)
    assert lifecycle.running(place) is None


def test_a_container_is_not_put_in_the_place_of_a_database_of_the_host(fake):
    place, folder = fake
    place.data.mkdir(parents=True)
    with pytest.raises(SourceError, match="sources-forget"):
        lifecycle.up(place)
    assert not (folder / "said").exists()
