"""An environment is a file: what its ``.tfvars`` and ``lakeloop.toml`` say reaches Terraform, the policies and GitHub."""

import json
import re
from itertools import product

import pytest
from botocore.exceptions import ClientError
from lakeloop import commands as lakeloop
from lakeloop.aws import tfvars
from lakeloop.aws.account import Account
from lakeloop.aws.place import Place, account_of, choose, in_region
from lakeloop.aws.terraform import catalog
from lakeloop.aws.terraform import command as terraform
from lakeloop.aws.terraform.backend import locate
from lakeloop.aws.terraform.variables import options
from lakeloop.bootstrap import github, iam
from lakeloop.bootstrap.names import Names, names_of
from lakeloop.bootstrap.sources import Sources
from lakeloop.deploy.bounds import require_bounded
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace, find

ACCOUNT = Account("0" * 12, "arn:aws:iam::000000000000:root")
SOURCES = 'source_locations = [\n  "s3://crm-files/exports/", # "s3://not/"\n  "s3://events/",\n]\n'


@pytest.fixture(autouse=True)
def no_databases(monkeypatch):
    """These checkouts have no dbt project; what one says of databases is test_catalog's."""
    for place in ("lakeloop.aws.terraform.catalog.databases", "lakeloop.bootstrap.names.databases"):
        monkeypatch.setattr(place, lambda *_: ([], []))


@pytest.fixture
def checkout(tmp_path):
    """A checkout of a team's own files: the project acme-shop with dev, prod, and a staging elsewhere."""
    (tmp_path / "lakeloop.toml").write_text(
        'name = "acme-shop"\nregion = "eu-west-1"\n[raw]\nfolder = "data/raw"\n', "utf-8"
    )
    envs = tmp_path / "terraform" / "envs"
    envs.mkdir(parents=True)
    (envs / "dev.tfvars").write_text("force_destroy = true\n", "utf-8")
    (envs / "prod.tfvars").write_text('bucket_prefix = "acme-2"\n# force_destroy = true\n', "utf-8")
    (envs / "staging.tfvars").write_text('region="eu-north-1" # closer\nforce_destroy=false\n' + SOURCES, "utf-8")
    return Workspace(tmp_path)


def said(checkout: Workspace, environment: str, place: Place | None = None) -> dict[str, str]:
    """Terraform's variables as commands pass them."""
    file, *given = options(checkout, place or choose(checkout, environment, "aws", {}))
    assert file == f"-var-file=envs/{environment}.tfvars"
    return dict(option.removeprefix("-var=").split("=", 1) for option in given)


def test_terraform_is_told_project_environment_and_region(checkout):
    assert said(checkout, "dev") == {
        "project": "acme-shop",
        "environment": "dev",
        "region": "eu-west-1",
        "databases": "[]",
        "source_databases": "[]",
        "dbt_environment": "{}",
        "dbt_target": "dev",
    }
    assert said(checkout, "staging")["region"] == "eu-north-1", "its own before the project's"


def test_the_region_in_which_it_was_bootstrapped_wins(checkout, monkeypatch):
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-west-2")
    place = in_region(account_of("staging", {}), "eu-central-1")
    assert said(checkout, "staging", place)["region"] == "eu-central-1"


def test_databases_of_dbts_reach_terraform(checkout, monkeypatch):
    monkeypatch.setattr(catalog, "databases", lambda workspace, environment: ([f"acme_shop_{environment}_x"], ["crm"]))
    given = said(checkout, "dev")
    assert (given["databases"], given["source_databases"]) == ('["acme_shop_dev_x"]', '["crm"]')


def test_variables_and_target_of_dbts_reach_terraform(checkout):
    file = checkout.root / "lakeloop.toml"
    file.write_text(file.read_text("utf-8") + '[dbt.env]\nTEAM = "x"\n[dbt.targets]\ndev = "development"\n', "utf-8")
    given = said(Workspace(checkout.root), "dev")
    assert (given["dbt_environment"], given["dbt_target"]) == ('{"TEAM": "x"}', "development")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('dbt_environment = { A = "x" }', "says dbt_environment, which [dbt] of lakeloop.toml says"),
        ('environment = "prod"', "says environment = 'prod', but the file's name says 'dev'. Take the line out"),
        ('project = "other"', "says project = 'other', but `name` of lakeloop.toml says 'acme-shop'"),
        ('databases = ["acme_shop_dev_x"]', "says databases, which dbt's project says"),
        ('source_databases = [\n"crm"\n]', "says source_databases, which"),
    ],
)
def test_a_setting_that_would_be_ignored_is_refused(checkout, line, message):
    (checkout.terraform / "envs" / "dev.tfvars").write_text(f"{line}\n", "utf-8")
    with pytest.raises(UserError, match=re.escape(message)):
        said(checkout, "dev")


def test_what_says_the_same_twice_is_taken(checkout):
    (checkout.terraform / "envs" / "dev.tfvars").write_text('environment = "dev"\n', "utf-8")
    assert said(checkout, "dev")["environment"] == "dev"


def test_the_settings_of_a_file_are_read_without_its_comments(checkout):
    assert [tfvars.prefix(checkout, env) for env in ("dev", "prod")] == ["acme-shop", "acme-2"]
    assert [tfvars.is_precious(checkout, env) for env in ("dev", "prod", "staging")] == [False, True, True]
    assert tfvars.texts(checkout, "staging", "source_locations") == ["s3://crm-files/exports/", "s3://events/"]
    assert Place("prod", "emulator", "emulator", {}, {"force_destroy": "true"}).deletes_data(checkout)
    assert not Place("prod", "AWS", "aws", {}).deletes_data(checkout)


def test_a_region_that_is_none_is_one_message(checkout):
    (checkout.terraform / "envs" / "dev.tfvars").write_text('region = "Frankfurt"\n', "utf-8")
    with pytest.raises(
        UserError, match=r"^terraform/envs/dev.tfvars: region = 'Frankfurt' is no code of an AWS region"
    ):
        choose(checkout, "dev", "aws", {})


@pytest.mark.parametrize(
    "command",
    [
        *(
            "bootstrap",
            "deploy",
            "deploy-plan",
            "destroy",
            "iam-proof",
            "rollback",
            "tf-apply",
            "tf-destroy",
            "tf-plan",
        ),
        *("unbootstrap", "unlock"),
    ],
)
def test_every_command_takes_every_file_and_no_other(command, checkout, monkeypatch):
    def enter(workspace, environment, on=None):
        raise UserError(f"on its way to {environment}")

    for module in ("aws.terraform.command.enter", "iam.command.enter", "bootstrap.command.enter_account"):
        monkeypatch.setattr(f"lakeloop.{module}", enter)
    monkeypatch.setattr("lakeloop.deploy.target.enter_account", enter)
    monkeypatch.setattr("lakeloop.deploy.command.clean_commit", lambda workspace: "1a2b3c")
    monkeypatch.setattr(terraform, "require_terraform", lambda: None)
    with pytest.raises(UserError, match="on its way to staging"):
        lakeloop.COMMANDS[command](checkout, ["env=staging"])
    with pytest.raises(UserError, match=r"'qa' is not an environment. Known: dev, prod, staging .*A file more"):
        lakeloop.COMMANDS[command](checkout, ["env=qa"])


def test_the_environments_are_a_list_for_workflows(checkout, capsys):
    assert lakeloop.COMMANDS["environments"](checkout, []) == 0
    assert json.loads(capsys.readouterr().out) == ["dev", "prod", "staging"]


class Bucket:
    """S3 with the bucket of a state that was made in eu-central-1."""

    def head_bucket(self, **_):
        return {"BucketRegion": "eu-central-1"}


def test_an_environment_that_was_bootstrapped_elsewhere_stays_there_and_says_so(checkout, monkeypatch, capsys):
    monkeypatch.setattr(Place, "client", lambda *_, **__: Bucket())
    backend = locate(checkout, choose(checkout, "dev", "aws", {}), ACCOUNT)
    assert (backend.bucket, backend.key) == ("acme-shop-dev-tfstate", "acme-shop/dev/terraform.tfstate")
    assert backend.region == "eu-central-1"
    assert (
        "dev was bootstrapped in eu-central-1 and stays there, though its files say eu-west-1"
        in capsys.readouterr().err
    )


def approvals(precious: bool) -> list[bool]:
    """Of the environments that bootstrap makes at GitHub, whether deployments to each wait for somebody."""
    asked: list[dict] = []

    class Recorded(github.GitHub):
        def ask(self, path):
            return None

        def do(self, *words, body=None):
            if "PUT" in words:
                asked.append(body)
            return "42"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(github, "GitHub", Recorded)
        names = Names("acme", "staging", "acme", "acme/lake", "0" * 12, "aws", "eu-west-1")
        for step in github.steps(names, precious=precious):
            if step.name.startswith("GitHub environment"):
                step.create()
    return ["reviewers" in body for body in asked]


def test_deployments_to_what_keeps_its_data_wait_for_somebody():
    assert approvals(precious=True) == [False, True, True], "the plan never waits"
    assert approvals(precious=False) == [False, False, True], "a destroy always does"


def every_name(project: str, environment: str) -> set[str]:
    """All that bootstrap makes, and every resource that its policies let a deployment make or change."""
    names = Names(project, environment, project, "acme/lake", "0" * 12, "aws", "eu-west-1")
    more = (iam.DESTROY, iam.FIRST_DEPLOYMENT)
    policies = ["boundary", *(policy for purpose in iam.ROLES for policy in iam.policies(purpose, *more))]
    documents = (names.documents(purpose, iam.policies(purpose, *more)) for purpose in iam.ROLES)
    made = {names.policy(policy) for policy in ("boundary", *(name for each in documents for name in each))}
    made |= {names.role(purpose) for purpose in iam.ROLES}
    shared = {
        "*",
        "arn:aws:glue:eu-west-1:000000000000:catalog",
        "arn:aws:glue:eu-west-1:000000000000:database/default",
    }
    shared.add("arn:aws:kms:eu-west-1:000000000000:key/*")
    # Functions and services with a network get interfaces whose names are numbers; images are read from where a team has them;
    # crawlers write where AWS says: https://docs.aws.amazon.com/glue/latest/dg/monitor-crawler.html
    shared |= {
        "arn:aws:ec2:eu-west-1:000000000000:*",
        "arn:aws:ecr:eu-west-1:000000000000:repository/*",
        "arn:aws:logs:eu-west-1:000000000000:log-group:/aws-glue/crawlers:*",
    }
    # Lambda names mappings by numbers of its own; those that are changed are told by their function, a condition.
    shared.add("arn:aws:lambda:eu-west-1:000000000000:event-source-mapping:*")
    resources = {
        resource for policy in policies for each in names.document(policy)["Statement"] for resource in each["Resource"]
    }
    return made | {names.backend.bucket, names.backend.key, *names.lake_buckets} | (resources - shared)


def test_two_projects_and_two_environments_share_no_name():
    lakes = {lake: every_name(*lake) for lake in product(("acme", "acme-shop", "acme2"), ("dev", "dev2", "prod"))}
    for (one, names), (other, others) in product(lakes.items(), repeat=2):
        if one != other:
            assert not names & others, (one, other)
            # Nor does a policy of the one match what is the other's.
            patterns = [re.compile(re.escape(name).replace(r"\*", ".*")) for name in names if "*" in name]
            matched = [name for name in others for pattern in patterns if pattern.fullmatch(name.replace("*", "x"))]
            assert not matched, (one, other)


def test_the_boundary_lets_the_function_read_its_sources_alone(checkout, monkeypatch):
    monkeypatch.setattr(catalog, "databases", lambda *_: ([], ["crm"]))
    monkeypatch.setattr("lakeloop.bootstrap.names.databases", catalog.databases)
    names = names_of(checkout, choose(checkout, "staging", "aws", {}), ACCOUNT)
    statements = {each["Sid"]: each for each in names.document("boundary")["Statement"] if "Source" in each["Sid"]}
    assert statements["SourceTables"]["Resource"] == [
        "arn:aws:glue:eu-north-1:000000000000:catalog",
        "arn:aws:glue:eu-north-1:000000000000:database/crm",
        "arn:aws:glue:eu-north-1:000000000000:table/crm/*",
    ]
    assert statements["SourceFiles"]["Resource"] == ["arn:aws:s3:::crm-files/exports/*", "arn:aws:s3:::events/*"]
    assert not any(
        re.search(r":(Create|Update|Delete|Put)", action) for each in statements.values() for action in each["Action"]
    )
    without = Names("acme", "dev", "acme", "acme/lake", "0" * 12, "aws", "eu-west-1")
    assert not [
        each["Sid"]
        for policy in ("boundary", "read")
        for each in without.document(policy)["Statement"]
        if each["Sid"] in ("ReadBoundary", *statements)
    ], "and there is no statement where there is no source"


def test_a_database_of_another_name_is_granted_as_the_environments_own(checkout, monkeypatch):
    monkeypatch.setattr(catalog, "databases", lambda *_: (["acme_shop_staging_x", "finance"], []))
    monkeypatch.setattr("lakeloop.bootstrap.names.databases", catalog.databases)
    names = names_of(checkout, choose(checkout, "staging", "aws", {}), ACCOUNT)
    assert names.databases == ("finance",)
    glue = "arn:aws:glue:eu-north-1:000000000000"
    for policy in ("boundary", "read", "change-data"):
        granted = [each["Resource"] for each in names.document(policy)["Statement"]]
        for resources in granted:
            assert (f"{glue}:database/finance" in resources) == (f"{glue}:database/acme_shop_staging_*" in resources), (
                policy
            )
            assert (f"{glue}:table/finance/*" in resources) == (f"{glue}:table/acme_shop_staging_*/*" in resources), (
                policy
            )
        assert any(f"{glue}:database/finance" in resources for resources in granted)


def test_more_sources_than_iam_takes_are_one_message():
    many = Sources([f"database_{number}" for number in range(50)])
    names = Names("acme", "dev", "acme", "acme/lake", "0" * 12, "aws", "eu-west-1", sources=many)
    with pytest.raises(
        UserError, match=r"acme-dev-boundary would have \d+ characters, and IAM takes 6144: .* reads 50 data"
    ):
        names.boundary()


class Iam:
    """IAM with one policy, or with an error instead."""

    def __init__(self, document, code=""):
        self.document, self.code = document, code

    def get_policy(self, **_):
        if self.code:
            raise ClientError({"Error": {"Code": self.code}}, "GetPolicy")
        return {"Policy": {"DefaultVersionId": "v3"}}

    def get_policy_version(self, VersionId, **_):  # noqa: N803 - boto3's name
        assert VersionId == "v3"
        return {"PolicyVersion": {"Document": self.document}}


def test_a_source_that_the_boundary_does_not_know_stops_a_deployment(monkeypatch):
    names = Names("acme", "dev", "acme", "acme/lake", "0" * 12, "aws", "eu-west-1", sources=Sources(["crm"]))
    before = Names("acme", "dev", "acme", "acme/lake", "0" * 12, "aws", "eu-west-1")
    place = Place("dev", "AWS", "aws", {})

    def asking(iam: Iam):
        monkeypatch.setattr(Place, "client", lambda *_, **__: iam)
        return lambda: require_bounded(place, names)

    asking(Iam(names.boundary()))()
    for there in (Iam(before.boundary()), Iam({}, "AccessDenied"), Iam({}, "NoSuchEntity")):
        with pytest.raises(
            UserError, match=r"The lake reads crm, which .* does not allow yet. `just bootstrap env=dev`"
        ):
            asking(there)()
    with pytest.raises(UserError, match="cannot be read"):
        asking(Iam({}, "Throttling"))()
    require_bounded(place, before)


def test_the_boundary_lets_batch_ingestion_scan_the_tables_that_are_named_and_no_other():
    sources = Sources(tables=["shop_products"])
    scanned = [
        each["Resource"]
        for each in Names("acme", "dev", "acme", "acme/lake", "0" * 12, "aws", "eu-west-1", sources=sources).document(
            "boundary"
        )["Statement"]
        if "dynamodb:Scan" in each["Action"]
    ]
    assert scanned == [["arn:aws:dynamodb:eu-west-1:000000000000:table/shop_products"]]
    nothing = Names("acme", "dev", "acme", "acme/lake", "0" * 12, "aws", "eu-west-1").document("boundary")
    assert "dynamodb" not in str(nothing)


def test_the_shipped_environments_are_three():
    found = find().terraform / "envs"
    assert {"dev", "prod", "staging"} <= {file.stem for file in found.glob("*.tfvars")}
