"""Orders of one day with all that follows from them: states, lines, payments, refunds, each with its day of arrival."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from retail_feed import clock, dirt, stores
from retail_feed.columns import Columns, concatenated, integers, money, selected, timestamps, words
from retail_feed.customers import Customers
from retail_feed.dirt import NULL, Column, Ints, Vocabulary
from retail_feed.options import DAY_MS
from retail_feed.products import Products

STATUS: Final = Vocabulary(("placed", "shipped", "completed", "returned", "cancelled"))
PLACED, SHIPPED, COMPLETED, RETURNED, CANCELLED = range(5)
CHANNEL: Final = Vocabulary(("web", "app", "store"))
WEB, APP, STORE = range(3)
KIND: Final = Vocabulary(("payment", "refund"))
PAYMENT, REFUND = range(2)
METHOD: Final = Vocabulary(("card", "cash", "voucher", "transfer"))
CARD, CASH, VOUCHER, TRANSFER = range(4)

BASKET: Final = np.array([0.36, 0.26, 0.16, 0.09, 0.06, 0.04, 0.02, 0.01])
"""Shares of orders with 1 to 8 lines."""
QUANTITIES: Final = np.array([0.76, 0.15, 0.05, 0.03, 0.007, 0.003])
DISCOUNT_PERCENTS: Final = np.array([5, 10, 20, 30])
IDS_PER_ORDER: Final = 10
"""Lines and payments are numbered `order_id * 10 + position`, so that a day needs to know no other day."""
NOT: Final = np.iinfo(np.int64).max
"""The time of a step that an order never takes."""
MINUTE_MS: Final = 60_000
PAID_WITHIN_MS: Final = 5 * MINUTE_MS


@dataclass(frozen=True)
class Arriving:
    """Rows of a table with the epoch day on which each arrives (ascending)."""

    columns: Columns
    arrival: Ints


@dataclass(frozen=True)
class Feed:
    """Data that every day's orders refer to. `offsets`: minutes east of UTC, stores x days from `start` on."""

    customers: Customers
    products: Products
    offsets: Ints
    start: int
    until: int


def make_day(rng: np.random.Generator, feed: Feed, day: int, first_id: int, size: int) -> dict[str, Arriving]:
    """The rows of `size` orders, numbered from `first_id` on and all placed on the UTC day `day`, by table."""
    order = _orders(rng, feed, day, first_id, size)
    steps = _steps(rng, order)
    items = _items(rng, feed, order)
    lines = items["line_number"]
    totals = np.add.reduceat(
        items["quantity"] * items["unit_price"] - items["discount"].clip(0), np.flatnonzero(lines == 1)
    )
    return {
        "orders": _arriving(rng, feed, _states(rng, order, steps)),
        "order_items": _arriving(rng, feed, items),
        "payments": _arriving(rng, feed, _payments(rng, order, steps, totals)),
    }


def to_arrow(table: str, columns: Columns) -> pa.Table:
    """The rows of `orders`, `order_items` or `payments` with the columns and types that the feed declares."""
    c = columns
    if table == "orders":
        return pa.table(
            {
                "order_id": integers(c["order_id"]),
                "customer_id": integers(c["customer_id"]),
                "store_id": integers(c["store_id"]),
                "ordered_at": timestamps(c["ordered_ms"]),
                "status": words(c["status"], STATUS.texts),
                "channel": words(c["channel"], CHANNEL.texts),
                "updated_at": timestamps(c["updated_ms"]),
            }
        )
    if table == "order_items":
        return pa.table(
            {
                "order_item_id": integers(c["order_id"] * IDS_PER_ORDER + c["line_number"]),
                "order_id": integers(c["order_id"]),
                "line_number": integers(c["line_number"], pa.int32()),
                "product_id": integers(c["product_id"]),
                "quantity": integers(c["quantity"], pa.int32()),
                "unit_price": money(c["unit_price"]),
                "discount_amount": money(c["discount"]),
                "updated_at": timestamps(c["updated_ms"]),
            }
        )
    return pa.table(
        {
            "payment_id": integers(c["order_id"] * IDS_PER_ORDER + c["position"]),
            "order_id": integers(c["order_id"]),
            "kind": words(c["kind"], KIND.texts),
            "method": words(c["method"], METHOD.texts),
            "amount": money(c["amount"]),
            "paid_at": timestamps(c["paid_ms"]),
            "updated_at": timestamps(c["updated_ms"]),
        }
    )


def _arriving(rng: np.random.Generator, feed: Feed, columns: Columns) -> Arriving:
    rows, days = dirt.deliver(rng, columns["updated_ms"], feed.start, feed.until)
    order = np.argsort(days, kind="stable")
    return Arriving(selected(columns, rows[order]), days[order])


def _orders(rng: np.random.Generator, feed: Feed, day: int, first_id: int, size: int) -> Columns:
    """One row an order, by the time of ordering.

    The time of day follows the clock on the store's wall, and the UTC day is always `day`: the local day of an order
    may be the day before or after.
    """
    store_id = 1 + dirt.pick(rng, stores.SHARES, size)
    web = store_id == stores.WEB_STORE
    local = clock.local_time_of_day(rng, web)
    offset = feed.offsets[store_id - 1, day - feed.start]
    ordered = clock.at_day(day) + (local - offset * MINUTE_MS) % DAY_MS
    guest = rng.random(size) < dirt.GUEST_ORDERS
    channel = np.where(web, np.where(rng.random(size) < 0.4, APP, WEB), STORE)
    columns: Columns = {
        "store_id": store_id,
        "web": web,
        "ordered_ms": ordered,
        "customer_id": np.where(guest, NULL, feed.customers.pick(rng, day, size)),
        "channel": CHANNEL.spell(rng, np.where(rng.random(size) < dirt.MISSING_CHANNEL, NULL, channel)),
    }
    in_time = selected(columns, np.argsort(ordered, kind="stable"))
    return in_time | {"order_id": first_id + np.arange(size)}


def _steps(rng: np.random.Generator, order: Columns) -> dict[int, Ints]:
    """When each order takes each step after being placed (milliseconds; NOT where it does not), by status."""
    ordered, web = order["ordered_ms"], order["web"]
    size = len(ordered)
    cancelled = web & (rng.random(size) < dirt.CANCELLED)
    shipped = ordered + rng.integers(DAY_MS // 6, dirt.SHIPPING_DAYS * DAY_MS, size)
    handed_over = ordered + rng.integers(PAID_WITHIN_MS, 2 * PAID_WITHIN_MS, size)
    delivered = shipped + rng.integers(DAY_MS // 2, dirt.TRANSIT_DAYS * DAY_MS, size)
    completed = np.where(web, delivered, handed_over)
    returned = ~cancelled & (rng.random(size) < dirt.RETURNED)
    given_up = ordered + rng.integers(2 * PAID_WITHIN_MS, DAY_MS, size)
    brought_back = completed + rng.integers(DAY_MS // 24, dirt.RETURN_DAYS * DAY_MS, size)
    return {
        SHIPPED: np.where(web & ~cancelled, shipped, NOT),
        COMPLETED: np.where(cancelled, NOT, completed),
        RETURNED: np.where(returned, brought_back, NOT),
        CANCELLED: np.where(cancelled, given_up, NOT),
    }


def _states(rng: np.random.Generator, order: Columns, steps: dict[int, Ints]) -> Columns:
    """One row a state, by the time of the state."""
    times = {PLACED: order["ordered_ms"]} | steps
    taken = [np.flatnonzero(times[status] != NOT) for status in times]
    rows = np.concatenate(taken)
    updated = np.concatenate([times[status][some] for status, some in zip(times, taken, strict=True)])
    status = np.repeat(list(times), [len(some) for some in taken])
    in_time = np.argsort(updated, kind="stable")
    names = ("order_id", "customer_id", "store_id", "ordered_ms", "channel")
    return {name: order[name][rows[in_time]] for name in names} | {
        "status": STATUS.spell(rng, status[in_time]),
        "updated_ms": updated[in_time],
    }


def _items(rng: np.random.Generator, feed: Feed, order: Columns) -> Columns:
    """One row a line. Prices and discounts in cents."""
    size = len(order["order_id"])
    lines = 1 + dirt.pick(rng, BASKET, size)
    of_order = np.repeat(np.arange(size), lines)
    total = len(of_order)
    ordered = order["ordered_ms"][of_order]
    product_id = feed.products.pick(rng, total)
    unit_price = feed.products.price_at(product_id, ordered)
    quantity = 1 + dirt.pick(rng, QUANTITIES, total)
    percent = DISCOUNT_PERCENTS[rng.integers(0, len(DISCOUNT_PERCENTS), total)]
    undiscounted = np.where(rng.random(total) < dirt.MISSING_DISCOUNT, NULL, 0)
    discounted = rng.random(total) < dirt.DISCOUNTED_LINES
    return {
        "order_id": order["order_id"][of_order],
        "line_number": np.arange(total) - np.repeat(np.cumsum(lines) - lines, lines) + 1,
        "product_id": product_id,
        "quantity": quantity,
        "unit_price": unit_price,
        "discount": np.where(discounted, quantity * unit_price * percent // 100, undiscounted),
        "updated_ms": ordered,
    }


def _payments(rng: np.random.Generator, order: Columns, steps: dict[int, Ints], totals: Ints) -> Columns:
    """One row a movement of money, amounts in cents. An order that is completed has been paid in full before."""
    size = len(totals)
    web = order["web"]
    cancelled = steps[CANCELLED] != NOT
    paid = ~cancelled | (rng.random(size) < dirt.CANCELLED_AFTER_PAYMENT)
    paid_ms = order["ordered_ms"] + rng.integers(0, PAID_WITHIN_MS, size)
    by_voucher = np.where(rng.random(size) < dirt.SPLIT_PAYMENTS, totals // 3, 0)
    method = np.where(rng.random(size) < 0.7, CARD, np.where(web, TRANSFER, CASH))
    method = np.where(rng.random(size) < dirt.MISSING_METHOD, NULL, method)

    refunded = paid & ((steps[RETURNED] != NOT) | cancelled)
    decided = np.where(refunded, np.where(cancelled, steps[CANCELLED], steps[RETURNED]), 0)
    refund_ms = decided + rng.integers(MINUTE_MS, dirt.REFUND_DAYS * DAY_MS, size)
    partial = ~cancelled & (rng.random(size) < dirt.PARTIAL_REFUNDS)
    refund = np.where(partial, (totals * rng.uniform(0.2, 0.8, size)).astype(np.int64).clip(1), totals)

    moves = (
        (paid, 1, PAYMENT, method, totals - by_voucher, paid_ms),
        (paid & (by_voucher > 0), 2, PAYMENT, np.full(size, VOUCHER), by_voucher, paid_ms),
        (refunded, 3, REFUND, method, refund, refund_ms),
    )
    columns = concatenated([_movement(order["order_id"], *move) for move in moves])
    rows = len(columns["order_id"])
    return columns | {
        "kind": KIND.spell(rng, columns["kind"]),
        "method": METHOD.spell(rng, columns["method"]),
        "updated_ms": columns["paid_ms"] + np.where(columns["position"] == 3, rng.integers(0, MINUTE_MS, rows), 0),
    }


def _movement(
    order_id: Ints, moved: Column, position: int, kind: int, method: Column, amount: Ints, paid_ms: Ints
) -> Columns:
    rows = np.flatnonzero(moved)
    return {
        "order_id": order_id[rows],
        "position": np.full(len(rows), position),
        "kind": np.full(len(rows), kind),
        "method": method[rows],
        "amount": amount[rows],
        "paid_ms": paid_ms[rows],
    }
