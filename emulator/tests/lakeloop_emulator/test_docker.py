from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from lakeloop_emulator.docker import FILE
from lakeloop_emulator.settings import PROJECT


def test_the_image_is_the_pinned_one() -> None:
    assert "FROM localstack/localstack:4.14.0\n" in (PROJECT / "Dockerfile").read_text()


@pytest.mark.docker
def test_compose_publishes_on_loopback_only() -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("docker compose is not installed here")
    command = [docker, "compose", "--file", str(FILE), "config", "--format", "json"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (service,) = json.loads(shown)["services"].values()
    assert [port["host_ip"] for port in service["ports"]] == ["127.0.0.1"]
    assert service["healthcheck"]["test"][0] == "CMD"
