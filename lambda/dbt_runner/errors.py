"""The function's exceptions: something to mend first (terminal), or worth trying again (transient).

Step Functions' ``Retry`` and ``Catch`` match the class's name as ``errorType``. Lambda's runtime adds the stack trace of
whatever is raised to what the caller reads, except for its own ``FaultException``, so that is what these are.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from typing import Any

from botocore import exceptions as aws

try:
    from awslambdaric.lambda_runtime_exception import FaultException as _RuntimeError
except ImportError:  # not under Lambda's runtime: whoever calls gets a plain exception
    _RuntimeError = Exception


# Far below Step Functions' 256 KB; dbt's own words in full are in dbt.log.
_CHARACTERS = 8_000


class RunnerError(_RuntimeError):  # type: ignore[misc]
    """The function did not do what it was asked to. The message says what failed, where it looked and what to do."""

    def __init__(self, message: str) -> None:
        self.message = message if len(message) <= _CHARACTERS else f"{message[:_CHARACTERS]}... (cut)"
        super().__init__(type(self).__name__, self.message)

    def __str__(self) -> str:
        return self.message


class TerminalError(RunnerError):
    """The same event fails again until somebody mends something."""


class TransientError(RunnerError):
    """The same event may succeed when it is sent again."""


class InvocationAtWork(TransientError):
    """Another invocation of the same run is alive: the same event succeeds when that one has ended.

    Waited for, not counted among the few tries of a ``TransientError``: it may take all of an invocation's time.
    """


class LeaseHeld(RunnerError):
    """Another run has the environment: the same event succeeds when that run has ended."""


# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and the common errors of Athena and Glue
_TRANSIENT_CODES = {
    "InternalError",
    "InternalServerException",
    "InternalServiceException",
    "OperationTimeoutException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ResourceNumberLimitExceededException",
    "ServiceUnavailable",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
_TRANSIENT_TYPES = (aws.ConnectionError, aws.HTTPClientError, aws.IncompleteReadError)
_HINTS = {
    "AccessDenied": "Allow it to the function's role (terraform/modules/runner), then apply.",
    "AccessDeniedException": "Allow it to the function's role (terraform/modules/runner), then apply.",
    "NoSuchBucket": "The bucket is named by the function's environment variables: apply Terraform again.",
}


def from_exception(what: str, error: BaseException) -> RunnerError:
    """*error*, that kept *what* from being done, as terminal or transient, with what to do where AWS's code tells it."""
    chain = list(_chain(error))
    message = f"{what}: {str(error).strip() or type(error).__name__}"
    codes = [_code(link) for link in chain]
    hints = [_HINTS[code] for code in codes if code in _HINTS]
    if hints:
        message = f"{message.rstrip('.')}. {hints[0]}"
    if any(isinstance(link, _TRANSIENT_TYPES) for link in chain) or _TRANSIENT_CODES.intersection(codes):
        return TransientError(message)
    return TerminalError(message)


def _chain(error: BaseException | None) -> Any:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _code(error: BaseException) -> str:
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, aws.ClientError) else ""
