"""One provider for all phases of a Terraform command; it ends when those that hold it have ended."""

import os
import subprocess
import sys
import time

import pytest
from lakeloop.aws.terraform import kept_provider

PROVIDER = """#!{python}
import os, sys, time
assert sys.argv[1:] == ["-debug"]
print("Provider started.")
print("\\tTF_REATTACH_PROVIDERS='" + '{{"pid": %d}}' % os.getpid() + "'", flush=True)
time.sleep(600)
"""
SHELL = {name: value for name, value in os.environ.items() if name not in kept_provider._NOT_WITH}
ELSEWHERE = "providers/registry.terraform.io/hashicorp/aws"


@pytest.fixture
def data(tmp_path):
    """``TF_DATA_DIR`` with a provider that says where it is, and does nothing."""
    program = tmp_path / ELSEWHERE / "5.0.0" / "linux_amd64" / "terraform-provider-aws_v5.0.0"
    program.parent.mkdir(parents=True)
    program.write_text(PROVIDER.format(python=sys.executable), "utf-8")
    program.chmod(0o755)
    return tmp_path


def process(variables: dict[str, str]) -> int:
    """The id of the provider that Terraform is told of."""
    return int(variables["TF_REATTACH_PROVIDERS"].partition(": ")[2].rstrip("}"))


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_terraform_is_told_where_it_is_and_it_ends_with_the_block(data):
    with kept_provider.starting(data, SHELL) as provider:
        pid = process(provider.variables())
        assert is_there(pid)
        assert provider.held
    assert not is_there(pid)


def test_it_lives_as_long_as_a_terraform_that_was_left_alone_and_no_longer(data):
    """As after a terminal was closed in the midst: Terraform finishes what it has begun."""
    script = (
        "import os, subprocess, sys, pathlib\n"
        "from lakeloop.aws.terraform import kept_provider\n"
        "with kept_provider.starting(pathlib.Path(sys.argv[1]), os.environ) as provider:\n"
        "    print(provider.variables()['TF_REATTACH_PROVIDERS'], flush=True)\n"
        "    alone = {'start_new_session': True, 'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL}\n"
        "    subprocess.Popen(['cat', sys.argv[2]], pass_fds=provider.held, **alone)\n"
        "    os._exit(1)\n"
    )
    pipe = data / "pipe"
    os.mkfifo(pipe)
    told = subprocess.run(
        [sys.executable, "-c", script, data, pipe], env=SHELL, capture_output=True, text=True, check=False
    ).stdout
    pid = process({"TF_REATTACH_PROVIDERS": told.strip()})
    assert is_there(pid)
    pipe.write_text("", "utf-8")  # and the one that reads it ends
    ends = time.monotonic() + 30
    while is_there(pid) and time.monotonic() < ends:
        os.sched_yield()
    assert not is_there(pid)


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "TF_REATTACH_PROVIDERS"])
def test_there_is_none_where_it_could_not_be_configured_twice_or_one_is_there(data, name):
    with kept_provider.starting(data, {**SHELL, name: "x"}) as provider:
        assert provider.variables() == {} and provider.held == ()


def test_the_one_that_init_brings_is_taken_and_none_where_it_brings_none(data, tmp_path):
    aside = tmp_path / "aside"
    (data / "providers").rename(aside)
    with kept_provider.starting(data, SHELL) as provider:
        assert provider.variables() == {}
        aside.rename(data / "providers")
        first = process(provider.variables())
        assert is_there(first)
    with kept_provider.starting(data, SHELL) as provider:
        before = process(provider.variables())
        (data / ELSEWHERE / "5.0.0").rename(data / ELSEWHERE / "6.0.0")
        after = process(provider.variables())
        assert not is_there(before) and is_there(after)
    assert not is_there(first) and not is_there(after)


def test_a_provider_that_does_not_start_is_none(data):
    program = next(data.glob(kept_provider._PROGRAM))
    program.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    with kept_provider.starting(data, SHELL) as provider:
        assert provider.variables() == {}
