"""Rules for the workflows beyond the linters of ``just check``: they do what a person can do, and no more."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
DEPLOY = ROOT / ".github" / "workflows" / "deploy.yml"
JUSTFILES = [file for file in (ROOT / "justfile", ROOT / "sample" / "justfile") if file.exists()]
RECIPES = {
    name
    for file in JUSTFILES
    for name in re.findall(r"^([a-z][a-z-]*)(?: [^:=]*)?:(?!=)", file.read_text("utf-8"), re.MULTILINE)
}
PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


def jobs(file: Path) -> dict:
    return yaml.safe_load(file.read_text("utf-8"))["jobs"]


def steps(file: Path) -> list[dict]:
    return [step for job in jobs(file).values() for step in job.get("steps", [])]


def test_they_are_there():
    stems = {file.stem for file in WORKFLOWS}
    # The product's tests go with the sample.
    assert stems - {"product"} == {"ci", "deploy", "destroy", "environment", "nightly"}
    assert ("product" in stems) == (ROOT / "sample").exists()


def test_deployments_wait_for_no_test_of_the_product():
    called = {name: job["uses"] for name, job in jobs(DEPLOY).items() if "uses" in job}
    own = "./.github/workflows"
    assert called == {"ci": f"{own}/ci.yml", "others": f"{own}/environment.yml", "prod": f"{own}/environment.yml"}
    recipes = [step["run"] for step in steps(ROOT / called["ci"]) if "run" in step]
    assert recipes == ["just check", "just verify", "just deploy-plan env=dev"]


def test_what_was_approved_is_what_is_applied():
    plan, deploy = jobs(DEPLOY.with_name("environment.yml")).values()
    planned, applied = plan["steps"][-1], deploy["steps"][-1]
    assert planned["run"].split()[1] == "deploy-plan" and '"output=$GITHUB_OUTPUT"' in planned["run"]
    assert plan["outputs"] == {"plan": f"${{{{ steps.{planned['id']}.outputs.plan }}}}"}
    assert deploy["needs"] == "plan" and deploy["if"] == "needs.plan.outputs.plan != ''"
    assert applied["run"].endswith('"plan=$PLAN"') and applied["env"]["PLAN"] == "${{ needs.plan.outputs.plan }}"
    # The plan comes before the environment with the reviewers, and none but dev is deployed without one.
    assert (plan["environment"], deploy["environment"]) == (
        "${{ inputs.environment }}-plan",
        "${{ inputs.environment }}",
    )
    assert [name for name, job in jobs(DEPLOY).items() if "environment" in job] == ["dev"]


def test_a_deployment_knows_the_history():
    for file in (DEPLOY, DEPLOY.with_name("environment.yml")):
        for name, job in jobs(file).items():
            taken = [step for step in job.get("steps", []) if step.get("run", "").startswith("just deploy")]
            if taken and not taken[0]["run"].startswith("just deploy-plan"):
                (checkout,) = (step for step in job["steps"] if "actions/checkout" in step.get("uses", ""))
                assert checkout["with"]["fetch-depth"] == 0, name


def test_a_night_drops_no_deployment_that_waits():
    groups = {file.stem: [job.get("concurrency", {}).get("group") for job in jobs(file).values()] for file in WORKFLOWS}
    assert groups["nightly"] == ["nightly-dev"]
    assert "nightly-dev" not in groups["deploy"] + groups["environment"] + groups["destroy"]


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
class TestWorkflow:
    def test_it_calls_just_recipes_alone(self, file):
        for step in steps(file):
            if "run" in step:
                words = step["run"].split()
                assert words[0] == "just" and words[1] in RECIPES, step

    def test_actions_of_others_are_pinned_by_commit_with_the_version(self, file):
        uses = [line.strip().removeprefix("- ") for line in file.read_text("utf-8").splitlines() if "uses:" in line]
        assert uses
        for line in uses:
            assert "uses: ./.github/" in line or PINNED.fullmatch(line), line

    def test_nothing_is_allowed_that_no_job_asks_for(self, file):
        assert yaml.safe_load(file.read_text("utf-8"))["permissions"] == {}
        for name, job in jobs(file).items():
            allowed = job["permissions"]
            if any("actions/deploy-pages" in step.get("uses", "") for step in job.get("steps", [])):
                # It reads no checkout: https://github.com/actions/deploy-pages#usage
                assert allowed == {"pages": "write", "id-token": "write"}, name
                continue
            assert allowed["contents"] == "read", name
            assert set(allowed) <= {"contents", "id-token"}, name
            takes_a_role = any("configure-aws-credentials" in step.get("uses", "") for step in job.get("steps", []))
            assert ("id-token" in allowed) == (takes_a_role or "uses" in job), name
            assert "environment" in job or not takes_a_role, "a role is for the jobs of one environment"

    def test_there_are_no_stored_secrets(self, file):
        assert "secrets." not in file.read_text("utf-8")

    def test_what_works_on_an_account_is_alone_there_and_never_cancelled(self, file):
        for name, job in jobs(file).items():
            recipes = [step["run"] for step in job.get("steps", []) if "run" in step]
            if any(re.match(r"just (deploy(-dev|-prod)?|destroy) ", recipe) for recipe in recipes):
                assert job["concurrency"]["cancel-in-progress"] is False, name
                assert job["concurrency"]["group"] == f"account-{job['environment'].removesuffix('-destroy')}", name

    def test_a_destroy_waits_for_a_reviewer_and_nothing_else_takes_its_role(self, file):
        for name, job in jobs(file).items():
            destroys = any(step.get("run", "").startswith("just destroy ") for step in job.get("steps", []))
            assert str(job.get("environment", "")).endswith("-destroy") == destroys, name


def test_uv_and_just_are_installed_by_hash():
    makefile, tools = ((ROOT / name).read_text("utf-8") for name in ("Makefile", "tools.txt"))
    assert "--require-hashes" in makefile and "tools.txt" in makefile
    pinned = [line.split()[0] for line in tools.splitlines() if not line.startswith((" ", "#"))]
    assert [name.partition("==")[0] for name in pinned] == ["rust-just", "uv"]
    assert all(
        re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)
        for line in tools.splitlines()
        if line.startswith(" ")
    )
