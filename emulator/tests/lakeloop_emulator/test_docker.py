from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest
import yaml

from lakeloop_emulator.docker import FILE
from lakeloop_emulator.settings import PROJECT, Settings, server_environment


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


# The address it listens on and the folders of its files and state: of the host only.
OF_THE_HOST = {
    "GATEWAY_LISTEN",
    "LOCALSTACK_HOST",
    "OVERRIDE_IN_DOCKER",
    "FILESYSTEM_ROOT",
    "LAKELOOP_EMULATOR_STATE",
    "LAKELOOP_LAYER",
    "SHUTDOWN_TIMEOUT",
    "PROVIDER_OVERRIDE_S3",
    "PYTHONUNBUFFERED",
}
# Settings that `just up emulator=docker` was given and hands to compose.
GIVEN = {
    *("LAKELOOP_EMULATOR_TOKEN", "LAKELOOP_GUARD", "EXTRA_CORS_ALLOWED_ORIGINS"),
    *("LOCAL_ATHENA_MEMORY", "LOCAL_ATHENA_QUOTAS"),
}


def test_the_container_has_the_settings_of_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {})
    service = yaml.safe_load(FILE.read_text())["services"]["emulator"]
    server = server_environment(Settings())
    expected = {name: value for name, value in server.items() if name not in OF_THE_HOST | GIVEN}
    assert {name: str(service["environment"].get(name)) for name in expected} == expected
    assert all(service["environment"][name].startswith(f"${{{name}:-") for name in GIVEN)
