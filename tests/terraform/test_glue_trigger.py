"""Glue's triggers in the emulator, by Terraform: one that would start nothing is refused, one that is off stays as it was made."""

import os
import shutil
import subprocess

import pytest
from lakeloop import provider_mirror, workspace
from lakeloop.aws.terraform.program import INSTALL

from tests.provider import Attached

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("terraform") is None, reason=INSTALL),
]

TRIGGER = """
terraform {{
  required_providers {{
    aws = {{ source = "hashicorp/aws" }}
  }}
}}
provider "aws" {{
  region                      = "eu-central-1"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}}
resource "aws_glue_trigger" "nightly" {{
  name     = "nightly-{kind}"
  type     = "{kind}"
  schedule = {schedule}
  enabled  = {enabled}
  actions {{
    job_name = "compact"
  }}
}}
"""


@pytest.fixture
def terraform(emulator, tmp_path):
    aws = {name: value for name, value in emulator.environment.items() if name.startswith("AWS_")}
    variables = {**os.environ, **aws, **provider_mirror.environment(workspace.find())}

    def run(*words: str, code: int = 0, **trigger: str) -> str:
        if trigger:
            (tmp_path / "main.tf").write_text(TRIGGER.format(**trigger), "utf-8")
        command = ["terraform", *words, "-input=false", "-no-color"]
        given = variables if words[0] == "init" else {**variables, **provider.variables(variables)}
        done = subprocess.run(command, cwd=tmp_path, env=given, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return " ".join((done.stdout + done.stderr).replace("│", " ").split())

    with Attached(tmp_path) as provider:
        yield run


def test_a_trigger_that_is_enabled_is_refused_and_one_that_is_not_stays_so(terraform):
    scheduled = {"kind": "SCHEDULED", "schedule": '"cron(0 4 * * ? *)"'}
    terraform("init", **scheduled, enabled="true")
    printed = terraform("apply", "-auto-approve", code=1)
    assert "in the emulator" in printed and "schedules of EventBridge Scheduler" in printed.replace(
        "Schedules", "schedules"
    )
    terraform("apply", "-auto-approve", **scheduled, enabled="false")
    assert "No changes" in terraform("plan", "-detailed-exitcode")
