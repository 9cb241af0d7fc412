"""Two projects in one account, and an environment that one file adds, in a region of its own: nothing of the one is the other's.

Functions have libraries of this machine in the place of their layer, as on a Mac (`just up layer=host`).
"""

import re
import shutil

import boto3
import pytest
from lakeloop.aws.terraform.program import INSTALL
from lakeloop.workspace import Workspace

from tests import local_aws
from tests.clone import clone
from tests.offline_home import lakeloop
from tests.projects import raw

pytestmark = [
    pytest.mark.slow,
    pytest.mark.emulator,
    pytest.mark.skipif(shutil.which("terraform") is None, reason=INSTALL),
]

REGION, ELSEWHERE = "eu-west-1", "us-west-2"
LAKES = {"acme-dev": REGION, "acme-shop-dev": REGION, "acme-shop-qa": ELSEWHERE}


def project(folder, name: str) -> Workspace:
    """A clone whose project has that *name*."""
    home = clone(folder / name)
    file = home / "lakeloop.toml"
    settings = re.sub(r"^name = .*$", f'name = "{name}"', file.read_text("utf-8"), flags=re.MULTILINE)
    file.write_text(re.sub(r"^region = .*$", f'region = "{REGION}"', settings, flags=re.MULTILINE), "utf-8")
    return Workspace(home)


def types(home: Workspace, *words: str) -> str:
    """Run the recipe *words* on *home*; what it printed, errors after the rest."""
    done = lakeloop(home, *words)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def projects(tmp_path_factory):
    """Both, applied: the second one also in an environment that one file makes."""
    folder = tmp_path_factory.mktemp("projects")
    acme, shop = (project(folder, name) for name in ("acme", "acme-shop"))
    (shop.terraform / "envs" / "qa.tfvars").write_text(f'force_destroy = true\nregion = "{ELSEWHERE}"\n', "utf-8")
    emulator = local_aws.running(tmp_path_factory.mktemp("emulator"), enforcing=True, layer="host")
    with emulator as aws, local_aws.pointed_at(aws):
        for home, environment in ((acme, "dev"), (shop, "dev"), (shop, "qa")):
            applied = types(home, "tf-apply", f"env={environment}")
            assert re.search(r"Apply complete! Resources: \d+ added, 0 changed, 0 destroyed", applied), applied
        yield acme, shop


def names(region: str) -> set[str]:
    """Of all that is in *region*, and of what has none."""

    def of(service, operation, key, name):
        answer = getattr(boto3.client(service, region_name=region), operation)()
        return {each if name is None else each[name] for each in answer[key]}

    return {
        *of("glue", "get_databases", "DatabaseList", "Name"),
        *of("iam", "list_roles", "Roles", "RoleName"),
        *of("lambda", "list_functions", "Functions", "FunctionName"),
        *of("lambda", "list_layers", "Layers", "LayerName"),
        *of("logs", "describe_log_groups", "logGroups", "logGroupName"),
        *of("s3", "list_buckets", "Buckets", "Name"),
        *of("stepfunctions", "list_state_machines", "stateMachines", "name"),
        *of("athena", "list_work_groups", "WorkGroups", "Name"),
        *of("scheduler", "list_schedule_groups", "ScheduleGroups", "Name"),
        *(topic.rsplit(":", 1)[-1] for topic in of("sns", "list_topics", "Topics", "TopicArn")),
    } - {"default", "primary", "tf-test-state"}


def owner(name: str) -> str:
    """The lake that *name* is of, which it names first; longer names before shorter ones."""
    plain = name.replace("_", "-").removeprefix("/aws/vendedlogs/states/").removeprefix("/aws/lambda/")
    return next(
        (lake for lake in sorted(LAKES, key=len, reverse=True) if plain == lake or plain.startswith(f"{lake}-")), ""
    )


def test_everything_is_named_after_its_project_and_environment_and_lies_in_its_region(projects):
    there = {region: names(region) for region in (REGION, ELSEWHERE)}
    # Four buckets and four roles have no region. Two databases, three log groups, layer and workgroup have, and so have function,
    # state machine, group of schedules and topic, which are called as their roles.
    for lake, region in LAKES.items():
        elsewhere = next(name for name in there if name != region)
        own = {at: {name for name in there[at] if owner(name) == lake} for at in there}
        assert (len(own[region]), len(own[elsewhere])) == (15, 8), own
    assert not [name for all_of_it in there.values() for name in all_of_it if not owner(name)]


def test_an_environment_that_one_file_adds_works(projects):
    _, shop = projects
    answered = types(shop, "invoke", "env=qa", "smoke")
    assert "|     1 |" in answered
    assert f", {ELSEWHERE}" in answered


def test_a_build_runs_on_libraries_of_this_machine(projects):
    acme, _ = projects
    raw.write(acme.raw)
    assert "The raw tables are made" in types(acme, "load", "env=dev")
    ran = types(acme, "run", "env=dev")
    assert "dbt build" in ran and "success" in ran
    assert "in the place of the layer (layer=host)" in types(acme, "logs", "env=dev")
    client = boto3.client("lambda", region_name=REGION)
    layer = client.get_function_configuration(FunctionName="acme-dev-dbt-runner")["Layers"][0]["Arn"]
    assert layer, "it has one nevertheless"


def test_what_becomes_of_one_is_nothing_to_the_other(projects):
    acme, shop = projects
    assert "Destroy complete!" in types(shop, "tf-destroy", "env=dev")
    assert {owner(name) for region in (REGION, ELSEWHERE) for name in names(region)} == {"acme-dev", "acme-shop-qa"}
    assert "No changes" in types(acme, "tf-plan", "env=dev")
