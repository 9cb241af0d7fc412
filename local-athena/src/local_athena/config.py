"""The command line. An argument beats the environment."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local_athena import memory

DEFAULT_PORT = 4599
BUCKET, DATABASE = "athena-results", "default"
"""With ``--embedded`` they are there from the start, and so is the primary workgroup's output location: a query needs nothing
else."""


@dataclass(frozen=True)
class Serve:
    """``endpoint_url`` is where Glue and S3 are, None for those of the process itself; ``cache_dir`` holds copies of S3
    objects and temporary files. ``guarded`` ends with its standard input, and so with whoever started it.
    """

    port: int
    endpoint_url: str | None
    cache_dir: Path
    guarded: bool


@dataclass(frozen=True)
class Check:
    """Files or folders of SQL, or dbt target folders."""

    paths: tuple[Path, ...]
    json: bool


def parse(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Serve | Check:
    """The command that the words and the environment ask for; exits with a message if they do not suffice."""
    parser = argparse.ArgumentParser(prog="local-athena", description="Amazon Athena on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="answer Athena's API on 127.0.0.1")
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, help="port on 127.0.0.1 (default %(default)s)")
    where = serve.add_mutually_exclusive_group()
    where.add_argument("--endpoint-url", help="where Glue and S3 are (default: AWS_ENDPOINT_URL)")
    where.add_argument("--embedded", action="store_true", help="bring S3 and Glue along, behind the same address")
    serve.add_argument("--cache-dir", type=Path, help="copies of S3 objects (default: a temporary folder)")
    serve.add_argument("--guarded", action="store_true", help="end when the standard input does")
    check = commands.add_parser("check", help="say what Athena would refuse, without running it")
    check.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file or folder of SQL, or dbt's target/")
    check.add_argument("--json", action="store_true", help="one JSON object a refusal")
    parsed = parser.parse_args(arguments)
    try:
        memory.limit(environment)
    except ValueError as error:
        parser.error(str(error))
    if parsed.command == "check":
        return Check(tuple(parsed.paths), parsed.json)
    if not 0 <= parsed.port <= 65535:
        serve.error(f"--port {parsed.port} is no port: 0 (any free one) to 65535")
    endpoint = None if parsed.embedded else parsed.endpoint_url or environment.get("AWS_ENDPOINT_URL")
    if not endpoint and not parsed.embedded:
        # Without one, boto3 would go to AWS itself, with whatever credentials are about.
        serve.error(
            "no endpoint for Glue and S3: give --endpoint-url http://127.0.0.1:4566, set AWS_ENDPOINT_URL, or bring them along "
            "with --embedded"
        )
    cache = parsed.cache_dir or Path(tempfile.gettempdir()) / f"local-athena-{os.getuid()}"
    return Serve(parsed.port, endpoint, cache, parsed.guarded)
