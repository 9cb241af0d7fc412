"""The API's own exceptions, by the names that clients catch.

https://docs.aws.amazon.com/athena/latest/APIReference/CommonErrors.html; their bodies as measured:
https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/errors.md
"""

from __future__ import annotations


class ApiError(Exception):
    """An answer that is an error: ``code`` is the exception's name, ``status`` the HTTP status, ``fields`` what its body has
    beside both and the message. AWS gives Athena's own code twice, the second time under a name that no SDK reads.
    """

    code = "InvalidRequestException"
    status = 400

    def __init__(self, message: str, athena_code: str | None = None) -> None:
        self.message = message
        self.fields = {"AthenaErrorCode": athena_code, "ErrorCode": athena_code} if athena_code else {}
        super().__init__(f"{self.code}: {message}")


class InvalidRequestException(ApiError):
    """The request is wrong, or what it names does not exist."""


class AccessDeniedException(ApiError):
    """The caller may not."""

    code = "AccessDeniedException"


class MetadataException(ApiError):
    """The catalog refused: no such database or table."""

    code = "MetadataException"


class ResourceNotFoundException(ApiError):
    """No such prepared statement or tagged resource."""

    code = "ResourceNotFoundException"

    def __init__(self, message: str, resource: str) -> None:
        super().__init__(message)
        self.fields = {"ResourceName": resource}


class ThrottlingException(ApiError):
    """Too many calls of an operation in a moment. https://docs.aws.amazon.com/athena/latest/APIReference/CommonErrors.html"""

    code = "ThrottlingException"


class TooManyRequestsException(ApiError):
    """Too many queries at once. ``Reason`` is the API's ThrottleReason."""

    code = "TooManyRequestsException"

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.fields = {"Reason": reason}


class SerializationException(ApiError):
    """A request that is no JSON, or has a value of another type than its member's. AWS says nothing of the former."""

    code = "SerializationException"

    def __init__(self, message: str = "") -> None:
        super().__init__(message)


class UnknownOperationException(ApiError):
    """No operation of Athena's."""

    code = "UnknownOperationException"


class InternalServerException(ApiError):
    """A defect of local Athena."""

    code = "InternalServerException"
    status = 500
