"""Lambda's environment for tests: the variables that Terraform sets, and the ones that Lambda sets itself."""

import pytest

VARIABLES = {
    "ARTIFACTS_BUCKET": "lakeloop-dev-artifacts",
    "ATHENA_RESULTS_BUCKET": "lakeloop-dev-athena-results",
    "ATHENA_WORKGROUP": "primary",
    "DBT_TARGET": "dev",
    "ENVIRONMENT": "dev",
    "GLUE_DATABASE_NAME": "runner_tests",
    "PROCESSED_BUCKET_NAME": "lakeloop-dev-processed",
    "RAW_BUCKET_NAME": "lakeloop-dev-raw",
}


@pytest.fixture(scope="session")
def variables():
    return dict(VARIABLES)
