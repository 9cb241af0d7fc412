"""Settings of the standalone server. An argument beats the environment."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local_athena import memory

DEFAULT_PORT = 4599


@dataclass(frozen=True)
class Config:
    """``endpoint_url`` is where Glue and S3 are; ``cache_dir`` holds copies of S3 objects and temporary files."""

    port: int
    endpoint_url: str
    cache_dir: Path


def parse(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Config:
    """The configuration that command line and environment give; exits with a message if they do not suffice."""
    parser = argparse.ArgumentParser(prog="local-athena", description="Athena on this machine, beside any emulator.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="answer Athena's API on 127.0.0.1")
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, help="port on 127.0.0.1 (default %(default)s)")
    serve.add_argument("--endpoint-url", help="where Glue and S3 are (default: AWS_ENDPOINT_URL)")
    serve.add_argument("--cache-dir", type=Path, help="copies of S3 objects (default: a temporary folder)")
    parsed = parser.parse_args(arguments)
    endpoint = parsed.endpoint_url or environment.get("AWS_ENDPOINT_URL")
    if not endpoint:
        # Without one, boto3 would go to AWS itself, with whatever credentials are about.
        serve.error("no endpoint for Glue and S3: give --endpoint-url http://127.0.0.1:4566 or set AWS_ENDPOINT_URL")
    try:
        memory.limit(environment)
    except ValueError as error:
        serve.error(str(error))
    cache = parsed.cache_dir or Path(tempfile.gettempdir()) / f"local-athena-{os.getuid()}"
    return Config(parsed.port, endpoint, cache)
