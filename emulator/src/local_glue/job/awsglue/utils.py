"""Arguments of a job, as AWS's ``awsglue.utils`` reads them.

https://github.com/awslabs/aws-glue-libs/blob/master/awsglue/utils.py
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn

_RESERVED = (
    "job_bookmark_option",
    "job_bookmark_from",
    "job_bookmark_to",
    "JOB_ID",
    "JOB_RUN_ID",
    "SECURITY_CONFIGURATION",
)
_OWN = (*_RESERVED, "JOB_NAME", "RedshiftTempDir", "TempDir", "encryption_type", "enable_data_lineage")


class GlueArgumentError(Exception):
    """An argument that is missing or has no value."""


class GlueArgumentParser(argparse.ArgumentParser):
    """A parser that raises and does not exit."""

    def error(self, message: str) -> NoReturn:
        """Raise ``GlueArgumentError``."""
        raise GlueArgumentError(message)


def getResolvedOptions(args: Sequence[str], options: Iterable[str]) -> dict[str, str | None]:  # noqa: N802
    """The values of *options* in *args*, which are ``sys.argv``, and those of Glue's own.

    Raises:
        GlueArgumentError: one of *options* is missing.
        RuntimeError: one of them is reserved.
    """
    wanted = list(options)
    if reserved := [name for name in wanted if name in _RESERVED]:
        raise RuntimeError(f"Using reserved arguments {reserved}")
    parser = GlueArgumentParser()
    for name in _OWN:
        default = "job-bookmark-disable" if name == "job_bookmark_option" else None
        parser.add_argument(f"--{name}", required=name in wanted, default=default)
    for name in wanted:
        if name not in _OWN:
            parser.add_argument(f"--{name}", required=True)
    parsed, _ = parser.parse_known_args(list(args[1:]))
    return vars(parsed)


def get_running_job_id() -> str | None:
    """The run that this process is."""
    return getResolvedOptions(sys.argv, []).get("JOB_RUN_ID")
