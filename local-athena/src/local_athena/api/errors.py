"""The API's own exceptions, by the names that clients catch.

https://docs.aws.amazon.com/athena/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations


class ApiError(Exception):
    """An answer that is an error: ``code`` is the exception's name, ``status`` the HTTP status."""

    code = "InvalidRequestException"
    status = 400

    def __init__(self, message: str, athena_code: str | None = None) -> None:
        self.message = message
        self.fields = {"AthenaErrorCode": athena_code} if athena_code else {}
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


class InternalServerException(ApiError):
    """A defect of local Athena."""

    code = "InternalServerException"
    status = 500
