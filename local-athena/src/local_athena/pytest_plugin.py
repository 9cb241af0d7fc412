"""The fixture ``athena``: https://docs.pytest.org/en/stable/how-to/writing_plugins.html"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

# Imported for the first test that asks: pytest loads this for every project in the environment.
if TYPE_CHECKING:
    from local_athena.testing import Athena, Server


@pytest.fixture(scope="session")
def athena_server() -> Iterator[Server]:
    """Athena, S3 and Glue in a process of their own, started for the first test that asks for them; one a worker of xdist."""
    from local_athena.testing import Server

    with Server() as server:
        yield server


@pytest.fixture
def athena(athena_server: Server) -> Iterator[Athena]:
    """An empty Athena, to which every client leads that the test or the code under test makes."""
    from local_athena.testing import Athena

    athena_server.reset()
    with athena_server.environment():
        yield Athena(athena_server.url)
