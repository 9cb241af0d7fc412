"""The synthetic data API into the local AWS's DynamoDB, as a person starts it."""

import json
import os
import subprocess
import urllib.request
from decimal import Decimal

import boto3
import pytest

from tests.local_aws import REPO, free_port, pointed_at

# Loopback, which no proxy of the shell's is asked for.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def api(emulator):
    """The address of an API that was started with the exports of `just env`."""
    port = free_port()
    with pointed_at(emulator):
        process = subprocess.Popen(
            ["just", "api", f"port={port}"], cwd=REPO, env={**os.environ}, stdout=subprocess.PIPE, text=True
        )
    with process:
        try:
            assert f"127.0.0.1:{port}/docs" in process.stdout.readline()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def make(url, **words):
    query = "&".join(f"{key}={value}" for key, value in words.items())
    asked = urllib.request.Request(f"{url}/api/generate/products?{query}", method="POST")
    with OPENER.open(asked, timeout=60) as answer:
        return json.load(answer)


@pytest.mark.slow
def test_items_are_the_rows_of_the_seed_and_the_same_ones_when_made_twice(api, emulator):
    with pointed_at(emulator):
        table = boto3.resource("dynamodb").Table("shop_products")
    assert make(api, target="dynamodb", count=30, seed=7)["rows"] == {"shop_products": 30}
    first = sorted(table.scan()["Items"], key=lambda item: item["product_id"])
    assert [item["product_id"] for item in first] == [Decimal(number) for number in range(1, 31)]
    assert all(item["unit_price"] > 0 and item["sku"].startswith("SKU-") for item in first)
    make(api, target="dynamodb", count=30, seed=7)
    assert sorted(table.scan()["Items"], key=lambda item: item["product_id"]) == first
