"""A database of the tests' own: a real server, on a free port, whose tables each test finds empty."""

import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import settings
from retail_db import lifecycle
from retail_db.database import connect
from retail_db.settings import Place

# Whatever the shell points at: no test fills it.
os.environ.pop("AWS_ENDPOINT_URL", None)

# No test asserts a time: the machine may be busy with something else.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


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
