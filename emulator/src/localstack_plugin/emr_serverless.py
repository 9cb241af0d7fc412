"""EMR Serverless whose job runs run: moto keeps the applications, ``local_glue`` runs the jobs as processes.

https://docs.aws.amazon.com/emr-serverless/latest/APIReference/Welcome.html
"""

from __future__ import annotations

import contextlib
import gzip
import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack import config
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.services.moto import call_moto, call_moto_with_request
from localstack.services.plugins import Service
from moto.emrserverless.models import FakeApplication, emrserverless_backends

from lakeloop_emulator.settings import RUNTIMES
from local_glue.model import GlueError, JobFailed, Outcome, Work
from local_glue.runner import Attempt
from local_glue.submit import Submit, check_application, submitted
from localstack_plugin.job_place import RolePlace, RunPlace
from localstack_plugin.moto_service import service as moto_service

LOG = logging.getLogger(__name__)
ENDED = frozenset({"SUCCESS", "FAILED", "CANCELLED"})
_STATES = {"SUCCEEDED": "SUCCESS", "FAILED": "FAILED", "TIMEOUT": "CANCELLED", "STOPPED": "CANCELLED"}
_MINUTES = 720
_FILES = {"output": "stdout", "error": "stderr"}
_PLACE = Path(config.dirs.cache) / "emr"
_SELF = secrets.token_hex(4)
_live: dict[str, Attempt] = {}


@dataclass
class JobRun:
    """A run as moto keeps it among an application's: plain data, saved with the service's state."""

    application: str
    arn: str
    request: dict[str, Any]
    release: str
    created_by: str
    id: str
    emulator: str = _SELF
    state: str = "SUBMITTED"
    details: str = ""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))

    def become(self, state: str, details: str = "") -> None:
        """Change the state; one that has ended stays as it is."""
        if self.state in ENDED or (self.state == "CANCELLING" and state not in ENDED):
            return
        self.state, self.details, self.updated = state, details, datetime.now(UTC)

    def described(self) -> dict[str, Any]:
        """https://docs.aws.amazon.com/emr-serverless/latest/APIReference/API_JobRun.html"""
        over = self.state in ENDED
        took = round((self.updated - self.created).total_seconds()) if over else 0
        given = ("configurationOverrides", "jobDriver", "tags", "name")
        return {
            "applicationId": self.application,
            "jobRunId": self.id,
            "arn": self.arn,
            "createdBy": self.created_by,
            "createdAt": self.created,
            "updatedAt": self.updated,
            "executionRole": self.request["executionRoleArn"],
            "state": self.state,
            "stateDetails": self.details,
            "releaseLabel": self.release,
            "executionTimeoutMinutes": self.minutes,
            "totalExecutionDurationSeconds": took,
            **{name: self.request[name] for name in given if self.request.get(name)},
        }

    @property
    def minutes(self) -> int:
        """How long it may take."""
        return int(self.request.get("executionTimeoutMinutes") or _MINUTES)


def service() -> Service:
    """The provider."""
    return moto_service("emr-serverless", HANDLERS)


def create_application(context: RequestContext, request: Any) -> Any:
    """Make an application, which is CREATED until something starts it."""
    with _api_errors():
        check_application(request["type"], request["releaseLabel"])
    # Terraform's provider says `spark`, which AWS takes and moto does not.
    answer = call_moto_with_request(context, {**request, "type": request["type"].upper()})
    application = _application(context, answer["applicationId"])
    application.state = "CREATED"
    application.architecture = request.get("architecture") or "X86_64"  # which moto does not keep
    return answer


def get_application(context: RequestContext, request: Any) -> Any:
    """An application, with the architecture that it was made for."""
    application, answer = _application(context, request["applicationId"]), call_moto(context)
    answer["application"]["architecture"] = application.architecture
    return answer


def changed_application(context: RequestContext, request: Any) -> Any:
    """Change or delete an application, which moto refuses for one that has started."""
    _application(context, request["applicationId"])
    return call_moto(context)


def start_job_run(context: RequestContext, request: Any) -> Any:
    """Start a run; the application starts with it, if it may."""
    application = _application(context, request["applicationId"])
    with _api_errors():
        work = submitted(request)
    if application.state != "STARTED":
        if not (application.auto_start_configuration or {}).get("enabled", True) or application.state == "TERMINATED":
            raise _error(
                "ValidationException", f"Application {application.id} is {application.state}, and nothing starts it"
            )
        application.state = "STARTED"
    number = secrets.token_hex(8)
    arn = f"{application.arn}/jobruns/{number}"
    caller = f"arn:aws:iam::{context.account_id}:root"
    run = JobRun(application.id, arn, dict(request), application.release_label, caller, number)
    _runs(context, application.id).append(run)
    place = RolePlace(context.account_id, context.region, request["executionRoleArn"], "emr-serverless", run.id)
    threading.Thread(target=_carry_out, args=(run, work, place), name=f"emr-{run.id}", daemon=True).start()
    return {"applicationId": application.id, "jobRunId": run.id, "arn": run.arn}


def get_job_run(context: RequestContext, request: Any) -> Any:
    """A run."""
    return {"jobRun": _run(context, request).described()}


def list_job_runs(context: RequestContext, request: Any) -> Any:
    """An application's runs, the newest first."""
    _application(context, request["applicationId"])
    found = []
    for run in reversed(_runs(context, request["applicationId"])):
        if not request.get("states") or run.state in request["states"]:
            described = run.described()
            found.append({**described, "id": run.id, "type": "SPARK"})
    first, most = int(request.get("nextToken") or 0), int(request.get("maxResults") or 50)
    more = {"nextToken": str(first + most)} if len(found) > first + most else {}
    return {"jobRuns": found[first : first + most], **more}


def cancel_job_run(context: RequestContext, request: Any) -> Any:
    """Stop a run that has not ended."""
    run = _run(context, request)
    if run.state in ENDED:
        raise _error("ValidationException", f"Job run {run.id} is {run.state}")
    run.become("CANCELLING")
    if attempt := _live.get(run.id):
        attempt.stop()
    return {"applicationId": run.application, "jobRunId": run.id}


def get_dashboard(context: RequestContext, request: Any) -> Any:
    """Refuse: there is no page of Spark's."""
    raise _error(
        "ValidationException", "The local EMR Serverless has no dashboard of a run; its logs tell what it did."
    )


HANDLERS: dict[str, Callable[[RequestContext, Any], Any]] = {
    "CreateApplication": create_application,
    "GetApplication": get_application,
    "UpdateApplication": changed_application,
    "DeleteApplication": changed_application,
    "StartJobRun": start_job_run,
    "GetJobRun": get_job_run,
    "ListJobRuns": list_job_runs,
    "CancelJobRun": cancel_job_run,
    "GetDashboardForJobRun": get_dashboard,
}


class _Kept:
    """A place whose lines go to CloudWatch as they come, if they are to, and to S3 at the end."""

    def __init__(self, run: JobRun, work: Submit, place: RolePlace) -> None:
        self._run, self._work, self._place = run, work, place
        self._lines: dict[str, list[str]] = {stream: [] for stream in _FILES}
        self._folder = f"applications/{run.application}/jobs/{run.id}/SPARK_DRIVER"
        streams = "/".join(part for part in (work.log_prefix, self._folder) if part)
        group = {"log": work.log_group}
        self._logs = {
            stream: RunPlace(place, group, f"{streams}/{name}", lambda: None) for stream, name in _FILES.items()
        }

    def fetch(self, address: str) -> bytes:
        return self._place.fetch(address)

    def running(self) -> None:
        self._run.become("RUNNING")
        _announce(self._run, self._place)

    def log(self, stream: str, lines: Sequence[str]) -> None:
        self._lines[stream] += lines
        if self._work.log_group:
            self._logs[stream].log("log", lines)

    def keep(self) -> None:
        """Write both files with the role. A role that may not has none, as on AWS."""
        if not self._work.log_address:
            return
        bucket, _, prefix = self._work.log_address.removeprefix("s3://").partition("/")
        for stream, name in _FILES.items():
            key = "/".join(part for part in (prefix, self._folder, f"{name}.gz") if part)
            body = gzip.compress("".join(f"{line}\n" for line in self._lines[stream]).encode())
            try:
                self._place.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
            except (ClientError, BotoCoreError, JobFailed) as error:
                LOG.warning("%s: its log is lost: %s", self._run.id, error)


def _carry_out(run: JobRun, work: Submit, place: RolePlace) -> None:
    kept = _Kept(run, work, place)
    run.become("SCHEDULED")
    outcome = _attempt(run, work, place, kept)
    kept.keep()
    timed_out = outcome.state == "TIMEOUT"
    details = "Job execution timed out." if timed_out else outcome.message
    run.become(_STATES[outcome.state], details)
    _announce(run, place)


def _attempt(run: JobRun, work: Submit, place: RolePlace, kept: _Kept) -> Outcome:
    try:
        todo = Work(
            id=run.id,
            script=work.script,
            arguments=work.arguments,
            seconds=run.minutes * 60,
            variables=place.variables(),
            spark=True,
            buckets=place.buckets(),
            modules=work.modules,
            files=work.files,
            awsglue=False,
            settings=work.settings,
        )
    except JobFailed as error:
        return Outcome("FAILED", str(error))
    attempt = _live[run.id] = Attempt(todo, kept, _PLACE / run.id, RUNTIMES)
    try:
        if run.state == "CANCELLING":
            attempt.stop()
        return attempt.run()
    finally:
        del _live[run.id]


def _announce(run: JobRun, place: RolePlace) -> None:
    """https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/using-eventbridge.html"""
    detail = {"jobRunId": run.id, "applicationId": run.application, "arn": run.arn, "state": run.state}
    more = {"releaseLabel": run.release, "jobRunName": run.request.get("name") or "", "createdBy": run.created_by}
    place.tell("aws.emr-serverless", "EMR Serverless Job Run State Change", detail | more)


def _application(context: RequestContext, application: str) -> FakeApplication:
    found = emrserverless_backends[context.account_id][context.region].applications.get(application)
    if found is None:
        raise _error("ResourceNotFoundException", f"Application {application} does not exist", 404)
    if is_idle(found, _runs(context, application), datetime.now(UTC)):
        found.state = "STOPPED"
    return found


def is_idle(application: FakeApplication, runs: Sequence[JobRun], now: datetime) -> bool:
    """Whether an application that has started stops by itself: its last run ended as long ago as AutoStopConfiguration says.

    https://docs.aws.amazon.com/emr-serverless/latest/APIReference/API_AutoStopConfig.html
    """
    stop: Any = application.auto_stop_configuration
    if application.state != "STARTED" or not stop.get("enabled", True) or not runs:
        return False
    if any(run.state not in ENDED for run in runs):
        return False
    return now - max(run.updated for run in runs) >= timedelta(minutes=stop.get("idleTimeoutMinutes", 15))


def _runs(context: RequestContext, application: str) -> list[JobRun]:
    """An application's runs. One that another emulator began and this one read from its state has ended with that."""
    kept = emrserverless_backends[context.account_id][context.region].job_runs
    runs: list[JobRun] = kept.setdefault(application, [])
    for run in runs:
        if run.emulator != _SELF:
            run.become("CANCELLED", "The emulator was stopped.")
    return runs


def _run(context: RequestContext, request: Any) -> JobRun:
    _application(context, request["applicationId"])
    for run in _runs(context, request["applicationId"]):
        if run.id == request["jobRunId"]:
            return run
    raise _error("ResourceNotFoundException", f"Job run {request['jobRunId']} does not exist", 404)


@contextlib.contextmanager
def _api_errors() -> Iterator[None]:
    try:
        yield
    except GlueError as error:
        raise _error(error.code, error.message) from None


def _error(code: str, message: str, status: int = 400) -> CommonServiceException:
    return CommonServiceException(code, message, status, sender_fault=True)
