"""Job runs of EMR Serverless as the runner does them, and what is refused of them."""

from __future__ import annotations

from typing import Any

import pytest

from local_glue.model import GlueError
from local_glue.submit import check_application, submitted


def request(parameters: str = "", **more: Any) -> dict[str, Any]:
    spark = {"entryPoint": "s3://b/x.py", "entryPointArguments": ["a"], "sparkSubmitParameters": parameters}
    return {"jobDriver": {"sparkSubmit": spark}, **more}


def overrides(**more: Any) -> dict[str, Any]:
    return {"configurationOverrides": more}


def test_parameters_of_spark_submit() -> None:
    found = submitted(
        request(
            "--py-files s3://b/m.py,s3://b/n.zip --conf spark.sql.ansi.enabled=true --conf spark.executor.cores=4 --num-executors 3"
        )
    )
    assert (found.script, found.arguments, found.modules) == ("s3://b/x.py", ["a"], ["s3://b/m.py", "s3://b/n.zip"])
    assert found.settings == {"spark.sql.ansi.enabled": "true"}


def test_a_runs_settings_win_over_the_configuration() -> None:
    defaults = {"classification": "spark-defaults", "properties": {"a": "1", "b": "1"}}
    found = submitted(request("--conf a=2", **overrides(applicationConfiguration=[defaults])))
    assert found.settings == {"a": "2", "b": "1"}


def test_places_of_logs() -> None:
    monitoring = {
        "s3MonitoringConfiguration": {"logUri": "s3://b/logs/"},
        "cloudWatchLoggingConfiguration": {"enabled": True, "logStreamNamePrefix": "p"},
    }
    found = submitted(request(**overrides(monitoringConfiguration=monitoring)))
    assert (found.log_address, found.log_group, found.log_prefix) == ("s3://b/logs", "/aws/emr-serverless", "p")
    assert submitted(request()).log_group == ""


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"jobDriver": {"hive": {"query": "s3://b/q.sql"}}}, "job driver but sparkSubmit"),
        ({"jobDriver": {"sparkSubmit": {"entryPoint": "s3://b/x.jar"}}}, "Scala or Java"),
        (request("--jars s3://b/x.jar"), "--jars"),
        (request("--conf spark.jars=s3://b/x.jar"), "spark.jars"),
        (request("--conf"), "value of --conf"),
        (request("--conf a"), "setting without a value"),
        (request(mode="STREAMING"), "streams"),
        (request(retryPolicy={"maxAttempts": 3}), "retries"),
        (request(**overrides(applicationConfiguration=[{"classification": "hive-site"}])), "hive-site"),
        (request(**overrides(monitoringConfiguration={"prometheusMonitoringConfiguration": {}})), "prometheus"),
    ],
)
def test_what_would_be_ignored_is_refused_by_name(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(GlueError, match=said):
        submitted(asked)


def test_applications_of_spark_3_5() -> None:
    check_application("Spark", "emr-7.9.0")
    with pytest.raises(GlueError, match="HIVE"):
        check_application("HIVE", "emr-7.9.0")
    with pytest.raises(GlueError, match=r"emr-6\.15\.0"):
        check_application("SPARK", "emr-6.15.0")
