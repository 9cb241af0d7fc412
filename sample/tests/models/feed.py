"""A small retail feed with everything that arrives wrongly: late, twice, out of order, corrected."""

import csv
import json
import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

Row = dict[str, Any]

FIRST_DAY = date(2024, 3, 28)  # Europe/Berlin's clock changes on the 31st
TIME_ZONES = ["Europe/Berlin", "America/Los_Angeles", "Asia/Tokyo"]

PARQUET_TYPES = {
    "orders": {
        "order_id": "bigint",
        "customer_id": "bigint",
        "store_id": "bigint",
        "ordered_at": "timestamp",
        "status": "varchar",
        "channel": "varchar",
        "updated_at": "timestamp",
    },
    "order_items": {
        "order_item_id": "bigint",
        "order_id": "bigint",
        "line_number": "integer",
        "product_id": "bigint",
        "quantity": "integer",
        "unit_price": "decimal(12,2)",
        "discount_amount": "decimal(12,2)",
        "updated_at": "timestamp",
    },
    "payments": {
        "payment_id": "bigint",
        "order_id": "bigint",
        "kind": "varchar",
        "method": "varchar",
        "amount": "decimal(12,2)",
        "paid_at": "timestamp",
        "updated_at": "timestamp",
    },
}


class Feed:
    """Rows of the raw tables by (table, day of arrival); the same for the same seed."""

    def __init__(self, seed: int, days: int, orders: int) -> None:
        self.rows: dict[tuple[str, date], list[Row]] = defaultdict(list)
        self.days = [FIRST_DAY + timedelta(days=number) for number in range(days)]
        self._random = random.Random(seed)
        self._stores()
        self._products(20)
        self._customers(30)
        self._orders(orders)

    def _arrive(self, table: str, written: datetime, row: Row) -> None:
        """The row arrives on the day it was written, or up to 4 days later, and at times twice."""
        chance = self._random
        late = chance.choice([0, 0, 0, 0, 1, 2, 4])
        for delay in {late, late + chance.choice([0, 0, 0, 0, 1])}:
            day = min(max(written.date() + timedelta(days=delay), self.days[0]), self.days[-1])
            self.rows[table, day].append(row)
        if chance.random() < 0.1:
            self.rows[table, day].append(row)

    def _stores(self) -> None:
        for number, zone in enumerate(TIME_ZONES, start=1):
            store = {"store_id": str(number), "store_name": f" Store {number} ", "country": "de", "city": ""}
            self.rows["stores", self.days[0]].append({**store, "time_zone": zone, "opened_on": "2020-01-01"})
        # A correction on the last day moves every order of store 3 to other local days.
        corrected = {**store, "time_zone": "Pacific/Auckland", "opened_on": "2020-01-01"}
        self.rows["stores", self.days[-1]].append(corrected)

    def _products(self, count: int) -> None:
        for number in range(1, count + 1):
            for version in range(self._random.choice([1, 1, 2, 3])):
                written = self._moment(version)
                product = {"product_id": number, "sku": f"sku-{number}", "product_name": f"Product {number}"}
                price = {"unit_price": float(number + version), "unit_cost": self._random.choice([None, 1.5])}
                row = {**product, **price, "category": self._random.choice(["Toys", "BOOKS"])}
                self._arrive("products", written, {**row, "updated_at": _iso(written)})

    def _customers(self, count: int) -> None:
        for number in range(1, count + 1):
            for version in range(self._random.choice([1, 2, 3, 4])):
                written = self._moment(2 * version)
                row = {
                    "customer_id": str(number),
                    "email": f" Customer{number}@Example.com ",
                    "first_name": f"First {version}",
                    "last_name": f"Last {number}",
                    "phone": "",
                    "country": self._random.choice(["de", "US"]),
                    "city": self._random.choice(["Berlin", "Köln", ""]),
                    "marketing_opt_in": self._random.choice(["TRUE", "false", ""]),
                    "signed_up_at": "2024-01-01T10:00:00+02:00",
                    "updated_at": _iso(written),
                }
                self._arrive("customers", written, row)
                if self._random.random() < 0.2:
                    self._arrive("customers", written + timedelta(days=1), {**row, "city": "Corrected"})

    def _orders(self, count: int) -> None:
        chance = self._random
        item_id = payment_id = 0
        for order_id in range(1, count + 1):
            ordered = self._moment(chance.randrange(len(self.days)))
            order = {
                "order_id": order_id,
                "customer_id": chance.choice([None, *range(1, 31)]),
                "store_id": chance.randint(1, 3),
                "ordered_at": ordered,
                "channel": chance.choice(["WEB", "store ", None]),
            }
            states = ["Placed", "SHIPPED", "completed", "returned"][: chance.randint(1, 4)]
            for step, status in enumerate(states):
                written = ordered + timedelta(hours=20 * step)
                self._arrive("orders", written, {**order, "status": status, "updated_at": written})
            total = Decimal(0)
            for line in range(1, chance.randint(1, 4) + 1):
                item_id += 1
                quantity, unit_price = chance.randint(1, 3), Decimal(chance.randint(100, 9999)) / 100
                discount = chance.choice([None, Decimal("0.50")])
                item = {
                    "order_item_id": item_id,
                    "order_id": order_id,
                    "line_number": line,
                    "product_id": chance.randint(1, 20),
                    "quantity": quantity,
                    "unit_price": unit_price,
                    "discount_amount": discount,
                    "updated_at": ordered,
                }
                self._arrive("order_items", ordered, item)
                total += quantity * unit_price - (discount or 0)
                if chance.random() < 0.1:
                    written = ordered + timedelta(hours=1)
                    self._arrive("order_items", written, {**item, "updated_at": written})
            for kind in ["payment", "REFUND"] if states[-1] == "returned" else ["Payment"]:
                payment_id += 1
                paid = ordered + timedelta(hours=3)
                movement = {"payment_id": payment_id, "order_id": order_id, "kind": kind, "method": "CARD"}
                self._arrive("payments", paid, {**movement, "amount": total, "paid_at": paid, "updated_at": paid})

    def _moment(self, day: int) -> datetime:
        midnight = datetime.combine(self.days[min(day, len(self.days) - 1)], datetime.min.time())
        return midnight + timedelta(seconds=self._random.randrange(86_400))

    def write(self, raw: Path, days: list[date]) -> None:
        """Writes the folders of these days of arrival to <raw>/<table>/dt=<day>/."""
        for (table, day), rows in self.rows.items():
            if day in days:
                folder = raw / table / f"dt={day}"
                folder.mkdir(parents=True)
                if table in PARQUET_TYPES:
                    _write_parquet(folder / "part-0.parquet", rows, PARQUET_TYPES[table])
                elif table == "products":
                    (folder / "part-0.json").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
                else:
                    _write_csv(folder / "part-0.csv", rows)


def _iso(moment: datetime) -> str:
    """The UTC moment as a clock two hours ahead writes it."""
    return (moment + timedelta(hours=2)).isoformat() + "+02:00"


def _write_csv(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _write_parquet(path: Path, rows: list[Row], types: dict[str, str]) -> None:
    with duckdb.connect() as connection:
        connection.register("rows", pa.Table.from_pylist([{name: row[name] for name in types} for row in rows]))
        columns = ", ".join(f"cast({name} as {data_type}) as {name}" for name, data_type in types.items())
        connection.execute(f"copy (select {columns} from rows) to '{path}' (format parquet)")
