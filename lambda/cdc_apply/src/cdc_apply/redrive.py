"""Records that were set apart, tried again: `just redrive changes` gives their keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cdc_apply import bodies
from cdc_apply.errors import TransientError, Unwritable
from cdc_apply.plan import Item
from cdc_apply.quarantine import Quarantine
from cdc_apply.writer import Writer


def again(keys: Iterable[str], bucket: str, quarantine: Quarantine, writer: Writer) -> dict[str, Any]:
    """Append the changes under *keys* of the quarantine, each once, and remove what is in its table then.

    Returns:
        ``written`` and ``there`` already, as numbers; ``stay``, the reasons by key.
    """
    written = there = 0
    stay: dict[str, str] = {}
    for key in keys:
        try:
            record = quarantine.record(key)
            if writer.add(Item(record, bodies.change_in(record.data, bucket))):
                written += 1
            else:
                there += 1
            quarantine.remove(key)
        except (BotoCoreError, ClientError, TransientError, Unwritable) as error:
            stay[key] = str(error)
    return {"written": written, "there": there, "stay": stay}
