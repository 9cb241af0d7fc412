"""A shop at work: transactions that insert, update, delete and correct rows, at a rate.

The same seed upon the same rows makes the same changes: all that is random comes from the seed, and the shop's clock goes
on from the latest time in the data. Only ``updated_at`` is the database's own.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import Any

import psycopg

from retail_db import words
from retail_db.database import connect, said
from retail_db.settings import Away, Place, SourceError
from retail_db.tables import LOCK, METHODS

MOST_RATE = 1_000
MOST_SECONDS = 86_400
_ORDERS_LINES = 4
_STEP_SECONDS = 30
Value = Any
"""A column's value, as psycopg gives it."""


def run(
    place: Place, seed: int, rate: int, seconds: int, stop: Event, on_change: Callable[[int], None] = lambda done: None
) -> Counter[str]:
    """Make *rate* x *seconds* changes, *rate* a second at the most, or fewer if *stop* is set; how many there were of each.

    A database that is slower than *rate* makes it take longer. Raises ``Away`` if the database goes away, and
    ``SourceError`` if it has no stores, products and customers.
    """
    done: Counter[str] = Counter()
    with connect(place) as connection:
        try:
            shop = Shop(connection, seed)
            began = time.monotonic()
            for position in range(rate * seconds):
                if stop.wait(max(0.0, began + position / rate - time.monotonic())):
                    break
                done[shop.change()] += 1
                on_change(position + 1)
        except psycopg.Error as error:
            raise Away(
                f"The changes ended after {done.total():,}; the one that was begun is not in: {said(error)}"
            ) from error
    return done


def check(place: Place) -> None:
    """Raises ``SourceError`` if a workload could not begin."""
    with connect(place) as connection:
        Shop(connection, 0)


class Shop:
    """A shop that works upon the rows it finds. Raises ``SourceError`` if there are no stores, products and customers."""

    def __init__(self, connection: psycopg.Connection[Any], seed: int) -> None:
        self._database = connection
        self._random = random.Random(seed)  # nosec B311: of a shop, no secret
        with connection.transaction():
            lacking = [
                name
                for name in ("stores", "products", "customers")
                if not self._row(f"SELECT 1 FROM sales.{name} LIMIT 1")
            ]
            if lacking:
                raise SourceError(f"The shop has no {' and no '.join(lacking)}: generate them first (`just api`).")
            (self._now,) = self._one(
                "SELECT greatest((SELECT max(created_at) FROM sales.customers), (SELECT max(ordered_at) FROM sales.orders),"
                " (SELECT max(paid_at) FROM sales.payments))"
            )
        self._changes: dict[Callable[[], bool], int] = {
            self._sign_up: 10,
            self._place: 30,
            self._pay: 22,
            self._ship: 14,
            self._complete: 10,
            self._cancel: 3,
            self._return: 3,
            self._correct_customer: 4,
            self._correct_quantity: 3,
            self._change_price: 2,
            self._erase_customer: 2,
            self._delete_cancelled: 2,
        }

    def change(self) -> str:
        """Make one change in one transaction, and give its name. Where its turn finds no row to change, a customer orders."""
        (chosen,) = self._random.choices(list(self._changes), list(self._changes.values()))
        self._now += timedelta(seconds=self._random.randint(1, _STEP_SECONDS))
        with self._database.transaction():
            self._database.execute(LOCK)
            if not chosen():
                chosen = self._place
                chosen()
        return chosen.__name__.strip("_").replace("_", " ")

    def _sign_up(self) -> bool:
        number = self._next("customers", "customer_id")
        name = words.name(self._random)
        self._do(
            "INSERT INTO sales.customers (customer_id, email, full_name, phone, country, marketing_opt_in, created_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            *(number, words.email(name, number, self._random), name, words.phone(self._random)),
            *(self._random.choice(words.COUNTRIES), self._random.choice((True, False, None)), self._now),
        )
        return True

    def _place(self) -> bool:
        number = self._next("orders", "order_id")
        guest = self._random.random() < words.GUESTS
        customer = None if guest else self._some("customers", "customer_id")
        channel = self._random.choice(words.CHANNELS)
        self._do(
            "INSERT INTO sales.orders (order_id, customer_id, store_id, channel, status, ordered_at)"
            " VALUES (%s, %s, %s, %s, 'placed', %s)",
            *(number, customer, self._some("stores", "store_id"), channel, self._now),
        )
        for line in range(1, self._random.randint(1, _ORDERS_LINES) + 1):
            self._do(
                "INSERT INTO sales.order_items (order_id, line_number, product_id, quantity, unit_price, discount)"
                " SELECT %s, %s, product_id, %s, unit_price, trunc(unit_price * %s, 2) FROM sales.products WHERE product_id = %s",
                *(number, line, self._random.randint(1, 5), self._random.choice(words.DISCOUNTS)),
                self._some("products", "product_id"),
            )
        return True

    def _pay(self) -> bool:
        order = self._order("placed")
        return order is not None and self._move(order, "paid") and self._money(order, "payment")

    def _ship(self) -> bool:
        order = self._order("paid")
        return order is not None and self._move(order, "shipped")

    def _complete(self) -> bool:
        order = self._order("shipped")
        return order is not None and self._move(order, "completed")

    def _cancel(self) -> bool:
        order = self._order("placed")
        return order is not None and self._move(order, "cancelled")

    def _return(self) -> bool:
        order = self._order("completed")
        return order is not None and self._move(order, "returned") and self._money(order, "refund")

    def _correct_customer(self) -> bool:
        number = self._some("customers", "customer_id")
        (name,) = self._one("SELECT full_name FROM sales.customers WHERE customer_id = %s", number)
        column, value = self._random.choice(
            (
                ("email", words.email(name, number, self._random)),
                ("phone", words.phone(self._random)),
                ("country", self._random.choice(words.COUNTRIES)),
            )
        )
        self._do(f"UPDATE sales.customers SET {column} = %s WHERE customer_id = %s", value, number)
        return True

    def _correct_quantity(self) -> bool:
        order = self._order("placed")
        if order is None:
            return False
        quantity = self._random.randint(1, 5)
        self._do("UPDATE sales.order_items SET quantity = %s WHERE order_id = %s AND line_number = 1", quantity, order)
        return True

    def _change_price(self) -> bool:
        factor = self._random.choice(("0.90", "0.95", "1.05", "1.10"))
        self._do(
            "UPDATE sales.products SET unit_price = greatest(0.01, round(unit_price * %s::numeric, 2)) WHERE product_id = %s",
            *(factor, self._some("products", "product_id")),
        )
        return True

    def _erase_customer(self) -> bool:
        """A customer who has never ordered, by wish. Not the last one, whose number the next would get."""
        found = self._row(
            "SELECT customer_id FROM sales.customers WHERE customer_id >= %s AND customer_id < %s AND NOT EXISTS"
            " (SELECT FROM sales.orders WHERE orders.customer_id = customers.customer_id) ORDER BY customer_id LIMIT 1",
            *self._range("customers", "customer_id"),
        )
        if found is None:
            return False
        self._do("DELETE FROM sales.customers WHERE customer_id = %s", found[0])
        return True

    def _delete_cancelled(self) -> bool:
        """A cancelled order, which was never paid, with its lines. Not the last order, whose number the next would get."""
        order = self._order("cancelled")
        if order is None or order == self._range("orders", "order_id")[1]:
            return False
        self._do("DELETE FROM sales.order_items WHERE order_id = %s", order)
        self._do("DELETE FROM sales.orders WHERE order_id = %s", order)
        return True

    def _move(self, order: int, status: str) -> bool:
        self._do("UPDATE sales.orders SET status = %s WHERE order_id = %s", status, order)
        return True

    def _money(self, order: int, kind: str) -> bool:
        """The whole total of an order, paid or given back."""
        self._do(
            "INSERT INTO sales.payments (payment_id, order_id, kind, method, amount, paid_at)"
            " SELECT %s, order_id, %s, %s, sum(quantity * unit_price - discount), %s"
            " FROM sales.order_items WHERE order_id = %s GROUP BY order_id",
            *(self._next("payments", "payment_id"), kind, self._random.choice(METHODS), self._now, order),
        )
        return True

    def _order(self, status: str) -> int | None:
        """Some order in a status, by the index; None if there is none."""
        low, _ = self._range("orders", "order_id")
        asked = "SELECT order_id FROM sales.orders WHERE status = %s AND order_id >= %s ORDER BY order_id LIMIT 1"
        found = self._row(asked, status, low) or self._row(asked, status, 0)
        return found[0] if found else None

    def _some(self, table: str, key: str) -> int:
        """The key of some row of a table that has rows."""
        asked = f"SELECT {key} FROM sales.{table} WHERE {key} >= %s ORDER BY {key} LIMIT 1"
        low, _ = self._range(table, key)
        return int(self._one(asked, low)[0])

    def _range(self, table: str, key: str) -> tuple[int, int]:
        """A random number up to a table's highest key, and that key."""
        (highest,) = self._one(f"SELECT coalesce(max({key}), 0) FROM sales.{table}")
        return self._random.randint(0, highest), highest

    def _next(self, table: str, key: str) -> int:
        return int(self._one(f"SELECT coalesce(max({key}), 0) + 1 FROM sales.{table}")[0])

    def _do(self, statement: str, *values: Value) -> None:
        self._database.execute(statement, values)

    def _row(self, question: str, *values: Value) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._database.execute(question, values).fetchone()
        return row

    def _one(self, question: str, *values: Value) -> tuple[Any, ...]:
        row = self._row(question, *values)
        assert row is not None
        return row
