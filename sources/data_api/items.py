"""Rows as items of DynamoDB, in tables of their own."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from threading import Event
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from retail_db import rows
from retail_db.settings import Away, SourceError
from retail_db.tables import KEYS, Table

ENDPOINT = "AWS_ENDPOINT_URL"
_PLAIN = {"stores": rows.stores, "customers": rows.customers, "products": rows.products}
_QUICK = Config(connect_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})
_WAIT = {"Delay": 1, "MaxAttempts": 60}


def check(table: Table) -> None:
    """Raises ``SourceError`` if there can be no items of *table*, or the shell names no place for them."""
    if table not in _PLAIN:
        raise SourceError(
            f"Items are made of {', '.join(_PLAIN)}: {table} refer to rows of a database, target=postgres."
        )
    if not os.environ.get(ENDPOINT):
        raise SourceError(
            f'{ENDPOINT} is not set, and without it items would go to AWS: `just up`, `eval "$(just env)"`, then start the API.'
        )


def put(table: Table, seed: int, count: int, stop: Event, on_items: Callable[[int], None]) -> Counter[str]:
    """Put rows 1 to *count* of *table* in place of items with their keys; how many there are.

    Raises ``Away`` if nothing answers at the endpoint, and ``SourceError`` with its message if it refuses.
    """
    name, make = f"shop_{table}", _PLAIN[table]
    done: Counter[str] = Counter()
    try:
        items = boto3.resource("dynamodb", config=_QUICK).Table(name)
        _require(items.meta.client, name, KEYS[table])
        with items.batch_writer() as batch:
            for first, last in rows.blocks(1, count):
                for row in make(seed, first, last).to_pylist():
                    if stop.is_set():
                        return done
                    batch.put_item(_item(row))
                    done[name] += 1
                    on_items(done[name])
    except ClientError as error:
        raise SourceError(f"DynamoDB refused after {done[name]:,} of {count:,} items: {error}") from error
    except BotoCoreError as error:
        raise Away(
            f"DynamoDB at {os.environ.get(ENDPOINT)} ended after {done[name]:,} of {count:,} items: {error}"
        ) from error
    return done


def _require(client: Any, name: str, key: str) -> None:
    """Make the table unless it is there, and wait until it takes items."""
    with suppress(client.exceptions.ResourceInUseException):
        client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "N"}],
            BillingMode="PAY_PER_REQUEST",
        )
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig=_WAIT)


def _item(row: dict[str, Any]) -> dict[str, Any]:
    """A row without its nulls; times, which DynamoDB has no type for, in ISO 8601."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in row.items()
        if value is not None
    }
