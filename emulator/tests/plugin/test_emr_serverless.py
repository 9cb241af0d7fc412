"""Job runs of EMR Serverless that run in the emulator, with their role and their logs."""

from __future__ import annotations

import gzip
import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.asking import client
from tests.functions.helpers import until

from lakeloop_emulator.settings import Settings

pytestmark = [pytest.mark.emulator, pytest.mark.slow]
SCRIPT = (
    "import sys, boto3\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n"
    "spark.range(1000).selectExpr('id', 'id % 7 k').write.parquet(sys.argv[1])\n"
    "print(spark.read.parquet(sys.argv[1]).count(), boto3.client('sts').get_caller_identity()['Arn'].split('/')[1])\n"
    "import awsglue\n"
)


@pytest.fixture(scope="module")
def emr(emulator: Settings) -> Any:
    return client("emr-serverless", emulator.url)


@pytest.fixture
def application(emr: Any) -> str:
    made = emr.create_application(name="a", releaseLabel="emr-7.9.0", type="SPARK", clientToken=uuid.uuid4().hex)
    return str(made["applicationId"])


def start(emr: Any, application: str, role: str, *arguments: str, **more: Any) -> str:
    spark = {"entryPoint": "s3://lake/emr/x.py", "entryPointArguments": list(arguments)}
    run = {"executionRoleArn": role, "clientToken": uuid.uuid4().hex, "jobDriver": {"sparkSubmit": spark}, **more}
    return str(emr.start_job_run(applicationId=application, **run)["jobRunId"])


def ended(emr: Any, application: str, run: str) -> dict[str, Any]:
    def state() -> dict[str, Any]:
        found: dict[str, Any] = emr.get_job_run(applicationId=application, jobRunId=run)["jobRun"]
        return found

    assert until(lambda: state()["state"] in ("SUCCESS", "FAILED", "CANCELLED"))
    return state()


@pytest.mark.usefixtures("spark")
def test_a_run_writes_to_s3_and_its_logs_lie_where_they_are_asked_for(
    emr: Any,
    s3: Any,
    application: str,
    role: str,
    emulator: Settings,
) -> None:
    place = f"emr{uuid.uuid4().hex[:8]}"
    s3.put_object(Bucket="lake", Key="emr/x.py", Body=SCRIPT.encode())
    assert emr.get_application(applicationId=application)["application"]["state"] == "CREATED"
    monitoring = {
        "s3MonitoringConfiguration": {"logUri": f"s3://lake/{place}/logs/"},
        "cloudWatchLoggingConfiguration": {"enabled": True, "logGroupName": f"/{place}"},
    }
    overrides = {"monitoringConfiguration": monitoring}
    run = start(emr, application, role, f"s3://lake/{place}/out", configurationOverrides=overrides)
    assert emr.get_application(applicationId=application)["application"]["state"] == "STARTED"
    found = ended(emr, application, run)
    # Glue's own modules are Glue's.
    assert (found["state"], "No module named 'awsglue'" in found["stateDetails"]) == ("FAILED", True)
    folder = f"applications/{application}/jobs/{run}/SPARK_DRIVER"
    body = s3.get_object(Bucket="lake", Key=f"{place}/logs/{folder}/stdout.gz")["Body"].read()
    assert gzip.decompress(body).decode() == "1000 glue-job\n"
    logs = client("logs", emulator.url).get_log_events(logGroupName=f"/{place}", logStreamName=f"{folder}/stdout")
    assert [event["message"] for event in logs["events"]] == ["1000 glue-job"]
    assert [one["id"] for one in emr.list_job_runs(applicationId=application, states=["FAILED"])["jobRuns"]] == [run]


def test_a_run_can_be_cancelled(emr: Any, s3: Any, application: str, role: str) -> None:
    s3.put_object(Bucket="lake", Key="emr/x.py", Body=b"import time\ntime.sleep(600)")
    run = start(emr, application, role)
    emr.cancel_job_run(applicationId=application, jobRunId=run)
    assert ended(emr, application, run)["state"] == "CANCELLED"
    with pytest.raises(ClientError, match="is CANCELLED"):
        emr.cancel_job_run(applicationId=application, jobRunId=run)


def test_a_run_whose_script_is_not_there_fails(emr: Any, application: str, role: str) -> None:
    run = start(emr, application, role, jobDriver={"sparkSubmit": {"entryPoint": "s3://lake/none.py"}})
    found = ended(emr, application, run)
    assert found["state"] == "FAILED"
    assert "NoSuchKey" in found["stateDetails"]


def test_what_does_not_run_is_refused(emr: Any, application: str, role: str) -> None:
    with pytest.raises(ClientError, match="HIVE"):
        emr.create_application(name="a", releaseLabel="emr-7.9.0", type="HIVE", clientToken="t")
    with pytest.raises(ClientError, match="does not exist"):
        emr.get_job_run(applicationId=application, jobRunId="none")
    with pytest.raises(ClientError, match="Scala or Java"):
        start(emr, application, role, jobDriver={"sparkSubmit": {"entryPoint": "s3://lake/x.jar"}})


def test_step_functions_wait_for_a_run_and_stop_it_with_themselves(
    emr: Any, s3: Any, application: str, role: str, emulator: Settings
) -> None:
    states = client("stepfunctions", emulator.url)
    # Members begin with capitals, the service's own do not.
    spark = {"EntryPoint.$": "$.script", "EntryPointArguments": ["a", "b c"]}
    monitoring = {"S3MonitoringConfiguration": {"LogUri": "s3://lake/emr-states"}}
    parameters = {
        "ApplicationId": application,
        "ExecutionRoleArn": role,
        "Name": "curate",
        "JobDriver": {"SparkSubmit": spark},
        "ConfigurationOverrides": {"MonitoringConfiguration": monitoring},
    }
    task = {"Type": "Task", "Resource": "arn:aws:states:::emr-serverless:startJobRun.sync", "Parameters": parameters}
    definition = {"StartAt": "run", "States": {"run": {**task, "End": True}}}
    name = f"m{uuid.uuid4().hex[:8]}"
    machine = states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=role)["stateMachineArn"]

    def begin(script: str) -> str:
        given = json.dumps({"script": f"s3://lake/emr/{script}.py"})
        return str(states.start_execution(stateMachineArn=machine, input=given)["executionArn"])

    def end(execution: str) -> dict[str, Any]:
        assert until(lambda: states.describe_execution(executionArn=execution)["status"] != "RUNNING")
        return dict(states.describe_execution(executionArn=execution))

    s3.put_object(Bucket="lake", Key="emr/args.py", Body=b"import sys\nassert sys.argv[1:] == ['a', 'b c'], sys.argv")
    done = json.loads(end(begin("args"))["output"])
    assert (done["State"], done["Name"], done["ApplicationId"]) == ("SUCCESS", "curate", application)
    assert (done["JobDriver"]["SparkSubmit"]["EntryPointArguments"], type(done["CreatedAt"])) == (["a", "b c"], int)
    folder = f"emr-states/applications/{application}/jobs/{done['JobRunId']}/SPARK_DRIVER"
    assert s3.head_object(Bucket="lake", Key=f"{folder}/stderr.gz")

    failed = end(begin("none"))
    assert (failed["status"], failed["error"]) == ("FAILED", "States.TaskFailed")
    assert "NoSuchKey" in json.loads(failed["cause"])["StateDetails"]

    s3.put_object(Bucket="lake", Key="emr/endless.py", Body=b"import time\ntime.sleep(600)")
    endless = begin("endless")
    assert until(lambda: emr.list_job_runs(applicationId=application, states=["RUNNING"])["jobRuns"])
    (run,) = emr.list_job_runs(applicationId=application, states=["RUNNING"])["jobRuns"]
    states.stop_execution(executionArn=endless)
    assert ended(emr, application, run["id"])["state"] == "CANCELLED"


def test_what_step_functions_ask_wrongly_is_the_services_error(application: str, role: str, emulator: Settings) -> None:
    states = client("stepfunctions", emulator.url)
    driver = {"SparkSubmit": {"EntryPoint": "s3://lake/x.jar"}}
    parameters = {"ApplicationId": application, "ExecutionRoleArn": role, "JobDriver": driver}
    task = {"Type": "Task", "Resource": "arn:aws:states:::emr-serverless:startJobRun", "Parameters": parameters}
    definition = {"StartAt": "run", "States": {"run": {**task, "End": True}}}
    name = f"m{uuid.uuid4().hex[:8]}"
    machine = states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=role)["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    assert until(lambda: states.describe_execution(executionArn=execution)["status"] != "RUNNING")
    found = states.describe_execution(executionArn=execution)
    assert (found["status"], found["error"]) == ("FAILED", "EMRServerless.ValidationException")
    assert "Scala or Java" in found["cause"]
