"""The same shop twice: as the changelogs that its capture writes, and as raw files that it would export, one folder a day."""

import json
import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sample.tests.models.feed import Feed, Row

START = datetime(2026, 11, 2, 8, 0)

_ADDED = {
    "_op": "varchar",
    "_deleted": "boolean",
    "_key": "varchar",
    "_before": "varchar",
    "_commit_lsn": "bigint",
    "_lsn": "bigint",
    "_rank": "integer",
    "_tx": "bigint",
    "_snapshot": "varchar",
    "_snapshot_rows": "bigint",
    "_committed_at": "timestamp",
    "_captured_at": "timestamp",
    "_written_at": "timestamp",
}
_MONEY = "decimal(12,2)"
_TABLES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "stores": (
        ("store_id",),
        {"store_id": "bigint", "store_name": "varchar", "country": "varchar", "city": "varchar", "opened_on": "date"},
    ),
    "customers": (
        ("customer_id",),
        {
            "customer_id": "bigint",
            "email": "varchar",
            "full_name": "varchar",
            "phone": "varchar",
            "country": "varchar",
            "marketing_opt_in": "boolean",
            "created_at": "timestamp",
        },
    ),
    "products": (
        ("product_id",),
        {
            "product_id": "bigint",
            "sku": "varchar",
            "product_name": "varchar",
            "category": "varchar",
            "unit_price": _MONEY,
        },
    ),
    "orders": (
        ("order_id",),
        {
            "order_id": "bigint",
            "customer_id": "bigint",
            "store_id": "bigint",
            "channel": "varchar",
            "status": "varchar",
            "ordered_at": "timestamp",
        },
    ),
    "order_items": (
        ("order_id", "line_number"),
        {
            "order_id": "bigint",
            "line_number": "integer",
            "product_id": "bigint",
            "quantity": "integer",
            "unit_price": _MONEY,
            "discount": _MONEY,
        },
    ),
    "payments": (
        ("payment_id",),
        {
            "payment_id": "bigint",
            "order_id": "bigint",
            "kind": "varchar",
            "method": "varchar",
            "amount": _MONEY,
            "paid_at": "timestamp",
        },
    ),
}
KEYS = {table: key for table, (key, _) in _TABLES.items()}
HEARTBEAT = {"id": "integer", "beat_at": "timestamp", **_ADDED}
COLUMNS = {table: {**columns, "updated_at": "timestamp", **_ADDED} for table, (_, columns) in _TABLES.items()}


class ShopFeed(Feed):
    """``rows`` are the raw files by (table, day); ``changes`` the records of the changelogs by table, in order."""

    def __init__(self, seed: int, days: int) -> None:
        self.rows = defaultdict(list)
        self.days = [START.date() + timedelta(days=number) for number in range(days)]
        self.changes: dict[str, list[Row]] = {table: [] for table in COLUMNS}
        self._random = random.Random(seed)
        self._lsn = 1000
        self._stock()
        for number, day in enumerate(self.days):
            self._trade(number, datetime.combine(day, START.time()) + timedelta(hours=1))

    def _stock(self) -> None:
        """The tables as the first snapshot finds them, all of one instant."""
        for number in (1, 2):
            row = {"store_id": number, "store_name": f"Store {number}", "country": "DE", "city": "Berlin"}
            self.write_row("stores", {**row, "opened_on": date(2020, 1, number)}, START, "r")
        for number in range(1, 9):
            self.write_row("customers", self._customer(number, "Ann de la Cruz"), START, "r")
            row = {"product_id": number, "sku": f"SKU-{number:06}", "product_name": f"Product {number}"}
            self.write_row("products", {**row, "category": "Toys", "unit_price": Decimal(number)}, START, "r")
        for table, records in self.changes.items():
            self.mark(table, "s", START, {"_snapshot": "first", "_snapshot_rows": len(records)})

    def _customer(self, number: int, name: str) -> Row:
        return {
            "customer_id": number,
            "email": f"customer{number}@example.com",
            "full_name": name,
            "phone": None,
            "country": "DE",
            "marketing_opt_in": self._random.choice([True, False, None]),
            "created_at": datetime(2025, 1, 1),
        }

    def _trade(self, day: int, moment: datetime) -> None:
        chance = self._random
        for number in range(1, 9):
            order_id = day * 100 + number
            moment += timedelta(minutes=7)
            order = {
                "order_id": order_id,
                "customer_id": chance.choice([None, *range(1, 9)]),
                "store_id": chance.randint(1, 2),
                "channel": chance.choice(["web", "shop"]),
                "ordered_at": moment,
            }
            self.write_row("orders", {**order, "status": "placed"}, moment, "c")
            total = Decimal(0)
            for line in range(1, chance.randint(2, 4)):
                price, quantity = Decimal(chance.randint(100, 999)) / 100, chance.randint(1, 3)
                item = {"order_id": order_id, "line_number": line, "product_id": chance.randint(1, 8)}
                row = {**item, "quantity": quantity, "unit_price": price, "discount": Decimal(0)}
                self.write_row("order_items", row, moment, "c")
                total += price * quantity
            for status in ["paid", "shipped", "completed"][: chance.randint(0, 3)]:
                moment += timedelta(minutes=3)
                self.write_row("orders", {**order, "status": status}, moment, "u")
                if status == "paid":
                    paid = {"payment_id": order_id, "order_id": order_id, "kind": "payment", "method": "card"}
                    self.write_row("payments", {**paid, "amount": total, "paid_at": moment}, moment, "c")
        for number in chance.sample(range(1, 9), 2):
            moment += timedelta(minutes=1)
            self.write_row("customers", self._customer(number, f"Ann {day}"), moment, "u")
            row = {"product_id": number, "sku": f"SKU-{number:06}", "product_name": f"Product {number}"}
            self.write_row("products", {**row, "category": "Toys", "unit_price": Decimal(day + 1)}, moment, "u")

    def write_row(self, table: str, row: Row, moment: datetime, op: str) -> None:
        """A change of a row: into its changelog and into the raw files of its day."""
        row = {**row, "updated_at": moment}
        snapshot = {"_snapshot": "first"} if op == "r" else {}
        self.mark(table, op, moment, {**row, "_key": key_of(table, row), **snapshot})
        self.rows[table, moment.date()].append(_EXPORTS[table](row))

    def delete(self, table: str, row: Row, moment: datetime) -> None:
        """A delete, which no raw file tells of."""
        self.mark(table, "d", moment, {**row, "_key": key_of(table, row)})

    def mark(self, table: str, op: str, moment: datetime, values: Row) -> None:
        """A record of the changelog of *table*."""
        if op not in ("r", "s"):
            self._lsn += 8
        added = {"_op": op, "_deleted": op == "d", "_commit_lsn": self._lsn, "_lsn": 0 if op in "rs" else self._lsn}
        times = dict.fromkeys(("_committed_at", "_captured_at", "_written_at"), moment)
        self.changes[table].append({**dict.fromkeys(COLUMNS[table]), **added, "_rank": 0, **times, **values})


def key_of(table: str, row: Row) -> str:
    return json.dumps({name: row[name] for name in KEYS[table]}, separators=(",", ":"))


def _texts(row: Row) -> dict[str, str]:
    """*row* as a CSV feed spells it."""
    return {name: _text(value) for name, value in row.items()}


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _store(row: Row) -> Row:
    named = {name: row[name] for name in ("store_id", "store_name", "country", "city")}
    return _texts({**named, "time_zone": "UTC", "opened_on": row["opened_on"]})


def _exported_customer(row: Row) -> Row:
    first, _, last = row["full_name"].partition(" ")
    named = {"customer_id": row["customer_id"], "email": row["email"], "first_name": first, "last_name": last}
    rest = {"phone": row["phone"], "country": row["country"], "city": None, "marketing_opt_in": row["marketing_opt_in"]}
    return _texts({**named, **rest, "signed_up_at": row["created_at"], "updated_at": row["updated_at"]})


def _product(row: Row) -> Row:
    return {**row, "unit_price": float(row["unit_price"]), "unit_cost": None, "updated_at": _text(row["updated_at"])}


def _order(row: Row) -> Row:
    status = {"paid": "placed"}.get(row["status"], row["status"])
    return {**row, "status": status, "channel": {"shop": "store"}.get(row["channel"], row["channel"])}


def _item(row: Row) -> Row:
    number = {"order_item_id": row["order_id"] * 10000 + row["line_number"]}
    return {**number, **row, "discount_amount": row["discount"]}


_EXPORTS = {
    "stores": _store,
    "customers": _exported_customer,
    "products": _product,
    "orders": _order,
    "order_items": _item,
    "payments": lambda row: row,
}
