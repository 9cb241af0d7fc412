"""The tables that rows are made for, and the lock that keeps two writers from giving one number twice."""

from __future__ import annotations

from typing import Literal

Table = Literal["stores", "customers", "products", "orders", "payments"]
KEYS: dict[str, str] = {
    "stores": "store_id",
    "customers": "customer_id",
    "products": "product_id",
    "orders": "order_id",
    "payments": "payment_id",
}
METHODS = ("card", "transfer", "voucher", "cash")
LOCK = "SELECT pg_advisory_xact_lock(727365)"
"""Held to the end of a transaction that takes the next numbers of a table."""
