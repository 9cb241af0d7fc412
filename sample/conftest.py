"""The generator's tests run in the sample's own environment; pytest of the checkout passes over them."""

import os
from importlib.util import find_spec

import pytest

collect_ignore = [] if find_spec("retail_feed") else ["tests/feed"]

# No process with dbt imported is left in each checkout that a test runs a recipe in (`lakeloop.warm`).
os.environ.setdefault("LAKELOOP_WARM_SECONDS", "0")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rows", type=int, default=0, help="how many raw rows the Spark job reads; 0 leaves it out")
