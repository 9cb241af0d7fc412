"""Job runs of EMR Serverless: what a request asks for, as the runner does it, or refused by name.

https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/jobs-spark.html
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local_glue.model import GlueError

_RELEASE = re.compile(r"emr-7\.\d+\.\d+(-\d+)?")
"""Releases with Spark 3.5."""
_SIZES = re.compile(r"--(executor|driver)-(cores|memory)|--num-executors")


@dataclass(frozen=True)
class Submit:
    """A Spark job in Python."""

    script: str
    arguments: Sequence[str]
    modules: Sequence[str]
    files: Sequence[str]
    settings: Mapping[str, str]
    log_address: str = ""
    """Address in S3 below which the logs go; empty for none."""
    log_group: str = ""
    """Group of CloudWatch Logs; empty for none."""
    log_prefix: str = ""


def refuse(said: str) -> GlueError:
    """An error of the service's."""
    return GlueError("ValidationException", f"The local EMR Serverless has no {said}.")


def check_application(kind: str, release: str) -> None:
    """Raise ``GlueError`` for an application whose jobs would not run."""
    if kind.upper() != "SPARK":
        raise refuse(f"applications of type {kind}; those of type SPARK run jobs in Python")
    if not _RELEASE.fullmatch(release):
        raise refuse(f"{release}: it has Spark 3.5, the releases emr-7.x")


def submitted(request: Mapping[str, Any]) -> Submit:
    """The job of a StartJobRun. Raises ``GlueError`` for what would be ignored."""
    driver = request.get("jobDriver") or {}
    spark = driver.get("sparkSubmit")
    if not spark:
        raise refuse("job driver but sparkSubmit")
    if not str(spark["entryPoint"]).endswith(".py"):
        raise refuse(f"jobs in Scala or Java ({spark['entryPoint']}); those in Python run")
    if request.get("retryPolicy") or request.get("mode") == "STREAMING":
        raise refuse("retries and streams: mode BATCH without a retryPolicy runs")
    settings, modules, files = _parameters(spark.get("sparkSubmitParameters") or "")
    overrides = dict(request.get("configurationOverrides") or {})
    for one in overrides.get("applicationConfiguration") or ():
        if one.get("classification") != "spark-defaults" or one.get("configurations"):
            raise refuse(f"configuration of {one.get('classification')}; that of spark-defaults counts")
        settings = {**one.get("properties", {}), **settings}
    monitoring = dict(overrides.get("monitoringConfiguration") or {})
    address = (monitoring.pop("s3MonitoringConfiguration", None) or {}).get("logUri", "")
    cloudwatch = monitoring.pop("cloudWatchLoggingConfiguration", None) or {}
    monitoring.pop("managedPersistenceMonitoringConfiguration", None)  # nobody sees it but EMR's own pages
    if monitoring:
        raise refuse(", ".join(monitoring))
    return Submit(
        script=spark["entryPoint"],
        arguments=list(spark.get("entryPointArguments") or ()),
        modules=modules,
        files=files,
        settings=settings,
        log_address=str(address).rstrip("/"),
        log_group=(cloudwatch.get("logGroupName") or "/aws/emr-serverless") if cloudwatch.get("enabled") else "",
        log_prefix=cloudwatch.get("logStreamNamePrefix") or "",
    )


def _parameters(text: str) -> tuple[dict[str, str], list[str], list[str]]:
    """Settings, modules and files of sparkSubmitParameters. How large workers are has no meaning here."""
    words, settings, modules, files = shlex.split(text), dict[str, str](), list[str](), list[str]()
    while words:
        name = words.pop(0)
        name, equals, value = name.partition("=")
        if not equals:
            if not words:
                raise refuse(f"value of {name} in sparkSubmitParameters")
            value = words.pop(0)
        if name == "--conf":
            key, equals, said = value.partition("=")
            if not equals:
                raise refuse(f"setting without a value: {value}")
            settings[key] = said
        elif name in ("--py-files", "--files"):
            (modules if name == "--py-files" else files).extend(one.strip() for one in value.split(",") if one.strip())
        elif not _SIZES.fullmatch(name):
            raise refuse(f"{name} of spark-submit: --conf, --py-files and --files are there")
    given = {name: value for name, value in settings.items() if not _is_a_size(name)}
    if own := [
        name for name in given if name.startswith(("spark.emr-serverless.", "spark.hadoop.hive.", "spark.jars"))
    ]:
        raise refuse(", ".join(own))
    return given, modules, files


def _is_a_size(name: str) -> bool:
    return name.startswith(("spark.executor.", "spark.driver.cores", "spark.driver.memory", "spark.dynamicAllocation."))
