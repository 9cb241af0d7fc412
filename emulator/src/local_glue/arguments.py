"""A job's arguments: those of the job and of the run, those that Glue itself reads, and the script's ``sys.argv``.

https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-glue-arguments.html
"""

from __future__ import annotations

from collections.abc import Mapping

from local_glue.model import GlueError

REFUSED = {
    "--additional-python-modules": "packages are not installed for a job; --extra-py-files takes archives from S3",
    "--class": "jobs in Scala do not run, those in Python do",
    "--customer-driver-env-vars": "variables reach no driver; arguments do",
    "--customer-executor-env-vars": "variables reach no executor; arguments do",
    "--datalake-formats": "Spark has no Iceberg, Delta or Hudi: no package index of Python's has Iceberg's catalog of Glue for "
    "Spark. Write Parquet, and make it an Iceberg table by Athena",
    "--enable-glue-datacatalog": "Spark has no tables of Glue; it reads and writes s3:// addresses",
    "--enable-metrics": "no metric would be told",
    "--enable-observability-metrics": "no metric would be told",
    "--enable-job-insights": "nothing would be found out",
    "--enable-spark-ui": "no event would be logged",
    "--extra-jars": "jars are not loaded",
    "--pip-install": "packages are not installed for a job",
    "--python-modules-installer-option": "packages are not installed for a job",
    "--user-jars-first": "jars are not loaded",
    "library-set": "Python shell has boto3 and nothing else",
}
"""Arguments that Glue reads, that the emulator does not honour, and the reason."""
OFF = ("", "false", "none")
BOOKMARKS = "--job-bookmark-option"
LOGS = "--custom-logGroup-prefix"
"""https://docs.aws.amazon.com/glue/latest/dg/monitor-continuous-logging-enable.html"""
HONOURED = ("--conf", "--extra-py-files", "--extra-files", "--job-language", LOGS)
"""Read by the runner and not told to the script."""
_WITHOUT_EFFECT = (
    *("--enable-auto-scaling", "--enable-continuous-cloudwatch-log", "--enable-continuous-log-filter"),
    *("--enable-s3-parquet-optimized-committer", "--spark-event-logs-path", "--write-shuffle-files-to-s3"),
)
"""Read by Glue, and without any effect that a script or its reader could see here: logs are continuous, workers are one process."""


def merged(*layers: Mapping[str, str] | None) -> dict[str, str]:
    """Arguments by name; a later layer wins: the job's defaults, the run's, those that no run may change."""
    return {name: str(value) for layer in layers for name, value in (layer or {}).items()}


def check(arguments: Mapping[str, str]) -> None:
    """Raise ``GlueError`` for an argument that would be ignored."""
    bookmarks = arguments.get(BOOKMARKS, "job-bookmark-disable")
    if bookmarks != "job-bookmark-disable":
        raise GlueError(
            "InvalidInputException",
            f"The local Glue keeps no bookmarks: {BOOKMARKS} is {bookmarks}, and the job would read everything again. Leave it "
            "at job-bookmark-disable and let the job know by its arguments what is new.",
        )
    if arguments.get("--job-language", "python") != "python":
        raise GlueError("InvalidInputException", "The local Glue runs jobs in Python: --job-language is another.")
    for name, reason in REFUSED.items():
        if name in arguments and arguments[name].lower() not in OFF:
            raise GlueError("InvalidInputException", f"The local Glue does not honour {name}: {reason}.")


def command_line(arguments: Mapping[str, str], *first: str) -> list[str]:
    """The script's arguments, *first* the service's own."""
    own = {*HONOURED, *_WITHOUT_EFFECT, *REFUSED, BOOKMARKS}
    return [*first, *(word for name, value in arguments.items() if name not in own for word in (name, value))]


def addresses(arguments: Mapping[str, str], name: str) -> list[str]:
    """The addresses between the commas of an argument."""
    return [word for part in arguments.get(name, "").split(",") if (word := part.strip())]


def spark_settings(arguments: Mapping[str, str]) -> dict[str, str]:
    """Settings of ``--conf``: ``a=1 --conf b=2``, as Glue has them in one argument. Raises ``GlueError``."""
    found = {}
    for part in arguments.get("--conf", "").split("--conf"):
        if word := part.strip():
            name, equals, value = word.partition("=")
            if not equals:
                raise GlueError("InvalidInputException", f"--conf takes name=value, not {word!r}")
            found[name.strip()] = value.strip()
    return found
