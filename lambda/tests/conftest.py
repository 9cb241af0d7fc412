"""Lambda's environment for tests: the variables that Terraform sets, and the ones that Lambda sets itself."""

import shutil
from pathlib import Path

import pytest

from tests import zips

PROJECT = Path(__file__).parent / "project"
# Names of their own: emulators on one machine keep their objects in one folder, a folder per bucket.
VARIABLES = {
    "ARTIFACTS_BUCKET": "lakeloop-runner-tests-artifacts",
    "ATHENA_PRICE_PER_TB": "5",
    "ATHENA_RESULTS_BUCKET": "lakeloop-runner-tests-athena-results",
    "ATHENA_WORKGROUP": "primary",
    "DBT_TARGET": "dev",
    "ENVIRONMENT": "dev",
    "GLUE_DATABASE_NAME": "runner_tests",
    "LAMBDA_PRICE_PER_GB_SECOND": "0.0000133334",
    "PROCESSED_BUCKET_NAME": "lakeloop-runner-tests-processed",
    "RAW_BUCKET_NAME": "lakeloop-runner-tests-raw",
}


@pytest.fixture(scope="session")
def variables():
    return dict(VARIABLES)


@pytest.fixture(scope="session")
def function_zip():
    """The function's zip with the small project: building it takes ten seconds, so that it is done once."""
    return zips.function(PROJECT)


@pytest.fixture(scope="module")
def task(function_zip, tmp_path_factory):
    """The function's folder as Lambda unpacks it. Not to be changed by a test."""
    folder = tmp_path_factory.mktemp("task")
    shutil.unpack_archive(function_zip, folder)
    return folder
