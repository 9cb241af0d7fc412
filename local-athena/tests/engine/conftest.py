"""An engine on an AWS of its own, with a database ``db``."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_athena.engine import Engine
from local_athena.storage import AwsClients

from .athena import Athena


@pytest.fixture
def athena(aws: AwsClients, tmp_path: Path) -> Athena:
    aws.glue.create_database(DatabaseInput={"Name": "db"})
    return Athena(Engine(aws, tmp_path / "engine"), aws)
