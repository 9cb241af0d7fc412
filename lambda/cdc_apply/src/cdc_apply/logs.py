"""One JSON line per thing to tell: Lambda's own formatter writes what ``extra`` holds beside the message."""

from __future__ import annotations

import logging

logger = logging.getLogger("cdc_apply")
logger.setLevel(logging.INFO)
# Lambda's client sets the root to INFO, at which AWS clients and PyIceberg tell of each call.
for _talkative in ("botocore", "pyiceberg"):
    logging.getLogger(_talkative).setLevel(logging.WARNING)
