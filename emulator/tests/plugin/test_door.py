"""The door of a running emulator: what comes in besides signed requests, how far it gets, and what refused clients are told."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.asking import client
from tests.functions.helpers import until, zipped
from tests.plugin.conftest import free_port

from lakeloop_emulator import health, host, owner
from lakeloop_emulator.__main__ import main
from lakeloop_emulator.settings import TOKEN_FILE, EmulatorError, Settings, token_file
from local_lambda.model import architecture

pytestmark = [pytest.mark.emulator, pytest.mark.slow]

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
SIGNATURE = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/athena/aws4_request, SignedHeaders=host, Signature=0"
PAGE = "http://localhost:3000"


def send(url: str, body: bytes | None = None, method: str | None = None, **headers: str) -> tuple[int, str]:
    """Status and text; names of *headers* have ``_`` for ``-``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=body, method=method, headers=named)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture(scope="module")
def objects(s3: Any) -> Any:
    s3.create_bucket(Bucket="door")
    s3.put_object(Bucket="door", Key="a.txt", Body=b"ours")
    return s3


def presigned(s3: Any, operation: str, **parameters: Any) -> str:
    url: str = s3.generate_presigned_url(operation, Params={"Bucket": "door", **parameters})
    return url


def test_presigned_urls_reach_objects(objects: Any) -> None:
    assert send(presigned(objects, "get_object", Key="a.txt")) == (200, "ours")
    assert send(presigned(objects, "put_object", Key="b.txt"), b"new", "PUT")[0] == 200
    assert objects.get_object(Bucket="door", Key="b.txt")["Body"].read() == b"new"
    assert send(presigned(objects, "delete_object", Key="b.txt"), method="DELETE")[0] == 204


def test_a_presigned_link_that_a_person_opens_is_a_page_without_scripts(objects: Any) -> None:
    opened = {"Sec_Fetch_Site": "none", "Sec_Fetch_Dest": "document", "Accept": "text/html"}
    request = urllib.request.Request(
        presigned(objects, "get_object", Key="a.txt"),
        headers={name.replace("_", "-"): value for name, value in opened.items()},
    )
    with urllib.request.urlopen(request) as answer:
        assert (answer.read(), answer.headers["Content-Security-Policy"]) == (b"ours", "sandbox")
    from_a_page = {**opened, "Sec_Fetch_Site": "same-origin"}
    assert send(presigned(objects, "get_object", Key="a.txt"), **from_a_page)[0] == 403


def test_a_signed_form_reaches_an_object(objects: Any) -> None:
    form = objects.generate_presigned_post("door", "form.txt")
    parts = [*form["fields"].items(), ("file", "sent")]
    body = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts)
    sent = send(form["url"], f"{body}--x--\r\n".encode(), Content_Type="multipart/form-data; boundary=x")
    assert sent[0] == 204
    assert objects.get_object(Bucket="door", Key="form.txt")["Body"].read() == b"sent"


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/door?{}"),  # the list of a bucket
        ("DELETE", "/door?{}"),
        ("PUT", "/another?{}"),
        ("GET", "/?{}"),
        ("GET", "/?{}&Action=ListStacks&Version=2010-05-15"),
        ("GET", "/?{}&Action=ListQueues&Version=2012-11-05"),
        ("GET", "/000000000000/queue?{}&Action=GetQueueAttributes"),
        ("GET", "/2015-03-31/functions?{}"),
        ("POST", "/2015-03-31/functions/f/invocations?{}"),
    ],
)
def test_presigned_urls_reach_nothing_else(emulator: Settings, objects: Any, method: str, target: str) -> None:
    client("sqs", emulator.url).create_queue(QueueName="queue")
    query = presigned(objects, "get_object", Key="a.txt").partition("?")[2] + "&X-Amz-Signature=0"
    status, text = send(emulator.url + target.format(query), b"{}" if method == "POST" else None, method)
    assert (status, "AccessDenied" in text) == (403, True), text


def test_a_form_reaches_no_other_service(emulator: Settings) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="Action"\r\n\r\nCreateQueue\r\n--x--\r\n'
    status, text = send(f"{emulator.url}/", body, Content_Type="multipart/form-data; boundary=x")
    assert (status, "AccessDenied" in text) == (403, True), text


def test_a_client_that_does_not_sign_reaches_objects_and_may_become_a_role(emulator: Settings, objects: Any) -> None:
    def unsigned(service: str) -> Any:
        config = Config(signature_version=UNSIGNED)
        return boto3.client(service, endpoint_url=emulator.url, region_name="us-east-1", config=config)

    assert unsigned("s3").get_object(Bucket="door", Key="a.txt")["Body"].read() == b"ours"
    with pytest.raises(ClientError, match="AccessDenied"):
        unsigned("s3").list_objects_v2(Bucket="door")
    with pytest.raises(ClientError, match="AccessDenied"):
        unsigned("cloudformation").list_stacks()
    made = client("iam", emulator.url).create_role(RoleName="door", AssumeRolePolicyDocument=json.dumps(TRUST))
    taken = unsigned("sts").assume_role_with_web_identity(
        RoleArn=made["Role"]["Arn"], RoleSessionName="me", WebIdentityToken="a.b.c"
    )
    assert taken["Credentials"]["SessionToken"]


@pytest.mark.parametrize("service", ["athena", "glue", "s3", "sqs", "cloudformation", "lambda", "iam", "sts"])
def test_clients_are_told_why_they_are_refused(emulator: Settings, service: str) -> None:
    """Each protocol of AWS's has its own form for errors, and clients read no other."""
    calls = {
        "athena": "list_work_groups",
        "glue": "get_databases",
        "s3": "list_buckets",
        "sqs": "list_queues",
        "cloudformation": "list_stacks",
        "lambda": "list_functions",
        "iam": "list_roles",
        "sts": "get_caller_identity",
    }
    asking = client(service, emulator.url)
    for _ in range(2):  # the second is one that Athena's own way would take
        getattr(asking, calls[service])()
    asking.meta.events.register("before-send.*.*", lambda request, **_: request.headers.update(Origin=PAGE))
    with pytest.raises(ClientError, match="web page's") as refused:
        getattr(asking, calls[service])()
    assert refused.value.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException")


def test_a_request_for_another_name_is_refused_on_a_connection_that_was_let_in(emulator: Settings, athena: Any) -> None:
    athena.list_work_groups()
    head = (
        "POST / HTTP/1.1\r\nHost: NAME\r\nContent-Type: application/x-amz-json-1.1\r\n"
        f"X-Amz-Target: AmazonAthena.ListWorkGroups\r\nAuthorization: {SIGNATURE}\r\nContent-Length: 2\r\n\r\n{{}}"
    )
    with socket.create_connection(("127.0.0.1", emulator.port), timeout=60) as connection:
        for name, status in ((f"127.0.0.1:{emulator.port}", b"200"), (f"rebound.test:{emulator.port}", b"403")):
            connection.sendall(head.replace("NAME", name).encode())
            assert connection.recv(1 << 16).split()[1] == status


def test_the_emulators_own_paths_take_its_token(emulator: Settings) -> None:
    for path in ("/_localstack/health", "/_localstack/info", "/_localstack/iam/calls", "/_aws/sqs/messages"):
        assert send(emulator.url + path, Authorization=SIGNATURE, X_Lakeloop="1")[0] == 403
    assert send(f"{emulator.url}/_localstack/health", X_Lakeloop_Token=owner.token(emulator.state))[0] == 200


def test_an_emulator_shows_whose_it_is(emulator: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = owner.ask(emulator)
    assert found == owner.Emulator(True, str(emulator.state), True, [])
    stranger = replace(emulator, state=tmp_path)
    found = owner.ask(stranger)
    assert found == owner.Emulator(False, str(emulator.state), True, [])
    assert health.answer(stranger) is None, "the token has gone to a stranger"
    with pytest.raises(EmulatorError, match="taken by the emulator whose state lies in"):
        host.up(stranger)
    assert owner.of_another(emulator.url) == owner.Emulator(False, str(emulator.state), True, [])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(TOKEN_FILE, str(token_file(emulator.state)))
        assert owner.of_another(emulator.url), "the variable may come from another checkout's `just env`"
        patch.setattr(owner, "PROJECT", emulator.state / "emulator")
        assert owner.of_another(emulator.url) is None
    assert main(["env", f"port={emulator.port}"]) == 1
    assert f"taken by the emulator whose state lies in {emulator.state}" in capsys.readouterr().err
    assert main(["whose", emulator.url]) == 1
    assert main(["status", f"port={emulator.port}"]) == 1
    said = send(f"{emulator.url}{owner.PATH}?{owner.NUMBER}=1", X_Lakeloop="1")[1]
    assert str(emulator.state) not in said


def test_what_the_emulator_writes_is_for_its_user_only(emulator: Settings, athena: Any, objects: Any) -> None:
    athena.list_work_groups()
    found = [emulator.state, *(path for path in emulator.state.rglob("*") if not path.is_symlink())]
    assert {emulator.state / "token", emulator.state / "emulator.log", emulator.state / "pid"} <= set(found)
    assert any(path.name == "calls.jsonl" for path in found)
    own = [path for path in found if "packages" not in path.parts]  # functions' code, which is as it is on Lambda
    assert [path for path in own if path.stat().st_mode & 0o077] == []


def test_a_function_url_takes_who_says_that_it_is_no_page(emulator: Settings) -> None:
    role = client("iam", emulator.url).create_role(RoleName="url", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    functions = client("lambda", emulator.url)
    functions.create_function(
        FunctionName="greets",
        Runtime="python3.12",
        Role=role["Arn"],
        Handler="app.handle",
        Architectures=[architecture()],
        Code={"ZipFile": zipped({"app.py": "def handle(event, context): return 'hello'"})},
    )
    assert until(lambda: functions.get_function_configuration(FunctionName="greets")["State"] != "Pending")
    url = functions.create_function_url_config(FunctionName="greets", AuthType="NONE")["FunctionUrl"]
    name = url.removeprefix("http://").rstrip("/")
    assert send(emulator.url, Host=name)[0] == 403
    assert send(emulator.url, Host=name, X_Lakeloop="1") == (200, "hello")


@pytest.fixture(scope="module")
def naming(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An emulator that a page may call."""
    settings = Settings(port=free_port(), state=Path(tmp_path_factory.mktemp("naming")), origins=(PAGE,))
    assert f"Web pages of {PAGE} may call it" in host.up(settings)
    yield settings
    host.down(settings)


def test_a_page_that_was_named_may_call(naming: Settings) -> None:
    preflight = {
        "Origin": PAGE,
        "Sec_Fetch_Site": "cross-site",
        "Access_Control_Request_Method": "POST",
        "Access_Control_Request_Headers": "authorization",
    }
    assert send(naming.url, method="OPTIONS", **preflight)[0] == 204
    headers = {"Origin": PAGE, "Sec_Fetch_Site": "cross-site", "Authorization": SIGNATURE}
    asked = {"X_Amz_Target": "AmazonAthena.ListWorkGroups", "Content_Type": "application/x-amz-json-1.1"}
    for _ in range(2):
        status, text = send(naming.url, b"{}", **headers, **asked)
        assert (status, "primary" in text) == (200, True)
    assert send(naming.url, b"{}", **{**headers, "Origin": "http://localhost:3001"}, **asked)[0] == 403
    assert host.status(naming)[1].endswith(f"Web pages of {PAGE} may call it (origins=).")


@pytest.mark.parametrize("other", [{"guard": False}, {"origins": (PAGE, "http://localhost:3001")}])
def test_what_is_let_in_is_of_the_start(naming: Settings, other: dict[str, Any]) -> None:
    with pytest.raises(EmulatorError, match="began without this guard= or origins="):
        host.up(replace(naming, **other))
    assert "up already" in host.up(replace(naming, origins=()))


def test_the_aws_cli(aws_environment: dict[str, str], objects: Any, tmp_path: Path) -> None:
    uv = shutil.which("uv")
    assert uv
    aws = [uv, "tool", "run", "--quiet", "--from", "awscli==1.45.11", "aws"]
    if subprocess.run([*aws, "--version"], capture_output=True).returncode:
        pytest.skip("uv cannot fetch awscli from its index")

    def run(*words: str) -> str:
        return subprocess.run([*aws, *words], capture_output=True, text=True, check=True, timeout=300).stdout

    (tmp_path / "c.txt").write_text("copied")
    run("s3", "cp", str(tmp_path / "c.txt"), "s3://door/c.txt")
    assert run("s3", "cp", "s3://door/c.txt", "-") == "copied"
    assert run("s3", "cp", "s3://door/c.txt", "-", "--no-sign-request") == "copied"
    listed = json.loads(run("athena", "list-work-groups", "--output", "json"))["WorkGroups"]
    assert "primary" in {group["Name"] for group in listed}
    assert json.loads(run("cloudformation", "list-stacks", "--output", "json")) == {"StackSummaries": []}
