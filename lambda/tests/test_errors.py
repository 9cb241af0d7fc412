import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, NoCredentialsError
from dbt_runner.errors import TerminalError, TransientError, from_exception


def of_aws(code):
    return ClientError({"Error": {"Code": code, "Message": "said AWS"}}, "PutObject")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (of_aws("SlowDown"), TransientError),
        (of_aws("ThrottlingException"), TransientError),
        (EndpointConnectionError(endpoint_url="https://s3"), TransientError),
        (ConnectTimeoutError(endpoint_url="https://s3"), TransientError),
        (of_aws("AccessDenied"), TerminalError),
        (of_aws("NoSuchBucket"), TerminalError),
        (NoCredentialsError(), TerminalError),
        (ValueError("x"), TerminalError),
        (ValueError(), TerminalError),
    ],
    ids=lambda value: getattr(value, "__name__", repr(value)),
)
def test_what_may_pass_is_transient_and_the_rest_terminal(error, expected):
    made = from_exception("Cannot write", error)
    assert type(made) is expected
    assert str(made).startswith("Cannot write: ")


def test_the_cause_decides_however_deep():
    try:
        try:
            raise of_aws("SlowDown")
        except ClientError as error:
            raise RuntimeError("dbt's words") from error
    except RuntimeError as error:
        made = from_exception("dbt build did not run", error)
    assert isinstance(made, TransientError)
    assert "dbt's words" in str(made)


def test_the_message_says_what_to_do():
    assert "terraform/modules/runner" in str(from_exception("Cannot write", of_aws("AccessDenied")))


def test_two_errors_that_cause_each_other_end():
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    assert str(from_exception("x", first)) == "x: first"


def test_a_message_is_bounded():
    assert len(str(TerminalError("x" * 1_000_000))) < 10_000
