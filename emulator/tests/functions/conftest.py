"""Environments of functions that a test writes down, run by AWS's runtime client; twice where the file system matters."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.functions.helpers import Files, Running, Start, package

from lakeloop_emulator.settings import RUNTIMES
from local_lambda import runtimes, sandbox
from local_lambda.environment import Environment
from local_lambda.folders import Folders
from local_lambda.host_libraries import HostLibraries
from local_lambda.model import Function
from local_lambda.runtimes import Runtime


@pytest.fixture(scope="session")
def runtime() -> Runtime:
    return runtimes.provide("python3.12", RUNTIMES)


@pytest.fixture
def start(runtime: Runtime, tmp_path: Path) -> Iterator[Start]:
    """Starts an environment from the source of its handler's module, its layers' files and its settings."""
    packages = Folders(tmp_path / "packages")
    running: list[Running] = []

    def make(
        source: str,
        layers: Sequence[Files] = (),
        function: Runtime = runtime,
        files: Files | None = None,
        **settings: Any,
    ) -> Running:
        (tmp_path / "host").mkdir(exist_ok=True)
        host = HostLibraries(function, tmp_path / "host") if function.portable else None
        task = packages.acquire("test", [package({"app.py": source, **(files or {})})], host)
        opt = packages.acquire("test", [package(files) for files in layers], host)
        made = Function(
            **{
                "name": "f",
                "version": "7",
                "runtime": function.name,
                "handler": "app.handle",
                "memory_mb": 256,
                "timeout_seconds": 120,
                "storage_mb": 512,
                **settings,
            }
        )
        folder = tmp_path / "environments" / uuid.uuid4().hex
        running.append(Running(Environment(made, function, task, opt, folder), folder))
        running[-1].environment.start()
        return running[-1]

    yield make
    for one in running:
        one.environment.stop()
    packages.release("test")


@pytest.fixture(params=["Lambda's paths", "this machine's paths"])
def anywhere(request: pytest.FixtureRequest, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether functions find their folders at Lambda's paths; a test that asks for this runs both ways."""
    mounted = bool(request.param == "Lambda's paths")
    if mounted and not sandbox.can_mount(runtime):
        pytest.skip("this machine gives no mount namespace")
    monkeypatch.setattr(sandbox, "can_mount", lambda _: mounted)
    return mounted
