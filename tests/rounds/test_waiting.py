"""A run that finds the environment in use, under the state machine: refused, or patient if it is asked to be."""

from __future__ import annotations

import json
import platform
import sys
import time

import pytest
from lakeloop_layer import of_host

from tests.rounds.deployed import WAIT_SECONDS, deployed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.emulator,
    pytest.mark.skipif(of_host() is None, reason=f"Lambda has no {platform.machine()} {sys.platform}"),
]
ONE = {"command": ["run"], "cli_args": ["--select", "beside"]}


def test_a_second_run_is_refused_or_waits(small, tmp_path):
    lease = {"run_id": "nightly", "holder": "one", "command": "build", "token": "x", "since": time.time()}
    key, later = f"leases/{small.environment}.json", time.time() + 3600
    small.put(key, {**lease, "alive_until": later, "expires_at": later})
    with deployed(small, tmp_path, timeout=120) as pipeline:
        patient = pipeline.start("patient", **ONE, wait_seconds=3600)

        for execution in (pipeline.start("refused", **ONE), pipeline.start("short", **ONE, wait_seconds=1)):
            refused = pipeline.ended(execution, 300)
            assert (refused["status"], refused["error"]) == ("FAILED", "LeaseHeld")
            message = json.loads(refused["cause"])["errorMessage"]
            assert "in use by the run nightly (dbt build) since 20" in message
        assert pipeline.waits(execution) == 1, f"a second of waiting is one look after {WAIT_SECONDS} s"

        deadline = time.monotonic() + 300
        while pipeline.waits(patient) < 2:
            assert time.monotonic() < deadline
        assert not small.queries()
        small.put(key, {**lease, "alive_until": 0, "expires_at": 0})
        assert pipeline.ended(patient, 300)["status"] == "SUCCEEDED"
    assert small.ran("patient")["beside"] == "success"
