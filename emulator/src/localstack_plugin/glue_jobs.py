"""Glue's jobs that run: moto keeps the jobs, ``local_glue`` runs them as processes.

What a job asks for and the emulator does not do is refused by name when it is started.
https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-jobs-runs.html
"""

from __future__ import annotations

import contextlib
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localstack import config
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.services.moto import call_moto
from moto.glue.models import FakeJob, glue_backends

from lakeloop_emulator.settings import RUNTIMES
from local_glue import arguments as words
from local_glue.model import GlueError, JobFailed, Outcome, Work
from local_glue.runner import Attempt
from local_glue.runs import ENDED, GROUPS, SHELL, SPARK, Run
from localstack_plugin.job_place import RolePlace, RunPlace

MINUTES = {SHELL: 2880, SPARK: 480}
"""Timeouts where neither the job nor the run has one: https://docs.aws.amazon.com/glue/latest/webapi/API_Job.html"""
VERSIONS = ("5.0", "5.1")
_PLACE = Path(config.dirs.cache) / "glue"
_SIZES = ("AllocatedCapacity", "MaxCapacity", "NumberOfWorkers", "WorkerType")
_SELF = secrets.token_hex(4)
_live: dict[str, Attempt] = {}
_starting = threading.Lock()


def create_job(context: RequestContext, request: Any) -> Any:
    """Make a job; an ExecutionClass that was not given is none, as in AWS's answers."""
    if request["Name"] in glue_backends[context.account_id][context.region].jobs:
        raise CommonServiceException(
            "AlreadyExistsException", f"Job {request['Name']} already exists", 400, sender_fault=True
        )
    answer = call_moto(context)
    if "ExecutionClass" not in request:
        _job(context, request["Name"]).execution_class = None
    return answer


def update_job(context: RequestContext, request: Any) -> Any:
    """Replace a job's definition: what the update leaves out is gone.
    https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateJob.html"""
    job, update = _job(context, request["JobName"]), request["JobUpdate"]
    for member, attribute, default in _MEMBERS:
        setattr(job, attribute, update.get(member, default))
    job.last_modified_on = datetime.now(UTC).replace(tzinfo=None)
    return {"JobName": job.name}


def start_job_run(context: RequestContext, request: Any) -> Any:
    """Start a run that can be done. Raises Glue's exceptions."""
    job = _job(context, request["JobName"])
    before = _run(job, request["JobRunId"]) if request.get("JobRunId") else None
    given = before.arguments if before else request.get("Arguments")
    arguments = words.merged(job.default_arguments, given, job.non_overridable_arguments)
    with _api_errors():
        _check(job, request, arguments)
        words.spark_settings(arguments)
    kind = job.command["Name"]
    sizes = {name: request.get(name) or _size(job, name) for name in _SIZES}
    capacity = {**sizes, "GlueVersion": job.glue_version, "ExecutionClass": job.execution_class}
    minutes = int(request.get("Timeout") or job.timeout or MINUTES[kind])
    sizes = {name: one for name, one in capacity.items() if one}
    run = Run(job.name, kind, words.merged(given), minutes, capacity=sizes, emulator=_SELF)
    run.group = arguments.get(words.LOGS) or GROUPS[kind]
    if before:
        run.previous = before.id
    with _starting:
        most = int(job.execution_property.get("MaxConcurrentRuns") or 1)
        if sum(one.state not in ENDED for one in _runs(job)) >= most:
            raise CommonServiceException(
                "ConcurrentRunsExceededException", f"Concurrent runs exceeded for {job.name}", 400, sender_fault=True
            )
        job.job_runs.append(run)
    place = RolePlace(context.account_id, context.region, job.role, "glue", "GlueJobRunnerSession")
    threading.Thread(target=_carry_out, args=(job, run, arguments, place), name=run.id[:16], daemon=True).start()
    return {"JobRunId": run.id}


def get_job_run(context: RequestContext, request: Any) -> Any:
    """A run."""
    return {"JobRun": _run(_job(context, request["JobName"]), request["RunId"]).described()}


def get_job_runs(context: RequestContext, request: Any) -> Any:
    """A job's runs, the newest first."""
    runs = [run.described() for run in reversed(_runs(_job(context, request["JobName"])))]
    first, most = int(request.get("NextToken") or 0), int(request.get("MaxResults") or 200)
    more = {"NextToken": str(first + most)} if len(runs) > first + most else {}
    return {"JobRuns": runs[first : first + most], **more}


def batch_stop_job_run(context: RequestContext, request: Any) -> Any:
    """Stop runs that have not ended."""
    job = _job(context, request["JobName"])
    done, errors = [], []
    for run_id in request["JobRunIds"]:
        run = next((run for run in _runs(job) if run.id == run_id), None)
        if run is None or run.state in ENDED:
            code = "EntityNotFoundException" if run is None else "IllegalArgumentException"
            said = f"JobRun {run_id} not found" if run is None else f"JobRun {run_id} is {run.state}"
            detail = {"ErrorCode": code, "ErrorMessage": said}
            errors.append({"JobName": job.name, "JobRunId": run_id, "ErrorDetail": detail})
            continue
        run.become("STOPPING")
        if attempt := _live.get(run_id):
            attempt.stop()
        done.append({"JobName": job.name, "JobRunId": run_id})
    return {"SuccessfulSubmissions": done, "Errors": errors}


HANDLERS: dict[str, Callable[[RequestContext, Any], Any]] = {
    "CreateJob": create_job,
    "UpdateJob": update_job,
    "StartJobRun": start_job_run,
    "GetJobRun": get_job_run,
    "GetJobRuns": get_job_runs,
    "BatchStopJobRun": batch_stop_job_run,
}

_MEMBERS: tuple[tuple[str, str, Any], ...] = (
    ("Description", "description", None),
    ("LogUri", "log_uri", None),
    ("Role", "role", None),
    ("ExecutionProperty", "execution_property", {}),
    ("Command", "command", None),
    ("DefaultArguments", "default_arguments", {}),
    ("NonOverridableArguments", "non_overridable_arguments", None),
    ("Connections", "connections", None),
    ("MaxRetries", "max_retries", None),
    ("AllocatedCapacity", "allocated_capacity", None),
    ("Timeout", "timeout", None),
    ("MaxCapacity", "max_capacity", None),
    ("SecurityConfiguration", "security_configuration", None),
    ("NotificationProperty", "notification_property", None),
    ("GlueVersion", "glue_version", None),
    ("NumberOfWorkers", "number_of_workers", None),
    ("WorkerType", "worker_type", None),
    ("CodeGenConfigurationNodes", "code_gen_configuration_nodes", None),
    ("ExecutionClass", "execution_class", None),
    ("SourceControlDetails", "source_control_details", None),
)


def _check(job: FakeJob, request: Mapping[str, Any], arguments: Mapping[str, str]) -> None:
    """Raise ``GlueError`` for a run that would not be as it was asked for."""
    kind = (job.command or {}).get("Name")

    def refuse(said: str) -> GlueError:
        return GlueError("InvalidInputException", f"The local Glue does not run {job.name}: {said}")

    if kind not in GROUPS:
        raise refuse(f"its command is {kind}, and it runs {' and '.join(GROUPS)}.")
    if kind == SPARK and job.glue_version not in VERSIONS:
        raise refuse(f"GlueVersion is {job.glue_version}, and there is Spark 3.5 only, Glue {' and '.join(VERSIONS)}.")
    others = {
        "Connections": (job.connections or {}).get("Connections"),
        "SecurityConfiguration": request.get("SecurityConfiguration") or job.security_configuration,
        "NotificationProperty": request.get("NotificationProperty") or job.notification_property,
        "CodeGenConfigurationNodes": job.code_gen_configuration_nodes,
        "JobRunQueuingEnabled": request.get("JobRunQueuingEnabled"),
    }
    if found := [name for name, value in others.items() if value]:
        raise refuse(f"it has {', '.join(found)}, which would be ignored.")
    words.check(arguments)


def _carry_out(job: FakeJob, run: Run, arguments: Mapping[str, str], place: RolePlace) -> None:
    """Run it, and again as often as the job's MaxRetries lets a failed one."""
    while True:
        outcome = _attempt(job, run, arguments, place)
        following = run.again() if outcome.state == "FAILED" and run.attempt < int(job.max_retries or 0) else None
        if following:
            job.job_runs.append(following)
        run.become(outcome.state, outcome.message)
        _announce(run, place)
        if following is None:
            return
        run = following


def _attempt(job: FakeJob, run: Run, arguments: Mapping[str, str], place: RolePlace) -> Outcome:
    spark = run.kind == SPARK
    own = ("--JOB_NAME", job.name, "--JOB_ID", f"j_{run.id[3:]}", "--JOB_RUN_ID", run.id) if spark else ()
    groups = {stream: f"{run.group}/{stream}" for stream in ("output", "error")}
    try:
        work = Work(
            id=run.id,
            script=job.command["ScriptLocation"],
            arguments=words.command_line(arguments, *own),
            seconds=run.timeout * 60,
            variables=place.variables(),
            spark=spark,
            buckets=place.buckets() if spark else (),
            modules=words.addresses(arguments, "--extra-py-files"),
            files=words.addresses(arguments, "--extra-files"),
            settings=words.spark_settings(arguments),
        )
    except JobFailed as error:
        return Outcome("FAILED", str(error))
    attempt = Attempt(
        work, RunPlace(place, groups, run.id, lambda: run.become("RUNNING")), _PLACE / run.id[:40], RUNTIMES
    )
    _live[run.id] = attempt
    try:
        if run.state == "STOPPING":
            attempt.stop()
        return attempt.run()
    finally:
        del _live[run.id]


def _announce(run: Run, place: RolePlace) -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html"""
    severity = {"SUCCEEDED": "INFO", "STOPPED": "INFO", "TIMEOUT": "WARN"}.get(run.state, "ERROR")
    message = run.message or ("Job run succeeded" if run.state == "SUCCEEDED" else "Job run stopped")
    detail = {"jobName": run.job, "severity": severity, "state": run.state, "jobRunId": run.id, "message": message}
    place.tell("aws.glue", "Glue Job State Change", detail)


def _runs(job: FakeJob) -> list[Run]:
    """A job's runs. One that another emulator began and this one read from its state has ended with that."""
    for run in job.job_runs:
        if run.emulator != _SELF:
            run.become("STOPPED", "The emulator was stopped.")
    return list(job.job_runs)


def _run(job: FakeJob, run_id: str) -> Run:
    for run in _runs(job):
        if run.id == run_id:
            return run
    raise _missing(f"Job Run not found: {run_id}")


def _job(context: RequestContext, name: str) -> FakeJob:
    job = glue_backends[context.account_id][context.region].jobs.get(name)
    if job is None:
        raise _missing(f"Job {name} not found.")
    return job


def _size(job: FakeJob, member: str) -> Any:
    return next(getattr(job, attribute) for name, attribute, _ in _MEMBERS if name == member)


@contextlib.contextmanager
def _api_errors() -> Iterator[None]:
    try:
        yield
    except GlueError as error:
        raise CommonServiceException(error.code, error.message, 400, sender_fault=True) from None


def _missing(message: str) -> CommonServiceException:
    return CommonServiceException("EntityNotFoundException", message, 400, sender_fault=True)
