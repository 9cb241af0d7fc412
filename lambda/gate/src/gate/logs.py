"""One JSON line per thing to tell: Lambda's own formatter writes what ``extra`` holds beside the message."""

from __future__ import annotations

import logging

logger = logging.getLogger("gate")
logger.setLevel(logging.INFO)
# Lambda's client sets the root to INFO, at which every AWS client tells where it found its endpoint.
logging.getLogger("botocore").setLevel(logging.WARNING)
