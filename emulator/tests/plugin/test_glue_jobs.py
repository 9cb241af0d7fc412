"""Jobs of Glue that run in the emulator: with their role, their logs, their events, in Step Functions."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.asking import client
from tests.functions.helpers import until

from lakeloop_emulator.settings import Settings
from local_glue.runs import ENDED

pytestmark = [pytest.mark.emulator, pytest.mark.slow]
Job = Callable[..., str]


@pytest.fixture
def job(glue: Any, s3: Any, role: str) -> Job:
    """Makes a job of a script."""

    def make(script: str, kind: str = "pythonshell", **settings: Any) -> str:
        name = f"j{uuid.uuid4().hex[:12]}"
        s3.put_object(Bucket="lake", Key=f"jobs/{name}.py", Body=script.encode())
        command = {"Name": kind, "ScriptLocation": f"s3://lake/jobs/{name}.py"}
        glue.create_job(Name=name, Role=role, Command=command, **settings)
        return name

    return make


def ended(glue: Any, job: str, run: str) -> dict[str, Any]:
    def state() -> dict[str, Any] | None:
        found: dict[str, Any] = glue.get_job_run(JobName=job, RunId=run)["JobRun"]
        return found if found["JobRunState"] in ENDED else None

    assert until(lambda: state() is not None)
    return glue.get_job_run(JobName=job, RunId=run)["JobRun"]  # type: ignore[no-any-return]


def heard(emulator: Settings, **detail: str) -> str:
    """The address of a queue that hears Glue's events with *detail*."""
    name = f"q{uuid.uuid4().hex[:12]}"
    arn = f"arn:aws:sqs:us-east-1:000000000000:{name}"
    sqs, events = client("sqs", emulator.url), client("events", emulator.url)
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    pattern = {"source": ["aws.glue"], "detail": {member: [value] for member, value in detail.items()}}
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "q", "Arn": arn}])
    return str(sqs.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"])


def event(emulator: Settings, queue: str) -> dict[str, Any]:
    (message,) = client("sqs", emulator.url).receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    told: dict[str, Any] = json.loads(message["Body"])
    return told


def logged(emulator: Settings, group: str, run: str) -> list[str]:
    found = client("logs", emulator.url).get_log_events(logGroupName=group, logStreamName=run)
    return [event["message"] for event in found["events"]]


def test_a_job_runs_as_its_role_with_its_arguments_and_tells_of_it(glue: Any, job: Job, emulator: Settings) -> None:
    name = job(
        "import sys, boto3\nfrom awsglue.utils import getResolvedOptions\n"
        "print(getResolvedOptions(sys.argv, ['day'])['day'])\nprint(boto3.client('sts').get_caller_identity()['Arn'])",
        DefaultArguments={"--day": "2026-01-01"},
    )
    queue = heard(emulator, jobName=name)
    run = glue.start_job_run(JobName=name, Arguments={"--day": "2026-01-02"})["JobRunId"]
    found = ended(glue, name, run)
    assert (found["JobRunState"], found["Timeout"], found["LogGroupName"]) == (
        "SUCCEEDED",
        2880,
        "/aws-glue/python-jobs",
    )
    lines = logged(emulator, "/aws-glue/python-jobs/output", run)
    assert lines == ["2026-01-02", "arn:aws:sts::000000000000:assumed-role/glue-job/GlueJobRunnerSession"]
    told = event(emulator, queue)
    assert (told["detail-type"], told["detail"]["state"]) == ("Glue Job State Change", "SUCCEEDED")
    assert told["detail"]["jobRunId"] == run


def test_a_job_that_fails_is_tried_again_and_says_why(glue: Any, job: Job, emulator: Settings) -> None:
    name = job("raise ValueError('broken rows')", MaxRetries=1)
    run = glue.start_job_run(JobName=name)["JobRunId"]
    assert ended(glue, name, run)["ErrorMessage"].endswith("Failed Line Number: 1; ValueError: broken rows")
    again = ended(glue, name, f"{run}_attempt_1")
    assert (again["JobRunState"], again["Attempt"], again["PreviousRunId"]) == ("FAILED", 1, run)
    assert logged(emulator, "/aws-glue/python-jobs/error", run)[-1] == "ValueError: broken rows"
    assert [one["Id"] for one in glue.get_job_runs(JobName=name)["JobRuns"]] == [f"{run}_attempt_1", run]


def test_a_second_run_is_refused_while_the_first_is_there_and_a_stopped_one_is_stopped(glue: Any, job: Job) -> None:
    name = job("import time\ntime.sleep(600)")
    run = glue.start_job_run(JobName=name)["JobRunId"]
    with pytest.raises(glue.exceptions.ConcurrentRunsExceededException):
        glue.start_job_run(JobName=name)
    answer = glue.batch_stop_job_run(JobName=name, JobRunIds=[run, "other"])
    assert [one["JobRunId"] for one in answer["SuccessfulSubmissions"]] == [run]
    assert answer["Errors"][0]["ErrorDetail"]["ErrorCode"] == "EntityNotFoundException"
    assert ended(glue, name, run)["JobRunState"] == "STOPPED"
    assert glue.batch_stop_job_run(JobName=name, JobRunIds=[run])["Errors"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"kind": "gluestreaming"}, "runs pythonshell and glueetl"),
        ({"kind": "glueetl", "GlueVersion": "4.0"}, "Spark 3.5 only"),
        ({"SecurityConfiguration": "s"}, "SecurityConfiguration"),
        ({"Connections": {"Connections": ["c"]}}, "Connections"),
        ({"DefaultArguments": {"--job-bookmark-option": "job-bookmark-enable"}}, "keeps no bookmarks"),
    ],
)
def test_a_run_that_would_not_be_as_asked_for_is_refused(
    glue: Any, job: Job, settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(ClientError, match=said) as raised:
        glue.start_job_run(JobName=job("", **settings))
    assert raised.value.response["Error"]["Code"] == "InvalidInputException"


def test_an_update_replaces_a_job(glue: Any, job: Job, role: str) -> None:
    name = job("", Description="first", Timeout=5)
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        glue.create_job(Name=name, Role=role, Command={"Name": "pythonshell"})
    update = {"Role": role, "Command": {"Name": "pythonshell", "ScriptLocation": "s3://lake/x.py"}}
    glue.update_job(JobName=name, JobUpdate=update)
    found = glue.get_job(JobName=name)["Job"]
    assert found["Command"]["ScriptLocation"] == "s3://lake/x.py"
    assert (found.get("Description"), found.get("Timeout"), found.get("ExecutionClass")) == (None, None, None)


def test_step_functions_wait_for_a_job(glue: Any, job: Job, role: str, emulator: Settings) -> None:
    states = client("stepfunctions", emulator.url)
    run = {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "End": True}
    catch = [{"ErrorEquals": ["States.TaskFailed"], "ResultPath": "$.error", "Next": "failed"}]

    def execute(name: str) -> dict[str, Any]:
        parameters = {"Parameters": {"JobName": name}, "Catch": catch}
        definition = {"StartAt": "run", "States": {"run": run | parameters, "failed": {"Type": "Pass", "End": True}}}
        machine = states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=role)
        execution = states.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
        assert until(lambda: states.describe_execution(executionArn=execution)["status"] != "RUNNING")
        found = states.describe_execution(executionArn=execution)
        assert found["status"] == "SUCCEEDED", found
        output: dict[str, Any] = json.loads(found["output"])
        return output

    done = execute(job("print(1)"))
    assert (done["JobRunState"], type(done["StartedOn"])) == ("SUCCEEDED", int)
    cause = json.loads(execute(job("raise KeyError('x')"))["error"]["Cause"])
    assert (cause["JobRunState"], type(cause["CompletedOn"])) == ("FAILED", int)


@pytest.mark.usefixtures("spark")
def test_spark_reads_and_writes_s3_with_the_jobs_role(glue: Any, s3: Any, job: Job, emulator: Settings) -> None:
    place = f"s3://lake/spark{uuid.uuid4().hex[:8]}"
    s3.put_object(Bucket="lake", Key=f"{place[10:]}/in/a.csv", Body=b"id,name\n1,a\n2,b c\n3,b c\n")
    name = job(
        "import sys\nfrom awsglue.context import GlueContext\nfrom awsglue.job import Job\n"
        "from awsglue.utils import getResolvedOptions\nfrom pyspark.context import SparkContext\n"
        "args = getResolvedOptions(sys.argv, ['JOB_NAME', 'place'])\nglue = GlueContext(SparkContext())\n"
        "job = Job(glue)\njob.init(args['JOB_NAME'], args)\n"
        "rows = glue.spark_session.read.csv(args['place'] + '/in/', header=True, inferSchema=True)\n"
        "rows.write.mode('overwrite').partitionBy('name').parquet(args['place'] + '/out')\n"
        "print(glue.spark_session.read.parquet(args['place'] + '/out').count())\njob.commit()\n"
        "glue.create_dynamic_frame\n",
        kind="glueetl",
        GlueVersion="5.0",
    )
    found = ended(glue, name, run := glue.start_job_run(JobName=name, Arguments={"--place": place})["JobRunId"])
    assert "GlueContext.create_dynamic_frame is not in the local Glue" in found["ErrorMessage"]
    assert logged(emulator, "/aws-glue/jobs/output", run) == ["3"]
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket="lake", Prefix=f"{place[10:]}/out/")["Contents"]]
    assert {key.split("/")[-2] for key in keys} == {"out", "name=a", "name=b c"}
    assert not [key for key in keys if "_temporary" in key]
