"""Errors that no command expects: a line where AWS or the network is at fault, a trace where this program is."""

import sys

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from lakeloop import commands as program


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NoCredentialsError(), "error: Unable to locate credentials. Sign in ("),
        (EndpointConnectionError(endpoint_url="https://athena"), 'https://athena". Is there a network'),
        (ClientError({"Error": {"Code": "ExpiredToken", "Message": "old"}}, "GetObject"), "The session has ended."),
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetObject"), "Ask for that permission"),
    ],
)
def test_an_error_of_aws_is_a_line(monkeypatch, capsys, error, said):
    def fails(*_):
        raise error

    monkeypatch.setitem(program.COMMANDS, "query", fails)
    monkeypatch.setattr(sys, "argv", ["lakeloop", "query"])
    assert program.main() == 2
    printed = capsys.readouterr().err
    assert said in printed and printed.count("\n") == 1


def test_a_defect_of_ours_is_no_line(monkeypatch):
    def fails(*_):
        raise KeyError("ours")

    monkeypatch.setitem(program.COMMANDS, "query", fails)
    monkeypatch.setattr(sys, "argv", ["lakeloop", "query"])
    with pytest.raises(KeyError, match="ours"):
        program.main()
