"""From nothing to a deployed lake and back to nothing, as people type it, against an emulator of its own. The tests run in the
order in which they stand."""

import json
import re
import shutil
from dataclasses import replace

import boto3
import pytest
from botocore.exceptions import ClientError
from lakeloop.aws.terraform.program import INSTALL
from lakeloop.bootstrap.names import ISSUER

from tests import local_aws
from tests.deploy.account import changed, checkout
from tests.projects import raw

pytestmark = [
    pytest.mark.slow,
    pytest.mark.emulator,
    pytest.mark.skipif(shutil.which("terraform") is None, reason=INSTALL),
]

FUNCTION = "lakeloop-dev-dbt-runner"
DEPLOY, PLAN, DESTROY = "lakeloop-dev-deploy", "lakeloop-dev-plan", "lakeloop-dev-destroy"
HANDLER = "lambda/dbt_runner/handler.py"
ROLE, LAYER = "terraform/modules/runner/role.tf", "terraform/modules/runner/layer.tf"
TFVARS = "terraform/envs/dev.tfvars"
# Settings that a deployment changes and takes back later: the function, the workgroup, the state machine, the logs, every tag (more
# than an object takes).
CHANGED_SETTINGS = """
memory_size          = 2048
reserved_concurrency = 5
max_rounds           = 12
log_retention_days   = 7
extra_tags           = { One = "1", Two = "2", Three = "3", Four = "4", Five = "5", Six = "6", Seven = "7", Eight = "8" }
"""
WEEKLY = 'weekly = { expression = "cron(0 4 ? * SUN *)", cli_args = ["--full-refresh"] }'
EVENTS = 'alerts = { emails = ["data@acme.example"] }\narrivals = {}\nchanges = {}\n'
# A small function's code, a queue, a mapping, who is told, a stream.
CHANGED_EVENTS = (
    (
        "lambda/gate/src/gate/handler.py",
        "from __future__ import annotations\n",
        "from __future__ import annotations\n\n",
    ),
    ("terraform/modules/arrivals/functions.tf", "batch_size              = 10", "batch_size              = 5"),
    ("terraform/modules/arrivals/queues.tf", "1209600 # 14 days, the longest", "864000"),
    (TFVARS, "data@acme.example", "lake@acme.example"),
    (TFVARS, "changes = {}", "changes = { retention_hours = 200 }"),
)
STATE = {"Bucket": "lakeloop-dev-tfstate", "Key": "lakeloop/dev/terraform.tfstate"}
# The lock that a killed Terraform leaves beside the state: https://developer.hashicorp.com/terraform/language/backend/s3
LOCK = {
    "ID": "9c1fe5a8-2a4e-0e2b-8d8a-5b0f0e0c6d11",
    "Operation": "OperationTypeApply",
    "Info": "",
    "Who": "person@laptop",
    "Version": "1.11.4",
    "Created": "2026-11-20T18:00:00Z",
    "Path": f"{STATE['Bucket']}/{STATE['Key']}",
}
RAW = {"Bucket": "lakeloop-prod-raw"}
RUNNER = {"RoleName": "lakeloop-prod-dbt-runner"}
ANYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}],
}
# Calls by which data is lost, now or later, or by which a role gets what the policies do not give it.
DELETING = [
    ("s3", "delete_object", {**RAW, "Key": "t/f.csv"}),
    ("s3", "delete_object", {**RAW, "Key": "t/f.csv", "VersionId": "1"}),
    ("s3", "delete_bucket", RAW),
    ("s3", "delete_bucket_policy", RAW),
    ("s3", "put_bucket_policy", {**RAW, "Policy": "{}"}),
    ("s3", "put_bucket_versioning", {**RAW, "VersioningConfiguration": {"Status": "Suspended"}}),
    ("s3", "put_bucket_lifecycle_configuration", {**RAW, "LifecycleConfiguration": {"Rules": []}}),
    ("s3", "delete_bucket_lifecycle", RAW),
    ("s3", "put_public_access_block", {**RAW, "PublicAccessBlockConfiguration": {"BlockPublicAcls": False}}),
    ("glue", "delete_database", {"Name": "lakeloop_prod"}),
    ("glue", "delete_table", {"DatabaseName": "lakeloop_prod", "Name": "t"}),
    ("athena", "delete_work_group", {"WorkGroup": "lakeloop-prod"}),
    ("logs", "delete_log_group", {"logGroupName": f"/aws/lambda/{RUNNER['RoleName']}"}),
    ("iam", "delete_role", RUNNER),
    ("iam", "create_role", {**RUNNER, "AssumeRolePolicyDocument": "{}"}),
    ("iam", "update_assume_role_policy", {**RUNNER, "PolicyDocument": "{}"}),
    ("iam", "delete_role_permissions_boundary", RUNNER),
    ("iam", "put_role_policy", {**RUNNER, "PolicyName": "more", "PolicyDocument": "{}"}),
]


@pytest.fixture(scope="module")
def person(tmp_path_factory):
    with local_aws.running(tmp_path_factory.mktemp("emulator"), enforcing=True) as aws:
        made = checkout(tmp_path_factory.mktemp("deploy"), aws.environment)
        # All that a deployment may change is there to be changed.
        made.commits(TFVARS, (made.home / TFVARS).read_text("utf-8") + EVENTS)
        with made.one_provider() as attached:
            yield attached


@pytest.fixture
def staging(person):
    """An environment that a file adds, until the test ends: the function's zip is made of all that there are."""
    person.commits("terraform/envs/staging.tfvars", "force_destroy = true\n")
    yield
    person.git("reset", "--quiet", "--hard", "HEAD~1")


@pytest.fixture(scope="module")
def bootstrapped(person):
    person.github_says(refused=["PUT"])
    stopped = person.types("just bootstrap env=dev", 2)
    person.github_says(refused=[])
    return person, stopped, person.types("just bootstrap env=dev")


@pytest.fixture(scope="module")
def deployed(bootstrapped):
    """A deployment by the role that bootstrap made, with IAM refusing the rest."""
    person, *_ = bootstrapped
    job = person.taking(DEPLOY)
    return job, job.types("just deploy-dev confirm=dev")


def log_groups(person) -> list[dict]:
    return person.client("logs").describe_log_groups()["logGroups"]


def live(person) -> str:
    return person.client("lambda").get_alias(FunctionName=FUNCTION, Name="live")["FunctionVersion"]


@pytest.mark.usefixtures("staging")
def test_what_is_not_bootstrapped_says_so(person):
    for recipe in ("just deploy-prod", "just deploy env=staging", "just rollback env=dev"):
        assert "is not bootstrapped: account 000000000000 has no bucket" in person.types(recipe, 2)


def test_what_is_wrong_is_said_before_anything_is_made(person):
    other = boto3.client(
        "s3",
        endpoint_url=person.variables["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id="1" * 12,  # to LocalStack another account
        aws_secret_access_key="test",
    )
    other.create_bucket(Bucket="lakeloop-dev-raw")
    person.git("remote", "rename", "origin", "elsewhere")
    printed = person.types("just bootstrap env=dev", 2)
    assert "git has no remote `origin`. Say repo=OWNER/NAME" in printed
    person.git("remote", "rename", "elsewhere", "origin")
    printed = person.types("just bootstrap env=dev", 2)
    assert (
        "another account has taken: lakeloop-dev-raw. Say another bucket_prefix in terraform/envs/dev.tfvars" in printed
    )
    other.delete_bucket(Bucket="lakeloop-dev-raw")
    printed = person.types(
        "just bootstrap env=dev repo=acme/other region=Frankfurt", 2, AWS_REGION=None, AWS_DEFAULT_REGION=None
    )
    assert "2 things are missing" in printed
    assert "region = 'Frankfurt' is no code of an AWS region" in printed
    assert "GitHub (acme/other): gh: Not Found (HTTP 404). `gh auth login`" in printed
    assert f"The wrong account: AWS_ACCOUNT_ID is {'1' * 12}" in person.types(
        "just deploy-dev", 2, AWS_ACCOUNT_ID="1" * 12
    )
    assert person.client("s3").list_buckets()["Buckets"] == []


@pytest.mark.usefixtures("staging")
def test_a_dry_run_makes_nothing(person):
    printed = person.types("just bootstrap env=dev --dry-run")
    assert "would make  role lakeloop-dev-deploy" in printed
    assert "Nothing was changed" in printed
    assert "would make  role lakeloop-staging-deploy" in person.types("just bootstrap env=staging --dry-run")
    assert person.client("s3").list_buckets()["Buckets"] == []
    assert person.client("iam").list_roles()["Roles"] == []
    assert person.github()["environments"] == {}


def test_bootstrap_makes_what_deployments_need_and_changes_no_file(bootstrapped):
    person, stopped, printed = bootstrapped
    assert "made        policy lakeloop-dev-plan-1" in stopped
    assert "GitHub environment dev-plan: `gh api" in stopped
    assert "Must have admin rights to Repository" in stopped
    assert "the same command again goes on from there" in stopped
    assert "role lakeloop" not in stopped, "no role is there before the environment that protects it"
    assert "there       policy lakeloop-dev-plan-1" in printed
    assert re.search(r"\b10 of \d+ things made", printed)
    assert person.git("status", "--porcelain") == ""
    s3, iam = person.client("s3"), person.client("iam")
    bucket = {"Bucket": STATE["Bucket"]}
    assert s3.get_bucket_versioning(**bucket)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"].values())
    (statement,) = json.loads(s3.get_bucket_policy(**bucket)["Policy"])["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})

    for purpose, environment in (("deploy", "dev"), ("plan", "dev-plan"), ("destroy", "dev-destroy")):
        role = iam.get_role(RoleName=f"lakeloop-dev-{purpose}")["Role"]
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Condition"]["StringEquals"] == {
            f"{ISSUER}:aud": "sts.amazonaws.com",
            f"{ISSUER}:sub": [
                f"repo:acme/lake:environment:{environment}",
                f"repo:acme@123456/lake@456789:environment:{environment}",
            ],
        }
        variables = person.github()["environments"][environment]["variables"]
        assert variables == {
            "AWS_ACCOUNT_ID": "000000000000",
            "AWS_REGION": person.region,
            "AWS_ROLE_ARN": role["Arn"],
            "TFSTATE_BUCKET": STATE["Bucket"],
            "TFSTATE_KEY": STATE["Key"],
            "TFSTATE_REGION": person.region,
        }
    dev, plan, destroy = (person.github()["environments"][name] for name in ("dev", "dev-plan", "dev-destroy"))
    assert dev["branches"] == destroy["branches"] == ["main"], "no other branch may take the deploy role"
    assert plan["deployment_branch_policy"] is None
    assert [rule["type"] for rule in destroy["protection_rules"]] == ["required_reviewers"]
    assert dev["protection_rules"] == plan["protection_rules"] == []


def test_a_second_bootstrap_changes_nothing(bootstrapped):
    person, *_ = bootstrapped
    calls = len(person.github()["calls"])
    assert "nothing was changed" in person.types(f"./bootstrap_account.sh {person.region} dev")
    again = person.github()["calls"][calls:]
    assert again
    assert not any("--method" in call or call[:2] == ["variable", "set"] for call in again)


def test_what_was_changed_by_hand_is_mended(bootstrapped):
    person, *_ = bootstrapped
    person.client("s3").delete_bucket_policy(Bucket=STATE["Bucket"])
    iam, plan = person.client("iam"), {"RoleName": "lakeloop-dev-plan"}
    iam.detach_role_policy(**plan, PolicyArn="arn:aws:iam::000000000000:policy/lakeloop-dev-plan-1")
    # Of a bootstrap that cut policies another way.
    before = iam.create_policy(PolicyName="lakeloop-dev-plan-9", PolicyDocument=json.dumps(ANYTHING))["Policy"]["Arn"]
    iam.attach_role_policy(**plan, PolicyArn=before)
    printed = person.types("just bootstrap env=dev")
    assert "made        bucket lakeloop-dev-tfstate: TLS only" in printed
    assert "made        role lakeloop-dev-plan" in printed
    assert re.search(r"\b2 of \d+ things made", printed)
    assert before not in {each["Arn"] for each in iam.list_policies(Scope="Local")["Policies"]}


def test_a_repository_that_was_transferred_is_mended_by_a_second_bootstrap(bootstrapped):
    """GitHub finds it under its old name, and its jobs have another subject."""
    person, *_ = bootstrapped
    known = person.github()
    owner = {"login": "house", "id": 99}
    person.github_says(
        repository={**known["repository"], "full_name": "house/pond", "owner": owner},
        before=["acme/lake"],
        subject={"use_default": True, "use_immutable_subject": True},
    )
    printed = person.types("just bootstrap env=dev")
    assert "acme/lake is house/pond on GitHub now: renamed or transferred." in printed
    assert (
        "made        role lakeloop-dev-deploy: it trusted repo:acme/lake:environment:dev, "
        "repo:acme@123456/lake@456789:environment:dev, and trusts repo:house@99/pond@456789:environment:dev now."
        in printed
    )
    assert re.search(r"\b3 of \d+ things made", printed)
    person.github_says(repository=known["repository"], subject=known["subject"])
    assert re.search(r"\b3 of \d+ things made", person.types("just bootstrap env=dev"))


def test_only_a_commit_is_deployed(bootstrapped):
    person, *_ = bootstrapped
    with changed(person.home / HANDLER, "broken"):
        printed = person.types("just deploy-dev", 2)
    assert "these files differ from it" in printed
    assert HANDLER in printed


def test_a_lock_that_was_left_is_named_and_taken_away(bootstrapped):
    person, *_ = bootstrapped
    person.client("s3").put_object(Bucket=STATE["Bucket"], Key=f"{STATE['Key']}.tflock", Body=json.dumps(LOCK))
    for recipe in ("just deploy-dev confirm=dev", "just destroy env=dev confirm=DESTROY"):
        printed = person.types(recipe, 2)
        assert "is locked: OperationTypeApply by person@laptop since 2026-11-20T18:00:00Z" in printed
        assert "`just unlock env=dev`" in printed
    assert "add confirm=dev" in person.types("just unlock env=dev", 2)
    assert "successfully unlocked" in person.types("just unlock env=dev confirm=dev")
    assert "is not locked" in person.types("just unlock env=dev")


def test_a_deployment_ends_with_a_version_that_was_tried(deployed):
    person, printed = deployed
    assert re.search(r"Apply complete! Resources: \d+ added, 0 changed, 0 destroyed", printed)
    assert "Version 1 of lakeloop-dev-dbt-runner works, and is live." in printed
    for name in (FUNCTION, "lakeloop-dev-dbt-pipeline"):
        role = person.client("iam").get_role(RoleName=name)["Role"]
        boundary = role["PermissionsBoundary"]["PermissionsBoundaryArn"]
        assert boundary == "arn:aws:iam::000000000000:policy/lakeloop-dev-boundary"
    # The rest of the loop finds what was deployed.
    assert "success" in person.types("just invoke ls --select dim_customers")


def test_nothing_to_deploy_changes_nothing(deployed):
    person, _ = deployed
    assert "No changes" in person.taking(PLAN).types("just deploy-plan env=dev")
    assert live(person) == "1"


def test_a_job_may_load_and_run(deployed):
    job, _ = deployed
    raw.write(job.home / "data" / "raw")
    assert "files sent" in job.types("just load env=dev raw=data/raw")
    shutil.rmtree(job.home / ".lakeloop" / "sent")  # the next one on another machine, which remembers nothing
    assert re.search(r": 0 files sent .*, \d+ there already", job.types("just load env=dev raw=data/raw"))
    assert "success" in job.types("just run run --select stg_products")


def test_a_version_that_does_not_work_does_not_live(deployed):
    person, _ = deployed
    sound, settings = (person.home / HANDLER).read_text("utf-8"), (person.home / TFVARS).read_text("utf-8")
    cutoff = settings.replace("bytes_scanned_cutoff = 10737418240", "bytes_scanned_cutoff = 20000000000")
    later = cutoff.replace("cron(0 4 ", "cron(0 5 ").replace("schedules            = {", f"schedules = {{ {WEEKLY},")
    assert WEEKLY in later and "cron(0 5 " in later
    key = person.client("kms").create_key()["KeyMetadata"]["Arn"]
    person.commits(TFVARS, f'{later}\n{CHANGED_SETTINGS}monitoring = false\nkms_key_arn = "{key}"\n')
    # The account's own session, and no job's: a key is what bootstrap gives the roles.
    assert "made        policy lakeloop-dev-deploy-" in replace(person, session={}).types("just bootstrap env=dev")
    description = 'description = "What the dbt runner may do, and nothing else"'
    role = (person.home / ROLE).read_text("utf-8")
    assert description in role
    person.commits(
        ROLE, role.replace(description, 'description = "What the runner may do"\n  max_session_duration = 7200')
    )
    for file, before, after in CHANGED_EVENTS:
        text = (person.home / file).read_text("utf-8")
        assert before in text
        person.commits(file, text.replace(before, after))
    person.commits(HANDLER, f'{sound}\nraise RuntimeError("broken on purpose")\n')
    output = person.home.parent / "output"
    # All watching goes: seven alarms, a dashboard, five queries, the count of files that are set apart; and who was told.
    assert " to change, 15 to destroy" in person.taking(PLAN).types(f"just deploy-plan env=dev output={output}")
    approved = output.read_text("utf-8").strip()
    printed = person.types(f"just deploy-dev confirm=dev {approved}", 2)
    assert "Version 2 does not work" in printed
    assert "broken on purpose" in printed
    assert "It is not live: the alias live still names version 1." in printed
    assert live(person) == "1"
    workgroup = person.client("athena").get_work_group(WorkGroup="lakeloop-dev")["WorkGroup"]
    assert workgroup["Configuration"]["BytesScannedCutoffPerQuery"] == 20_000_000_000
    assert {group.get("kmsKeyId") for group in log_groups(person)} == {key}

    # An emergency stop meanwhile: the deployment is done, and says that nothing can be tried.
    settings = settings.replace("changes = {}", "changes = { retention_hours = 200 }")
    person.commits(TFVARS, f'{settings}\nreserved_concurrency = 0\nextra_tags = {{ One = "1" }}\n')
    layer = (person.home / LAYER).read_text("utf-8")
    assert '"dbt with its Athena adapter"' in layer
    person.commits(LAYER, layer.replace('"dbt with its Athena adapter"', '"dbt, another layer"'))
    person.commits(HANDLER, f"{sound}\n# mended\n")
    printed = person.types(f"just deploy env=dev confirm=dev {approved}", 2)
    assert "This is not the plan that was approved" in printed
    printed = person.types("just deploy env=dev confirm=dev")
    assert "lakeloop-dev-dbt-runner is stopped (reserved_concurrency = 0): nothing was tried." in printed
    assert "Version 3 is not live: version 1 is what the alias live names." in printed
    assert live(person) == "1"
    assert {group.get("kmsKeyId") for group in log_groups(person)} == {None}
    assert "made        policy lakeloop-dev-deploy-" in replace(person, session={}).types("just bootstrap env=dev")

    person.commits(TFVARS, settings)
    printed = person.types("just deploy env=dev confirm=dev")
    commit = person.git("rev-parse", "--short=12", "HEAD")
    assert f"Version 3 of lakeloop-dev-dbt-runner works, and is live (commit {commit}); before it was 1." in printed
    assert live(person) == "3"
    versions = person.client("lambda").list_versions_by_function(FunctionName=FUNCTION)["Versions"]
    assert [version["Version"] for version in versions] == ["$LATEST", "1", "3"], "what failed is gone"


def test_an_older_commit_is_refused(deployed):
    person, _ = deployed
    newer = person.git("rev-parse", "--short=12", "HEAD")
    person.git("checkout", "--quiet", "--detach", "HEAD~1")
    assert f"is older than {newer}, which was deployed to dev last" in person.types("just deploy-dev confirm=dev", 2)
    person.git("checkout", "--quiet", "main")
    assert live(person) == "3"


def test_a_rollback_goes_to_what_was_live_not_to_what_failed(deployed):
    person, _ = deployed
    assert "add confirm=dev" in person.types("just rollback env=dev", 2)
    assert "lakeloop-dev-dbt-runner:live is version 1 again, before it was 3" in person.types(
        "just rollback env=dev confirm=dev"
    )
    assert live(person) == "1"
    assert "success" in person.types("just invoke ls --select dim_customers")
    assert "there is none before it" in person.types("just rollback env=dev confirm=dev", 2)


def test_the_lake_goes_before_the_account(person, deployed):
    job, _ = deployed
    proved = replace(job, session={}).types("just iam-proof role=dbt-pipeline")
    assert re.search(r"dbt-pipeline: [\d,]+ permissions? used, 0 would be denied, 0 statements", proved), proved
    assert "`just destroy env=dev` first" in person.types("just unbootstrap env=dev confirm=dev", 2)
    assert f"{DEPLOY} destroys nothing: that is {DESTROY}'s" in job.types("just destroy env=dev confirm=DESTROY", 2)
    job = person.taking(DESTROY)
    assert "add confirm=DESTROY" in job.types("just destroy env=dev", 2)
    printed = job.types("just destroy env=dev confirm=DESTROY")
    assert re.search(r"Apply complete! Resources: 0 added, 0 changed, \d+ destroyed", printed)
    assert [bucket["Name"] for bucket in person.client("s3").list_buckets()["Buckets"]] == [STATE["Bucket"]]
    assert "There is nothing of dev" in job.types("just destroy env=dev confirm=DESTROY")


def test_where_data_is_kept_no_job_can_delete_it_or_change_its_guards(person, bootstrapped):
    printed = person.types("just bootstrap env=prod")
    assert "`just deploy env=prod`, as who you are now, makes the buckets and roles of prod" in printed
    try:
        assert [r["type"] for r in person.github()["environments"]["prod"]["protection_rules"]] == [
            "required_reviewers"
        ]
        for purpose in ("deploy", "plan"):
            job = person.taking(f"lakeloop-prod-{purpose}")
            for service, call, arguments in DELETING:
                client = job.client(service, as_role=True)
                with pytest.raises(ClientError) as raised:
                    getattr(client, call)(**arguments)
                assert "is not authorized to perform" in str(raised.value), (purpose, call, raised.value)
        printed = person.taking("lakeloop-prod-deploy").types("just deploy-prod confirm=prod", 2)
        assert "Nothing was applied: the plan would create" in printed
        assert "which lakeloop-prod-deploy may not" in printed
    finally:
        person.types("just unbootstrap env=prod confirm=prod")


def test_no_call_of_a_job_is_denied_and_no_permission_is_idle(person):
    proved = {role: person.types(f"just iam-proof role={role}; true") for role in (DEPLOY, PLAN, DESTROY)}
    # The key went when the settings named it no more, and the permissions on it.
    gone = re.compile(r"^  denied  .*: (\S+) on arn:aws:kms:.*:key/.*\n", re.M)
    used = {"kinesis:StartStreamEncryption", "kms:CreateGrant", "kms:Encrypt"}
    # Objects are written before or after the bucket has the key: Terraform does both at once.
    by_objects = {"kms:GenerateDataKey", "kms:Decrypt"}
    for role, said in proved.items():
        counts = re.search(rf"^{role}: [\d,]+ permissions? used, (\d+) would be denied, 0 statements", said, re.M)
        denied = gone.findall(said)
        assert counts and int(counts[1]) == len(denied), "\n".join(proved.values())
        assert used <= set(denied) <= used | by_objects if role == DEPLOY else denied == [], said


def test_nothing_is_left(person):
    assert "add confirm=dev" in person.types("just unbootstrap env=dev", 2)
    person.types("just unbootstrap env=dev confirm=dev")
    iam = person.client("iam")
    assert person.client("s3").list_buckets()["Buckets"] == []
    assert iam.list_roles()["Roles"] == []
    assert iam.list_policies(Scope="Local")["Policies"] == []
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []
    assert person.client("lambda").list_functions()["Functions"] == []
    assert person.client("lambda").list_layers()["Layers"] == []
    assert person.client("logs").describe_log_groups()["logGroups"] == []
    # Others of the account query, too, and Athena asks for it.
    assert [found["Name"] for found in person.client("glue").get_databases()["DatabaseList"]] == ["default"]
    assert person.client("stepfunctions").list_state_machines()["stateMachines"] == []
    assert person.client("scheduler").list_schedules()["Schedules"] == []
    assert person.client("sns").list_topics()["Topics"] == []
    assert person.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert person.client("logs").describe_query_definitions()["queryDefinitions"] == []
    assert person.github()["environments"] == {}
    assert "gone" in person.types("just unbootstrap env=dev confirm=dev"), "a second time finds nothing to do"
