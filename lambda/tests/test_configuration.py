import pytest
from dbt_runner import configuration
from dbt_runner.errors import TerminalError


@pytest.fixture
def task(tmp_path):
    (tmp_path / "dbt").mkdir()
    (tmp_path / "dbt" / "dbt_project.yml").touch()
    return tmp_path


@pytest.fixture
def complete(variables, task):
    return {**variables, "AWS_REGION": "us-east-1", "LAMBDA_TASK_ROOT": str(task)}


def test_a_complete_environment(complete, task):
    read = configuration.read(complete)
    assert (read.environment, read.target) == ("dev", "dev")
    assert read.artifacts_bucket == "lakeloop-runner-tests-artifacts"
    assert read.project == task / "dbt"


def test_all_that_is_missing_is_reported_at_once_with_where_it_is_set(complete):
    del complete["RAW_BUCKET_NAME"], complete["AWS_REGION"]
    complete["ARTIFACTS_BUCKET"] = ""
    with pytest.raises(TerminalError) as raised:
        configuration.read(complete)
    message = str(raised.value)
    assert (
        "ARTIFACTS_BUCKET, RAW_BUCKET_NAME (environment variables of the function, terraform/modules/runner)" in message
    )
    assert "AWS_REGION (set by Lambda itself)" in message


def test_a_zip_without_the_project(complete, task):
    (task / "dbt" / "dbt_project.yml").unlink()
    with pytest.raises(TerminalError, match="just function"):
        configuration.read(complete)
