"""Ticks: messages that make the second function look whether a run is due."""

from __future__ import annotations

import json
import math

from gate.clients import client

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
_LONGEST_DELAY = 900


def send(queue: str, seconds: float) -> None:
    """Have a tick in *seconds*, or in a quarter of an hour if that is sooner: it looks again."""
    delay = min(max(math.ceil(seconds), 0), _LONGEST_DELAY)
    client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps({"tick": "due"}), DelaySeconds=delay)
