"""Local Athena beside a Glue, S3 and STS, as host processes on free loopback ports."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3

REPO = Path(__file__).parents[2]
BIN = REPO / "emulator" / ".venv" / "bin"
REGION = "us-east-1"
START_SECONDS = 60


@dataclass(frozen=True)
class LocalAws:
    """Where the emulator answers, and the bucket that the tests may fill."""

    environment: dict[str, str]
    bucket: str

    def client(self, service: str):
        return boto3.client(service)


def free_port() -> int:
    """A loopback port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@contextmanager
def _process(name: str, command: list[str], url: str, environment: dict[str, str], log: Path) -> Iterator[None]:
    """Run *command* until the block ends; ready when *url* answers anything at all."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(url):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(
                    f"{name} did not start ({' '.join(command)}); its last words:\n{log.read_text()[-2000:]}"
                )
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def running(folder: Path) -> Iterator[LocalAws]:
    """An emulator of its own; its logs and its disk cache lie in *folder*."""
    aws, athena = free_port(), free_port()
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{aws}",
        "AWS_ENDPOINT_URL_ATHENA": f"http://127.0.0.1:{athena}",
    }
    with ExitStack() as stack:
        stack.enter_context(
            _process(
                "Glue, S3 and STS (moto)",
                [str(BIN / "moto_server"), "-H", "127.0.0.1", "-p", str(aws)],
                environment["AWS_ENDPOINT_URL"],
                {"MOTO_ACCOUNT_ID": "000000000000"},
                folder / "moto.log",
            )
        )
        stack.enter_context(
            _process(
                "local Athena",
                [str(BIN / "local-athena"), "serve", "--port", str(athena)],
                environment["AWS_ENDPOINT_URL_ATHENA"],
                environment,
                folder / "athena.log",
            )
        )
        yield LocalAws(environment, bucket="lakeloop-athena-tests")
