"""Generated rows into the database, a block in a transaction of its own."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.csv
from psycopg import sql

from retail_db import rows
from retail_db.database import connect, said
from retail_db.settings import Away, Place, SourceError
from retail_db.tables import KEYS, LOCK, Table

Made = Iterator[tuple[str, pa.Table]]
"""Rows by the name of their table, in an order that foreign keys allow."""


def generate(
    place: Place, table: Table, seed: int, count: int, stop: Event, on_rows: Callable[[int], None] = lambda done: None
) -> Counter[str]:
    """Add *count* rows of *table*, numbered on from those that are there; how many rows each table got.

    Orders come with their lines, payments make the oldest placed orders paid. After each block *on_rows* is told how many
    are in. Raises ``SourceError`` if what they refer to is lacking, nothing added then, and
    ``Away`` if the database goes away.
    """
    done: Counter[str] = Counter()
    with connect(place) as connection:
        try:
            _require(connection, table, count)
            while done[table] < count and not stop.is_set():
                with connection.transaction():
                    connection.execute(LOCK)
                    done += _block(connection, table, seed, count - done[table])
                on_rows(done[table])
        except psycopg.Error as error:
            raise Away(f"The {table} ended after {done[table]:,} of {count:,}: {said(error)}") from error
    return done


def check(place: Place, table: Table, count: int) -> None:
    """Raises ``SourceError`` if what *count* rows of *table* would refer to is lacking."""
    with connect(place) as connection:
        _require(connection, table, count)


def _block(connection: psycopg.Connection[Any], table: Table, seed: int, most: int) -> Counter[str]:
    """Add the rows up to the end of a block, *most* at the most; how many rows each table got."""
    first = 1 + _number(connection, f"SELECT coalesce(max({KEYS[table]}), 0) FROM sales.{table}")
    first, last = rows.blocks(first, most)[0]
    done: Counter[str] = Counter()
    for name, made in _made(connection, table, seed, first, last):
        _copy(connection, name, made)
        done[name] += made.num_rows
    return done


def _made(connection: psycopg.Connection[Any], table: Table, seed: int, first: int, last: int) -> Made:
    if table == "orders":
        head, lines = rows.orders(seed, first, last, _known(connection))
        yield "orders", head
        yield "order_items", lines
    elif table == "payments":
        yield "payments", _pay(connection, seed, first, last)
    else:
        yield (
            table,
            {"stores": rows.stores, "customers": rows.customers, "products": rows.products}[table](seed, first, last),
        )


def _pay(connection: psycopg.Connection[Any], seed: int, first: int, last: int) -> pa.Table:
    """Make the oldest placed orders paid, and give their payments."""
    found = connection.execute(
        "WITH oldest AS (SELECT order_id FROM sales.orders WHERE status = 'placed' ORDER BY order_id LIMIT %s)"
        " SELECT order_id, (100 * sum(quantity * unit_price - discount))::bigint"
        " FROM oldest JOIN sales.order_items USING (order_id) GROUP BY order_id ORDER BY order_id",
        (last - first + 1,),
    ).fetchall()
    if len(found) <= last - first:
        raise SourceError(
            f"Others took orders that were to be paid: {len(found):,} placed ones are left. None of those is paid."
        )
    orders, cents = np.array(found, dtype=np.int64).reshape(-1, 2).T
    connection.execute("UPDATE sales.orders SET status = 'paid' WHERE order_id = ANY(%s)", (orders.tolist(),))
    return rows.payments(seed, first, last, orders, cents)


def _require(connection: psycopg.Connection[Any], table: Table, count: int) -> None:
    if table == "orders":
        lacking = [
            name
            for name in ("stores", "products", "customers")
            if not _number(connection, f"SELECT count(*) FROM (SELECT FROM sales.{name} LIMIT 1) AS t")
        ]
        if lacking:
            raise SourceError(f"Orders refer to {' and '.join(lacking)}, of which there are none: generate them first.")
    if table == "payments":
        asked = "SELECT count(*) FROM (SELECT FROM sales.orders WHERE status = 'placed' LIMIT %s) AS t"
        placed = _number(connection, asked, count)
        if placed < count:
            raise SourceError(
                f"{count:,} payments need as many placed orders, and there are {placed:,}: generate orders first."
            )
    connection.commit()


def _known(connection: psycopg.Connection[Any]) -> rows.Known:
    def keys(question: str) -> rows.Ints:
        return np.array(connection.execute(question).fetchall(), dtype=np.int64)

    products = keys("SELECT product_id, (100 * unit_price)::bigint FROM sales.products ORDER BY 1")
    return rows.Known(
        stores=keys("SELECT store_id FROM sales.stores ORDER BY 1")[:, 0],
        customers=keys("SELECT customer_id FROM sales.customers ORDER BY 1")[:, 0],
        products=products[:, 0],
        cents=products[:, 1],
    )


def _copy(connection: psycopg.Connection[Any], table: str, made: pa.Table) -> None:
    text = pa.table(
        {
            name: column if pa.types.is_boolean(column.type) else column.cast(pa.string())
            for name, column in zip(made.column_names, made.columns, strict=True)
        }
    )
    file = io.BytesIO()
    pyarrow.csv.write_csv(text, file, pyarrow.csv.WriteOptions(include_header=False))
    names = sql.SQL(", ").join(map(sql.Identifier, made.column_names))
    statement = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv)").format(sql.Identifier("sales", table), names)
    with connection.cursor().copy(statement) as copy:
        copy.write(file.getvalue())


def _number(connection: psycopg.Connection[Any], question: str, *values: int) -> int:
    row = connection.execute(question, values).fetchone()
    assert row is not None
    return int(row[0])
