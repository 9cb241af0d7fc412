"""Ways from a clone to a project of one's own, as people type them; one is deployed and runs, too."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest
from lakeloop.aws.terraform.program import INSTALL
from lakeloop_project import read_settings

from tests import byte_code, local_aws
from tests.adoption import raw
from tests.clone import steps
from tests.deploy.account import Checkout, checkout

pytestmark = [
    pytest.mark.slow,
    pytest.mark.emulator,
    pytest.mark.skipif(shutil.which("terraform") is None, reason=INSTALL),
]

PROJECTS = Path(__file__).parent / "projects"
# Of `.lakeloop`, what serves whatever the project is, each with the hash of what it is of: zips, linters' notes, what evaluates
# policies, the Pythons of functions.
KEPT = ("build", "passed", "iam", "runtimes")
# A team's files, and what `just new` and `just adopt` take out.
THEIRS = ("dbt/", "lakeloop.toml", "sample/", ".github/workflows/product.yml")
CUSTOMERS = "select * from (values ('c1', 'Ada'), ('c2', 'Grace')) as t (id, name)"
ORDERS = (
    "select * from (values ('o1', 'c1', timestamp '2026-01-01 10:00:00', 1250), "
    "('o2', 'c1', timestamp '2026-01-02 11:00:00', 300)) as t (id, customer, ordered_at, order_total)"
)
VIEWS = (
    "select 1::bigint as view_id, timestamp '2026-01-01 10:00:00' as seen_at, "
    "{'id': 7::bigint, 'country': 'de'} as visitor, ['a', 'b'] as tags, 'search' as channel"
)


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    with local_aws.running(tmp_path_factory.mktemp("emulator"), enforcing=True) as aws:
        yield aws


@pytest.fixture(scope="module")
def cloned(account, tmp_path_factory):
    """A clone with a sample to take out, committed."""
    made = checkout(tmp_path_factory.mktemp("clone"), account.environment)
    byte_code.lend(made.home, "emulator")
    (made.home / "terraform" / "envs" / "staging.tfvars").write_text("force_destroy = true\n", "utf-8")
    (made.home / "sample").mkdir()
    (made.home / "sample" / "README.md").write_text("# The sample\n", "utf-8")
    commit(made)
    made.git("tag", "cloned")
    return made


@pytest.fixture
def person(cloned, tmp_path):
    """The clone as it was at first, but for its environments and what is kept by its content; and projects to adopt."""
    cloned.git("reset", "--quiet", "--hard", "cloned")
    kept = [f"--exclude={name}" for name in (".venv", "__pycache__", ".lakeloop")]
    cloned.git("clean", "--quiet", "--force", "--force", "-d", "-x", *kept)
    for left in (cloned.home / ".lakeloop").iterdir():
        if left.name not in KEPT:
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    shutil.copytree(PROJECTS, tmp_path / "projects")
    return cloned


def commit(person: Checkout) -> str:
    person.git("add", "--all")
    person.git("commit", "--quiet", "--message", "mine")
    return person.git("rev-parse", "HEAD")


def give(person: Checkout, table: str, query: str) -> None:
    """Put rows where the source's *table* is looked for on this machine."""
    folder = person.home / "data" / "sources" / table
    folder.mkdir(parents=True)
    duckdb.sql(query).write_parquet(str(folder / "rows.parquet"))


def is_checked(person: Checkout, cloned: str) -> None:
    """Linters pass, and no file of the product is another than it was."""
    commit(person)
    person.types("just check")
    changed = person.git("diff", "--name-only", cloned, "HEAD").splitlines()
    assert [name for name in changed if not name.startswith(THEIRS)] == []
    assert person.git("status", "--porcelain") == ""


def is_verified(person: Checkout) -> None:
    """All that a team's CI asks, none of it left out."""
    done = steps(person.types("just verify"))
    assert list(done) == [
        "parse for dev",
        "parse for prod",
        "parse for staging",
        "build and test on DuckDB",
        "start a local AWS",
        "apply Terraform",
        "load what sources read",
        "run in the Lambda",
        "no drift",
        "parity of DuckDB and Athena",
        "no call is denied",
        "all of it",
    ]
    assert "left out" not in done.values()
    assert not (person.home / ".lakeloop" / "verify" / "emulator" / "pid").exists(), "it leaves no emulator"
    assert person.git("status", "--porcelain") == ""


def is_deployed_and_runs(person: Checkout) -> None:
    """The way into an account, and a run there, for a project with sources of each kind that a role needs permissions for."""
    person.types("just bootstrap env=dev")
    assert "works, and is live" in person.types("just deploy-dev confirm=dev")
    person.types("just load env=dev")
    assert re.search(r"status\s+│\s+success", person.types("just run env=dev"))
    assert person.git("status", "--porcelain") == ""


def test_new_of_raw_files_of_another_business(person, tmp_path):
    cloned = person.git("rev-parse", "HEAD")
    printed = person.types(f"just new name=acme raw={raw.write(tmp_path / 'library')}")
    assert "acme is yours: the sample is gone, dbt/ has sources and staging models of 3 tables" in printed
    assert "is a project of its own already" in person.types("just new name=again", 2)
    is_checked(person, cloned)
    is_verified(person)


def test_a_project_like_jaffle_shop(person, tmp_path):
    cloned, theirs = person.git("rev-parse", "HEAD"), tmp_path / "projects" / "jaffle" / "shop"
    assert "2 dbt projects below" in person.types(f"just adopt {tmp_path}/projects/jaffle", 2)
    give(person, "ecom/raw_customers", CUSTOMERS)
    give(person, "ecom/orders", ORDERS)
    printed = person.types(f"just adopt {theirs}")
    for row in (
        "compiled │ 7 of 7 models",
        "built on local Athena │ 6 of 7 models, 1 of 1 seeds; tests: 9 pass",
        "built in the Lambda │ 6 of 7 models, 1 of 1 seeds; tests: 9 pass",
        "built on DuckDB │ 7 of 7 models, 1 of 1 seeds; tests: 9 pass",
        "the same on both │ 0 of 2 tables",
        "order_weeks │ Athena, AWS's too │ `::` is no cast on Athena",
        "customers │ parity │ lifetime_spend: DOUBLE on DuckDB, DECIMAL(38,2) on Athena",
    ):
        assert row in re.sub(r" +", " ", printed), row
    skipped = read_settings(person.home).skip
    assert (skipped.local, skipped.emulator, skipped.parity) == ((), ("order_weeks+",), ("customers", "orders"))
    is_checked(person, cloned)
    is_verified(person)
    is_deployed_and_runs(person)

    # A second time, after `git pull` there; and not over what was changed here.
    (theirs / "models" / "marts" / "order_weeks.sql").write_text("select 1 as one\n", "utf-8")
    printed = person.types(f"just adopt {theirs}", 2)
    assert "  M models/marts/order_weeks.sql\n" in printed
    assert "add confirm=yes" in printed
    assert "order_weeks" not in person.git("status", "--porcelain")
    (person.home / "dbt" / "models" / "marts" / "customers.sql").write_text("select 2 as two\n", "utf-8")
    printed = person.types(f"just adopt {theirs} confirm=yes", 2)
    assert "has been changed here since:\n  M models/marts/customers.sql\n" in printed


def test_a_project_with_glue_sources_nested_types_and_a_template_for_a_profile(person, tmp_path):
    cloned, theirs = person.git("rev-parse", "HEAD"), tmp_path / "projects" / "clickstream"
    assert "TEAM_NAME (dbt_project.yml:12)" in person.types(f"just adopt {theirs}", 2)
    assert person.git("status", "--porcelain") == "", "and nothing was changed"
    give(person, "site/page_views", VIEWS)
    printed = re.sub(r" +", " ", person.types(f"just adopt {theirs} env.TEAM_NAME=growth"))
    for line in (
        "source-paths is of before dbt 1.0; dbt 1.12 still reads it as model-paths.",
        "The project asks for dbt >=1.3.0, <1.9.0; here is 1.",
        "tests target.name for 'production': it is the target of environment prod",
        "Targets that are not Athena's are left out: warehouse (redshift)",
        "built on local Athena │ 6 of 8 models",
        "built in the Lambda │ 6 of 8 models",
        "ordered_places │ local Athena │ ",
    ):
        assert line in printed, line
    settings = (person.home / "lakeloop.toml").read_text("utf-8")
    assert 'TEAM_NAME = "growth"' in settings
    assert 'prod = "production"' in settings
    is_checked(person, cloned)
    # The trial has run it in every place; what it left out stays out, and each environment finds its target.
    person.types("just parse prod && just dbt-local")


def test_a_data_vault_with_merge_runs_everywhere(person, tmp_path):
    printed = re.sub(r" +", " ", person.types(f"just adopt {tmp_path}/projects/vault"))
    for where in ("local Athena", "the Lambda", "DuckDB"):
        built = re.search(rf"built (?:on|in) {where} │ (\d) of 5 models, 2 of 2 seeds, 1 of 1 snapshots", printed)
        assert built, (where, printed[-3000:])
        assert built[1] == "5", where
