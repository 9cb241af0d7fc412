"""The caller's identity, and messages when AWS does not take it: against a server that answers as STS does."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from botocore.exceptions import EndpointConnectionError
from lakeloop.aws.account import Account, identify
from lakeloop.aws.place import Place, account_of
from lakeloop.errors import UserError

ME = "arn:aws-us-gov:sts::000000000000:assumed-role/people/me"
# https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
ANSWERS = {
    "me": (
        200,
        f"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{ME}</Arn><UserId>x</UserId>"
        "<Account>000000000000</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
    ),
    "expired": (
        403,
        "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the "
        "request is expired</Message></Error></ErrorResponse>",
    ),
    "invalid": (
        403,
        "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>The security token included in "
        "the request is invalid.</Message></Error></ErrorResponse>",
    ),
}


@pytest.fixture
def sts(monkeypatch):
    """A function that makes this process's environment that of a shell in which STS gives one of the answers."""
    servers = []

    def answering(name: str, **shell: str):
        status, body = ANSWERS[name]

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "test"}
        shell = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}", **keys, **shell}
        for variable in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCOUNT_ID"):
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        for variable, value in shell.items():
            monkeypatch.setenv(variable, value)
        return account_of("dev", shell)

    yield answering
    for server in servers:
        server.shutdown()
        server.server_close()


def test_an_account_is_known_by_its_caller(sts):
    account = identify(sts("me", AWS_ACCOUNT_ID="0" * 12))
    assert account == Account("000000000000", ME)
    assert account.partition == "aws-us-gov"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("expired", r"The session of .* has expired: .* \(`aws sso login`"),
        ("invalid", r"AWS does not take the credentials of .*: InvalidClientTokenId: .* Sign in"),
    ],
)
def test_credentials_that_are_not_taken_say_why_and_what_to_do(sts, answer, message):
    with pytest.raises(UserError, match=message):
        identify(sts(answer))


def test_no_credentials_are_one_message(sts, monkeypatch):
    place = sts("me")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    with pytest.raises(UserError, match=r"There are no AWS credentials for .* Sign in \(`aws sso login`"):
        identify(place)


def test_another_account_than_the_one_that_is_meant_is_refused(sts):
    with pytest.raises(UserError, match=rf"The wrong account: AWS_ACCOUNT_ID is {'9' * 12}, but .* are {ME}"):
        identify(sts("me", AWS_ACCOUNT_ID="9" * 12))


def test_a_network_that_is_gone_is_not_a_sign_in(monkeypatch):
    monkeypatch.setattr(Place, "client", lambda *_, **__: SimpleNamespace(get_caller_identity=_gone))
    with pytest.raises(UserError, match=r"AWS cannot be reached .* Is there a network") as caught:
        identify(Place("dev", "AWS", "aws", {}))
    assert "Sign in" not in str(caught.value)


def _gone(**_):
    raise EndpointConnectionError(endpoint_url="https://sts.example")
