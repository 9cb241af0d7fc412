"""SnapStart hooks: let go of state that must not be frozen into a snapshot, or be restored into many environments at once.

Lambda's Python runtime calls what is registered with ``snapshot_restore_py``, which it brings; elsewhere there is nothing to do.
https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
https://docs.aws.amazon.com/lambda/latest/dg/snapstart-uniqueness.html
"""

from __future__ import annotations

import random
import tempfile
from typing import Any

import boto3
from dbt.adapters.factory import FACTORY
from dbt_common import invocation

from dbt_runner.patches import athena
from dbt_runner.storage import client

try:
    import snapshot_restore_py as hooks
except ImportError:
    hooks = None


def register() -> None:
    """Have the runtime call `freeze` and `thaw`, if it takes snapshots."""
    if hooks is not None:
        hooks.register_before_snapshot(freeze)
        hooks.register_after_restore(thaw)


def freeze() -> None:
    """Let go of connections, and of clients with the credentials that they hold: both are dead when a snapshot is restored."""
    adapters: Any = FACTORY
    adapters.cleanup_connections()
    adapters.reset_adapters()
    athena.forget()
    client.forget()
    boto3.DEFAULT_SESSION = None


def thaw() -> None:
    """Be another process than the others that begin with the same snapshot: nothing random and no name may be the same."""
    random.seed()
    invocation.reset_invocation_id()
    names: Any = tempfile
    names._name_sequence = None  # a generator of its own, with a seed of its own
