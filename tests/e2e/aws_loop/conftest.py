"""One clone and one emulator for the files of this folder, in the order in which ``tests/conftest.py`` names them.

The shell has keys of an account, and a proxy that writes down what would leave the machine.
"""

import os
import shutil
from contextlib import ExitStack
from unittest import mock

import pytest
from lakeloop.aws.terraform.interrupts import FINISHING, INTERRUPTED
from lakeloop.aws.terraform.program import INSTALL

from tests import byte_code, local_aws
from tests.clone import clone
from tests.e2e.loop import Loop
from tests.e2e.told import Webhook
from tests.projects import raw
from tests.recording_proxy import recording

from lakeloop_emulator.settings import STATE_FOLDER  # isort: skip - local_aws has put it on the path

MARKS = [
    pytest.mark.slow,
    pytest.mark.emulator,
    pytest.mark.skipif(shutil.which("terraform") is None, reason=INSTALL),
]
VIEW = "stg_products"
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",  # pragma: allowlist secret
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",  # pragma: allowlist secret
    "AWS_MAX_ATTEMPTS": "1",
}
"""AWS's own examples: https://docs.aws.amazon.com/IAM/latest/UserGuide/security-creds.html"""
# Counts for minutes.
ENDLESS = (
    "select count(*) from unnest(sequence(1, 10000)) as a (x) "
    "cross join unnest(sequence(1, 10000)) as b (y) cross join unnest(sequence(1, 10000)) as c (z) where x * y % 7 = z"
)


@pytest.fixture(scope="package")
def proxy():
    with recording() as started:
        yield started


@pytest.fixture(scope="package")
def loop(tmp_path_factory, proxy):
    home = clone(tmp_path_factory.mktemp("loop") / "checkout")
    byte_code.lend(home, ".")
    raw.write(home / "data" / "raw")
    with (home / "terraform" / "envs" / "dev.tfvars").open("a") as settings:
        settings.write('alerts = { emails = ["data@acme.example"], webhook = true }\n')
    folder = tmp_path_factory.mktemp("emulator")
    with ExitStack() as until_the_end:
        # For what the emulator itself would ask. And what Lambda tries again after a minute, it tries after a second.
        with mock.patch.dict(os.environ, {**proxy.variables, "LAMBDA_RETRY_BASE_DELAY": "1"}):
            aws = until_the_end.enter_context(local_aws.running(folder, enforcing=True))
        shell = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VIRTUAL_ENV"))}
        # As of a checkout's own emulator, recipes know by its folder where it listens.
        shell = {**shell, **proxy.variables, **KEYS, STATE_FOLDER: str(folder), "COLUMNS": "200"}
        yield Loop(home, shell, aws.environment)


def terraform_files(loop):
    return {str(path.relative_to(loop.home)) for path in (loop.home / "terraform").rglob("*") if path.is_file()}


@pytest.fixture(scope="package")
def shipped(loop):
    """The files of ``terraform/`` before any command."""
    return terraform_files(loop)


@pytest.fixture(scope="package")
def applied(loop, shipped):
    """The environment, made by an apply that a second Ctrl-C ended and one that Ctrl-C would have ended; what that one and the
    next one printed."""
    loop.client(
        "logs"
    ).describe_query_definitions()  # a service's first request imports it, for seconds where much else runs
    ended = loop.types_ctrl_c("just tf-apply env=dev", {"1 of ": FINISHING, "9 of ": INTERRUPTED})
    assert "Apply complete!" not in ended
    interrupted = loop.types_ctrl_c("just tf-apply env=dev", {"1 of ": FINISHING})
    return loop, interrupted, loop.types("just tf-apply env=dev")


@pytest.fixture(scope="package")
def built(applied):
    loop, *_ = applied
    return loop, loop.types("just load env=dev raw=data/raw"), loop.types("just invoke")


@pytest.fixture(scope="package")
def webhook(built):
    loop, *_ = built
    assert "begins with https://" in loop.types("echo nowhere | just alerts webhook", 2)
    with Webhook().listening() as listening:
        assert "lakeloop/dev/alerts/webhook, encrypted" in loop.types(f"echo {listening.url} | just alerts webhook")
        yield listening
