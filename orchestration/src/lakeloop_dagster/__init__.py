"""The dbt project in Dagster: an asset for each model, seed and snapshot, a check for each test."""
