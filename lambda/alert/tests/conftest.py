"""The function's environment: AWS in memory, and its variables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alert import bucket, channels
from alert_aws import Aws, Webhook

EVENTS = Path(__file__).parent / "events"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    """AWS, and the function's environment variables with a webhook."""
    made = Aws()
    for module in (bucket, channels):
        monkeypatch.setattr(module, "client", lambda service: made)
    for name, value in {
        "ALERTS_TOPIC_ARN": "arn:aws:sns:eu-central-1:000000000000:acme-dev-dbt-alerts",
        "ARTIFACTS_BUCKET": "artifacts",
        "AWS_REGION": "eu-central-1",
        "ENVIRONMENT": "dev",
        "PROJECT": "acme",
        "WEBHOOK_PARAMETER": "",
    }.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def failed() -> dict[str, Any]:
    """EventBridge's event of an execution that failed."""
    return dict(json.loads((EVENTS / "failed.json").read_text("utf-8")))


@pytest.fixture
def webhook(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    """A webhook whose address lies in the parameter."""
    made = Webhook()
    monkeypatch.setenv("WEBHOOK_PARAMETER", "/acme/dev/webhook")
    monkeypatch.setenv("NO_PROXY", "*")
    aws.parameters["/acme/dev/webhook"] = made.url
    yield made
    made.server.shutdown()
    made.server.server_close()
