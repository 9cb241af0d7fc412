"""Raw files of the shop, the same in every run: late and repeated orders, a customer who moved, a price that changed."""

import csv
import json
import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

FIRST_DAY = date(2024, 1, 1)
DAYS = 4
ORDERS_A_DAY = 30
CUSTOMERS = 12
PRODUCTS = 5
_ORDER_TYPES = {
    "order_id": "bigint",
    "customer_id": "bigint",
    "product_id": "bigint",
    "quantity": "integer",
    "status": "varchar",
    "updated_at": "timestamp",
}
_Rows = list[dict[str, Any]]


def write(raw: Path, first: int = 0, last: int = DAYS - 1) -> Path:
    """Write the files that arrive from the day *first* to the day *last* (both included, from 0 on) below *raw*; *raw*."""
    for (table, day), rows in _feed().items():
        if first <= day <= last:
            folder = raw / table / f"dt={FIRST_DAY + timedelta(days=day)}"
            folder.mkdir(parents=True, exist_ok=True)
            _WRITERS[table](folder, rows)
    return raw


def order_count(last: int = DAYS - 1) -> int:
    """How many orders have arrived by the end of the day *last*."""
    return ORDERS_A_DAY * (last + 1)


def _feed() -> dict[tuple[str, int], _Rows]:
    """Rows by table and day of arrival."""
    chance = random.Random(1)
    feed: dict[tuple[str, int], _Rows] = defaultdict(list)
    for number in range(1, CUSTOMERS + 1):
        customer = {
            "customer_id": number,
            "customer_name": f" Customer {number}, the {number}th",
            "country": chance.choice(["de", "FR", "it"]),
            "joined_on": f"2023-05-{number:02}",
        }
        feed["customers", 0].append(customer)
        if number == 1:
            feed["customers", DAYS - 1].append({**customer, "country": "IT"})
    for number in range(1, PRODUCTS + 1):
        product = {"product_id": number, "product_name": f"Product “{number}”", "price": number + 0.25}
        feed["products", 0].append(product)
        if number == PRODUCTS:
            feed["products", DAYS - 1].append({**product, "price": 9.5})
    for day in range(DAYS):
        for number in range(day * ORDERS_A_DAY + 1, (day + 1) * ORDERS_A_DAY + 1):
            moment = datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(days=day, minutes=number)
            order = {
                "order_id": number,
                "customer_id": chance.randint(1, CUSTOMERS),
                # A changed price must not change an order that is not merged again.
                "product_id": chance.randint(1, PRODUCTS - 1),
                "quantity": chance.randint(1, 4),
            }
            feed["orders", day].append({**order, "status": "PLACED", "updated_at": moment})
            if number % 3 == 0 and day + 1 < DAYS:
                later = {"status": chance.choice(["shipped", "cancelled"]), "updated_at": moment + timedelta(days=1)}
                feed["orders", day + 1].append({**order, **later})
    return feed


def _write_parquet(folder: Path, rows: _Rows) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            f"create table orders ({', '.join(f'{name} {kind}' for name, kind in _ORDER_TYPES.items())})"
        )
        marks = ", ".join("?" for _ in _ORDER_TYPES)
        connection.executemany(
            f"insert into orders values ({marks})", [[row[name] for name in _ORDER_TYPES] for row in rows]
        )
        connection.execute(f"copy orders to '{folder / 'part-0.parquet'}' (format parquet)")


def _write_csv(folder: Path, rows: _Rows) -> None:
    with (folder / "part-0.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _write_json(folder: Path, rows: _Rows) -> None:
    (folder / "part-0.json").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


_WRITERS = {"customers": _write_csv, "orders": _write_parquet, "products": _write_json}
