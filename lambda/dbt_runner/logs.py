"""One JSON line per thing to tell: the runner's own words, and dbt's events as they come."""

from __future__ import annotations

import logging
from typing import Any

from aws_lambda_powertools import Logger

# Without the place in the code, which would be the callback below for all that dbt says.
logger = Logger(service="dbt-runner", location=None)
# Lambda's client sets the root to INFO, at which every AWS client tells where it found its endpoint.
logging.getLogger("botocore").setLevel(logging.WARNING)

_METHODS = {"info": logger.info, "warn": logger.warning, "error": logger.error}


def tell(event: Any) -> None:
    """A callback for ``dbtRunner``: log a dbt event. Those of level debug are in ``dbt.log`` only.

    https://docs.getdbt.com/reference/events-logging
    """
    write = _METHODS.get(event.info.level)
    message = event.info.msg.strip()
    if write is None or not message:
        return
    extra = {"dbt_event": event.info.name}
    node = getattr(getattr(event.data, "node_info", None), "unique_id", "")
    if node:
        extra["node"] = node
    write(message, extra=extra)
