"""Fixtures and options of all tests of the local AWS."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import settings

# Commands that a test gives see no emulator of this checkout's, which may be up: `make demo` leaves it so. Read when imported.
os.environ["LAKELOOP_EMULATOR_STATE"] = f"{tempfile.gettempdir()}/lakeloop-tests-without-emulator"

from lakeloop_emulator import broker as brokers
from lakeloop_emulator import loopback
from lakeloop_emulator.settings import PARENT

# An interrupted pytest leaves no emulator behind. Workers of xdist inherit what their controller has set.
os.environ.setdefault(PARENT, str(os.getpid()))
os.environ.update(loopback.direct(os.environ))

# No test asserts a time: the machine may be busy with something else.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests on one worker, and on one of them all those that share an emulator: each worker starts its own."""
    for item in items:
        shares = "emulator" in getattr(item, "fixturenames", ())
        group = "emulator" if shares else f"{item.path.parent.name}/{item.path.name}"
        item.add_marker(pytest.mark.xdist_group(group))


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a broker that speaks Kafka's protocol and keeps all in memory (Tansu)."""
    port, state = free_port(), tmp_path_factory.mktemp("broker")
    brokers.start(state, port)
    yield f"127.0.0.1:{port}"
    brokers.down(state)
