"""Rows of the tables as Arrow, each a function of the seed and the row's number alone.

Numbers come from Philox, seeded by (seed, table, block of 65,536 rows): a block made by itself equals its part of a whole
run, so that calls may be made in any portions. An order refers to rows that it is told of, and so depends on them too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from retail_db import words
from retail_db.tables import METHODS

BLOCK = 65_536
_STREAMS = {"stores": 0, "customers": 1, "products": 2, "orders": 3, "payments": 4}
_LINES = 4
_UNTIL = (date(2026, 7, 1) - date(1970, 1, 1)).days * 86_400
"""Epoch second before which all that is generated happens; the workload goes on from there."""
_DAYS = {"stores": 3_650, "customers": 1_095, "orders": 90, "payments": 90}
_SKEW = 2.5
"""A few customers and products are in most of the orders: position = u ** _SKEW."""
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """Rows that orders may refer to: ascending keys, and the products' prices in cents."""

    stores: Ints
    customers: Ints
    products: Ints
    cents: Ints


class _Draws:
    """Random columns of the rows *first* to *last* of a table, which lie in one block; each call gives another column."""

    def __init__(self, seed: int, table: str, first: int, last: int) -> None:
        block = (first - 1) // BLOCK
        assert (last - 1) // BLOCK == block
        self._numbers = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, _STREAMS[table], block])))
        self._part = slice(first - 1 - block * BLOCK, last - block * BLOCK)

    def shares(self) -> Floats:
        """Numbers of 0 up to, not including, 1."""
        return self._numbers.random(BLOCK)[self._part]

    def below(self, end: int) -> Ints:
        """Whole numbers of 0 up to, not including, *end*."""
        return self._numbers.integers(0, end, BLOCK)[self._part]


def blocks(first: int, count: int) -> list[tuple[int, int]]:
    """*count* row numbers from *first* on, as (first, last) of each block that they lie in."""
    end = first + count
    cuts = [first, *range((first - 1) // BLOCK * BLOCK + BLOCK + 1, end, BLOCK), end]
    return [(low, high - 1) for low, high in pairwise(cuts)]


def stores(seed: int, first: int, last: int) -> pa.Table:
    """Rows *first* to *last* of one block."""
    draw, number = _Draws(seed, "stores", first, last), _numbers(first, last)
    country = draw.below(len(words.COUNTRIES))
    name = _join(_words(words.CITIES, country), _words(words.STREETS, draw.below(len(words.STREETS))), _text(number))
    opened = (_UNTIL // 86_400 - 90 - draw.below(_DAYS["stores"])).astype("int32")
    return pa.table(
        {
            "store_id": number,
            "store_name": name,
            "country": _words(words.COUNTRIES, country),
            "city": _words(words.CITIES, country),
            "opened_on": pa.array(opened, pa.int32()).cast(pa.date32()),
        }
    )


def customers(seed: int, first: int, last: int) -> pa.Table:
    """Rows *first* to *last* of one block."""
    draw, number = _Draws(seed, "customers", first, last), _numbers(first, last)
    given, family = draw.below(len(words.FIRST_NAMES)), draw.below(len(words.LAST_NAMES))
    local = _join(_plain(words.FIRST_NAMES, given), _plain(words.LAST_NAMES, family), _text(number), by=".")
    digits = pc.utf8_lpad(_text(draw.below(10_000_000)), 7, "0")
    opt_in = draw.below(3)
    return pa.table(
        {
            "customer_id": number,
            "email": _join(local, _words(words.DOMAINS, draw.below(len(words.DOMAINS))), by="@"),
            "full_name": _join(_words(words.FIRST_NAMES, given), _words(words.LAST_NAMES, family)),
            "phone": pc.if_else(pa.array(draw.shares() < 0.15), None, _join(pa.scalar("+49 170"), digits)),
            "country": _words(words.COUNTRIES, draw.below(len(words.COUNTRIES))),
            "marketing_opt_in": pa.array(opt_in == 1, mask=opt_in == 2),
            "created_at": _instants(_UNTIL - 90 * 86_400 - draw.below(_DAYS["customers"] * 86_400)),
        }
    )


def products(seed: int, first: int, last: int) -> pa.Table:
    """Rows *first* to *last* of one block."""
    draw, number = _Draws(seed, "products", first, last), _numbers(first, last)
    category = draw.below(len(words.CATEGORIES))
    name = _join(_words(words.ADJECTIVES, draw.below(len(words.ADJECTIVES))), _words(words.THINGS, category))
    cents = np.rint(np.exp(np.log(1_800) + 1.2 * (draw.shares() + draw.shares() - 1))).astype(np.int64)
    return pa.table(
        {
            "product_id": number,
            "sku": _join(pa.scalar("SKU"), pc.utf8_lpad(_text(number), 6, "0"), by="-"),
            "product_name": name,
            "category": _words(words.CATEGORIES, category),
            "unit_price": _money(np.maximum(cents, 1)),
        }
    )


def orders(seed: int, first: int, last: int, known: Known) -> tuple[pa.Table, pa.Table]:
    """Orders *first* to *last* of one block, all placed and none paid, and their lines."""
    draw, number = _Draws(seed, "orders", first, last), np.arange(first, last + 1)
    customer = known.customers[(draw.shares() ** _SKEW * len(known.customers)).astype(np.int64)]
    head = pa.table(
        {
            "order_id": number,
            "customer_id": pa.array(customer, mask=draw.shares() < words.GUESTS),
            "store_id": known.stores[(draw.shares() * len(known.stores)).astype(np.int64)],
            "channel": _words(words.CHANNELS, draw.below(len(words.CHANNELS))),
            "status": pa.repeat("placed", len(number)),
            "ordered_at": _instants(_UNTIL - 1 - draw.below(_DAYS["orders"] * 86_400)),
        }
    )
    size = 1 + draw.below(_LINES)
    lines = []
    for line in range(1, _LINES + 1):
        product = (draw.shares() ** _SKEW * len(known.products)).astype(np.int64)
        quantity, discount = 1 + draw.below(5), draw.below(len(words.DISCOUNTS))
        cents = known.cents[product]
        lines.append(
            {
                "order_id": number,
                "line_number": np.full(len(number), line),
                "product_id": known.products[product],
                "quantity": quantity,
                "unit_price": cents,
                "discount": cents * np.array([int(float(share) * 100) for share in words.DISCOUNTS])[discount] // 100,
            }
        )
    there = np.concatenate([size >= line for line in range(1, _LINES + 1)])
    columns = {name: np.concatenate([part[name] for part in lines])[there] for name in lines[0]}
    order = np.lexsort((columns["line_number"], columns["order_id"]))
    columns = {name: column[order] for name, column in columns.items()}
    return head, pa.table(
        {**columns, "unit_price": _money(columns["unit_price"]), "discount": _money(columns["discount"])}
    )


def payments(seed: int, first: int, last: int, order_ids: Ints, cents: Ints) -> pa.Table:
    """Payments *first* to *last* of one block, of as many orders and their totals."""
    draw, number = _Draws(seed, "payments", first, last), _numbers(first, last)
    return pa.table(
        {
            "payment_id": number,
            "order_id": order_ids,
            "kind": pa.repeat("payment", len(order_ids)),
            "method": _words(METHODS, draw.below(len(METHODS))),
            "amount": _money(cents),
            "paid_at": _instants(_UNTIL - 1 - draw.below(3_600)),
        }
    )


def _numbers(first: int, last: int) -> pa.Array:
    return pa.array(np.arange(first, last + 1))


def _words(texts: tuple[str, ...], positions: Ints) -> pa.Array:
    return pa.array(texts).take(pa.array(positions))


def _plain(texts: tuple[str, ...], positions: Ints) -> pa.Array:
    return _words(tuple(words.plain(text) for text in texts), positions)


def _text(numbers: Any) -> pa.Array:
    return pc.cast(numbers if isinstance(numbers, pa.Array) else pa.array(numbers), pa.string())


def _join(*parts: Any, by: str = " ") -> pa.Array:
    return pc.binary_join_element_wise(*parts, by)


def _instants(seconds: Ints) -> pa.Array:
    return pa.array(seconds, pa.timestamp("s", "UTC"))


def _money(cents: Ints) -> pa.Array:
    """decimal(12,2) of whole cents, without a Python object for each: Arrow's decimals are 128-bit integers."""
    halves = np.zeros((len(cents), 2), dtype="<i8")
    halves[:, 0] = cents
    return pa.Array.from_buffers(pa.decimal128(12, 2), len(cents), [None, pa.py_buffer(halves)])
