"""The module of grants against a catalog that Lake Formation governs: a role that may nothing there may build with them."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError
from lakeloop import provider_mirror
from lakeloop.aws.terraform.program import INSTALL
from lakeloop.workspace import find

from tests.provider import Attached

pytestmark = [
    pytest.mark.slow,
    pytest.mark.emulator,
    pytest.mark.skipif(shutil.which("terraform") is None, reason=INSTALL),
]
REGION = "eu-central-1"
DATABASE, LOCATION = "shop_dev", "arn:aws:s3:::shop-dev-processed"
ROLE = "arn:aws:iam::000000000000:role/runner"
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
ROOT = f"""
provider "aws" {{
  region = "{REGION}"
}}

module "grants" {{
  source    = "./grants"
  role_arn  = "{ROLE}"
  databases = ["{DATABASE}"]
  locations = ["{LOCATION}"]
}}
"""


@pytest.fixture
def aws(emulator):
    """The emulator's variables; no other test of it has a catalog that is governed."""
    there = emulator.environment
    formation = client(there, "lakeformation")
    before = formation.get_data_lake_settings()["DataLakeSettings"]
    yield there
    formation.put_data_lake_settings(DataLakeSettings=before)
    formation.deregister_resource(ResourceArn=LOCATION)
    client(there, "glue").delete_database(Name=DATABASE)
    client(there, "iam").delete_role(RoleName="runner")


def client(aws: dict[str, str], service: str, **keys: str):
    given = keys or {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, endpoint_url=aws["AWS_ENDPOINT_URL"], region_name=REGION, **given)


def terraform(folder: Path, shell: dict[str, str], *words: str) -> int:
    done = subprocess.run(
        ["terraform", *words, "-no-color", "-input=false"],
        cwd=folder,
        env=shell,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 2), done.stdout[-3000:] + done.stderr[-3000:]
    return done.returncode


@pytest.fixture
def provider(tmp_path):
    with Attached(tmp_path) as attached:
        yield attached


def test_with_the_grants_of_terraform_the_role_builds_and_without_them_it_does_not(aws, provider, tmp_path):
    closed = {"CreateDatabaseDefaultPermissions": [], "CreateTableDefaultPermissions": []}
    formation = client(aws, "lakeformation")
    formation.put_data_lake_settings(DataLakeSettings=closed)
    formation.register_resource(ResourceArn=LOCATION, RoleArn=ROLE)
    client(aws, "glue").create_database(DatabaseInput={"Name": DATABASE})
    client(aws, "glue").create_table(DatabaseName=DATABASE, TableInput={"Name": "of_others"})
    client(aws, "iam").create_role(RoleName="runner", AssumeRolePolicyDocument=json.dumps(TRUST))
    keys = client(aws, "sts").assume_role(RoleArn=ROLE, RoleSessionName="me")["Credentials"]
    glue = client(
        aws,
        "glue",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )

    def refused() -> str:
        with pytest.raises(ClientError) as raised:
            glue.create_table(DatabaseName=DATABASE, TableInput={"Name": "own"})
        return str(raised.value)

    assert f"Insufficient Lake Formation permission(s): Required Create Table on {DATABASE}" in refused()
    folder = tmp_path / "root"
    shutil.copytree(find().terraform / "modules" / "lakeformation", folder / "grants")
    (folder / "main.tf").write_text(ROOT, "utf-8")
    shell = {**os.environ, **aws, **provider_mirror.environment(find()), "AWS_REGION": REGION}
    terraform(folder, shell, "init")
    shell |= provider.variables(shell)
    terraform(folder, shell, "apply", "-auto-approve")
    assert terraform(folder, shell, "plan", "-detailed-exitcode") == 0, "a plan right after shows nothing"
    glue.create_table(DatabaseName=DATABASE, TableInput={"Name": "own"})
    glue.update_table(DatabaseName=DATABASE, TableInput={"Name": "of_others", "Description": "x"})
    glue.delete_table(DatabaseName=DATABASE, Name="own")
    terraform(folder, shell, "destroy", "-auto-approve")
    assert "Insufficient Lake Formation" in refused()
