"""dbt-athena with less to wait for: what is replaced in the adapter while dbt runs, and why it may be.

Three names:

- ``connections.AthenaConnection`` and ``connections.AthenaCursor``, which the adapter makes its connections and cursors of, are
  subclasses (`connection.py`) that use the parameters which the adapter has for it: where a session comes from, how to wait.
- ``impl.boto3_client_lock`` lets everybody in: clients that are kept have a lock of their own, and ``upload_seed_to_s3`` holds
  the adapter's while it uploads, which keeps every other thread from its next call.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from dbt.adapters.athena import connections, impl

from dbt_runner import patches
from dbt_runner.patches.athena.clients import forget
from dbt_runner.patches.athena.connection import Connection, Cursor

__all__ = ["Connection", "applied", "forget"]


@contextmanager
def applied() -> Iterator[None]:
    """dbt's connections to Athena are ours until the block ends, unless the patches are off.

    One block at a time in a process, as dbt itself.
    """
    if not patches.on():
        yield
        return
    made: Any = connections
    locked: Any = impl
    before = made.AthenaConnection, made.AthenaCursor, locked.boto3_client_lock
    made.AthenaConnection, made.AthenaCursor, locked.boto3_client_lock = Connection, Cursor, nullcontext()
    try:
        yield
    finally:
        made.AthenaConnection, made.AthenaCursor, locked.boto3_client_lock = before
