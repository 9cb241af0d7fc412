"""The local AWS that `just up` starts, on a free loopback port and with a folder of its own."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

REPO = Path(__file__).parents[1]
sys.path.append(str(REPO / "emulator" / "src"))

from lakeloop_emulator import host  # noqa: E402 - the emulator is another project, with another Python
from lakeloop_emulator.settings import REGION, STATE_FOLDER, Settings, client_environment  # noqa: E402

BUCKET = "lakeloop-athena-tests"


@dataclass(frozen=True)
class LocalAws:
    """The variables that point a client at the emulator, and the bucket that tests may fill."""

    environment: dict[str, str]
    bucket: str = BUCKET
    region: str = REGION


def free_port() -> int:
    """A loopback port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def pointed_at(aws: LocalAws) -> Iterator[None]:
    """Until the block ends, every AWS client that this process makes is one of *aws*."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with mock.patch.dict(os.environ, {**others, **aws.environment, "AWS_REGION": aws.region}, clear=True):
        yield


@contextmanager
def running(folder: Path, enforcing: bool = False, layer: str = "lambda") -> Iterator[LocalAws]:
    """An emulator until the block ends; its log and its files lie in *folder*. It refuses what IAM would if *enforcing*."""
    settings = Settings(port=free_port(), state=folder, layer=layer)
    with mock.patch.dict(os.environ, {"IAM_ENFORCEMENT": "1"} if enforcing else {}):
        host.up(settings)
    try:
        # By the folder, recipes of any checkout take it for their own.
        yield LocalAws({**client_environment(settings), STATE_FOLDER: str(folder)})
    finally:
        host.down(settings)
