"""A database and a stream of the tests' own."""

from __future__ import annotations

import uuid

import boto3
import pytest
from hypothesis import settings
from shop import Shop, free_port, lifecycle
from stream import Stream

from tests.local_aws import pointed_at, running

# No test asserts a time: the machine may be busy with something else.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A running server with the schema in it."""
    shop = Shop(tmp_path_factory.mktemp("shop"), free_port())
    lifecycle("up", shop.state, shop.port)
    yield shop
    lifecycle("down", shop.state, shop.port)


@pytest.fixture
def shop(server):
    """The server with empty tables, and no slot."""
    yield server
    with server.connect("postgres") as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'shop_capture'")
        connection.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active")
        connection.execute(
            "TRUNCATE sales.stores, sales.customers, sales.products, sales.orders, sales.order_items, sales.payments,"
            " capture.heartbeat, capture.state, capture.debezium_offsets"
        )


@pytest.fixture(scope="session")
def aws(tmp_path_factory):
    """A local AWS."""
    with running(tmp_path_factory.mktemp("aws")) as local:
        yield local


@pytest.fixture
def stream(aws):
    """A stream of two shards."""
    with pointed_at(aws):
        client = boto3.client("kinesis")
        name = f"changes-{uuid.uuid4().hex[:8]}"
        client.create_stream(StreamName=name, ShardCount=2)
        client.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
        yield Stream(client, name, {**aws.environment, "AWS_REGION": aws.region, "AWS_DEFAULT_REGION": aws.region})
        client.delete_stream(StreamName=name)
