"""A database of the tests' own: a real server, on a free port, whose tables each test finds empty."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from data_api.app import create
from hypothesis import settings
from retail_db import lifecycle
from retail_db.database import connect
from retail_db.settings import Place

# Whatever the shell points at: no test fills it.
os.environ.pop("AWS_ENDPOINT_URL", None)

# No test asserts a time: the machine may be busy with something else.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


MOST = 60
"""Rows that a call of the tests' API may ask for."""


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A running server with the schema in it."""
    place = Place(state=tmp_path_factory.mktemp("sources"), port=free_port())
    lifecycle.up(place)
    yield place
    lifecycle.down(place)


@pytest.fixture
def place(server: Place) -> Place:
    """The server with empty tables."""
    empty(server)
    return server


def empty(server: Place) -> None:
    """Remove every row."""
    with connect(server, "shop_owner") as connection:
        connection.execute(
            "TRUNCATE sales.stores, sales.customers, sales.products, sales.orders, sales.order_items, sales.payments,"
            " capture.heartbeat"
        )


@contextmanager
def serving(place: Place, most: int = MOST) -> Iterator[str]:
    """The address of the API of *place*."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(create(place, port, most), host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def url(server: Place) -> Iterator[str]:
    with serving(server) as url:
        yield url


@pytest.fixture
def client(url: str, place: Place) -> Iterator[httpx.Client]:
    """A client of the API, upon empty tables."""
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        yield client


def make(client: httpx.Client, table: str, **words: object) -> httpx.Response:
    return client.post(f"/api/generate/{table}", params={key: str(value) for key, value in words.items()})
