"""The environment variables that tell dbt here what an environment's resources are called, as Terraform tells the function."""

from __future__ import annotations

from lakeloop.aws.place import Place
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.workspace import Workspace


def names(workspace: Workspace, place: Place, lake: Outputs) -> dict[str, str]:
    """Those of an applied environment: ``lakeloop_project.profiles`` and the project's sources read them."""
    return {
        "ATHENA_RESULTS_BUCKET": lake.athena_results_bucket,
        "ATHENA_WORKGROUP": lake.athena_workgroup,
        "DBT_CHANGES_SCHEMA": lake.changes_database,
        "DBT_RAW_SCHEMA": lake.raw_database,
        "DBT_TARGET": workspace.settings.dbt.target(place.environment),
        "ENVIRONMENT": place.environment,
        "GLUE_DATABASE_NAME": lake.glue_database,
        "PROCESSED_BUCKET_NAME": lake.processed_bucket,
        "RAW_BUCKET_NAME": lake.raw_bucket,
    }
