"""LocalStack's functions as processes of this machine: its Lambda keeps functions, versions, aliases, layers and counts
invocations, ``local_lambda`` runs them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from localstack import config
from localstack.aws.connect import connect_to
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult, S3Code
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException, RuntimeExecutor

from lakeloop_emulator import loopback
from lakeloop_emulator.settings import HOST, LAYER, LAYERS, RUNTIMES
from local_lambda import folders, host_libraries, runtimes
from local_lambda.environment import Environment
from local_lambda.folders import Folders, Package
from local_lambda.host_libraries import HostLibraries
from local_lambda.model import Function, Invocation, LambdaError
from local_lambda.runtimes import Runtime
from localstack_plugin import lambda_metrics

_SCRATCH = Path(config.dirs.cache) / "lambda"
_folders = Folders(_SCRATCH / "packages")
# Of what LocalStack puts together for its own containers, what Lambda's own environments have too.
_GIVEN = (
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"),
    *("AWS_ENDPOINT_URL", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"),
)


class ProcessExecutor(RuntimeExecutor):
    """One execution environment."""

    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id, function_version)
        self._environment: Environment | None = None

    def start(self, env_vars: dict[str, str]) -> None:
        """Initialise; a function that cannot be is no error here, but the answer of its first invocation."""
        version = self.function_version
        runtime, task, opt = _prepare(version)
        function = _function(version, env_vars)
        self._environment = Environment(function, runtime, task, opt, _SCRATCH / "environments" / self.id)
        failed = self._environment.start()
        if failed and function.initialization == "provisioned-concurrency":
            raise LambdaRuntimeException(failed.payload.decode())

    def stop(self) -> None:
        if self._environment:
            self._environment.stop()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        assert self._environment
        invocation = Invocation(
            payload["invoke-id"], payload["invoked-function-arn"], payload["payload"].encode(), payload["trace-id"]
        )
        answer = self._environment.invoke(invocation)
        lambda_metrics.tell(self.function_version.id, "Duration", answer.seconds * 1000, "Milliseconds")
        return InvocationResult(invocation.request_id, answer.payload, answer.is_error, answer.log)

    def get_address(self) -> str:
        return HOST

    def get_endpoint_from_executor(self) -> str:
        return HOST

    def get_runtime_endpoint(self) -> str:
        return ""

    def get_logs(self) -> str:
        return self._environment.log() if self._environment else ""

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Unpack and check the function. An exception makes its State Failed, with the message as StateReason."""
        _, code, layers = _prepare(function_version)
        folders.check_size(code, layers)

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        _folders.release(_user(function_version))


def _prepare(version: FunctionVersion) -> tuple[Runtime, Path, Path]:
    """The runtime, the code's folder and the layers' folder."""
    settings = version.config
    if not settings.runtime:
        raise LambdaError(f"{version.id.function_name} is a container image, which does not run without Docker.")
    forced = os.environ.get(LAYER) == LAYERS[0]
    portable = forced or not host_libraries.fits(settings.architectures[0])
    runtime = runtimes.provide(settings.runtime, RUNTIMES, portable)
    host = HostLibraries(runtime, RUNTIMES) if portable else None
    code = [_package(version.id.function_name, settings.code)]
    layers = [_package(layer.layer_version_arn, layer.code) for layer in settings.layers]
    user = _user(version)
    return runtime, _folders.acquire(user, code, host), _folders.acquire(user, layers, host)


def _user(version: FunctionVersion) -> str:
    return f"{version.qualified_arn} {version.config.internal_revision}"


def _package(name: str, code: Any) -> Package:
    if not isinstance(code, S3Code):
        raise LambdaError(f"{name}: only code from a zip runs without Docker; hot reloading does not.")

    def fetch(file: BinaryIO) -> None:
        s3 = connect_to(region_name="us-east-1", aws_access_key_id=config.INTERNAL_RESOURCE_ACCOUNT).s3
        version = {"VersionId": code.s3_object_version} if code.s3_object_version else None
        s3.download_fileobj(code.s3_bucket, code.s3_key, file, ExtraArgs=version)

    return Package(name, code.code_sha256, fetch)


def _function(version: FunctionVersion, given: Mapping[str, str]) -> Function:
    settings = version.config
    logging: Mapping[str, str] = settings.logging_config or {}
    initialization = str(given["AWS_LAMBDA_INITIALIZATION_TYPE"])
    snap_start = (settings.snap_start or {}).get("ApplyOn") == "PublishedVersions"
    if snap_start and version.id.qualifier != "$LATEST" and initialization == "on-demand":
        initialization = "snap-start"
    environment = {**(settings.environment or {}), **{name: str(given[name]) for name in _GIVEN if name in given}}
    return Function(
        name=version.id.function_name,
        version=version.id.qualifier,
        runtime=settings.runtime,
        handler=settings.handler,
        memory_mb=settings.memory_size,
        timeout_seconds=settings.timeout,
        storage_mb=settings.ephemeral_storage.size,
        # A proxy that the function was given for AWS is none for the emulator.
        environment={**environment, **loopback.direct(environment)},
        log_format=logging.get("LogFormat", "Text"),
        application_log_level=logging.get("ApplicationLogLevel", ""),
        system_log_level=logging.get("SystemLogLevel", "INFO"),
        initialization=initialization,
    )
