"""AWS's own schedules and rules of an environment: while one is on, what stands in for it here does nothing.

Asked at each tick, so that of the two never both are at work, whatever is applied or resumed meanwhile.
"""

from __future__ import annotations

import boto3

from lakeloop_dagster.given import Given


def by_scheduler(given: Given, name: str) -> str:
    """Why the schedule *name* is not Dagster's now; empty if it is."""
    client = boto3.client("scheduler")
    try:
        found = client.get_schedule(GroupName=given.schedule_group, Name=name)
    except client.exceptions.ResourceNotFoundException:
        return f"The schedule {name} is gone from Terraform: the next `just dagster` does not have it."
    if found["State"] == "DISABLED":
        return ""
    return (
        f"EventBridge Scheduler has {name}: `just schedule pause {name} env={given.environment}{_on(given)}`, "
        "and Dagster begins its runs."
    )


def by_rule(given: Given, purpose: str) -> str:
    """Why Dagster leaves *purpose* (``arrivals``, ``alerts``) to EventBridge; empty if no rule of the environment is on."""
    if purpose not in given.rules:
        return ""
    client = boto3.client("events")
    try:
        state = client.describe_rule(Name=given.rules[purpose])["State"]
    except client.exceptions.ResourceNotFoundException:
        return ""
    if state != "ENABLED":
        return ""
    return (
        f"EventBridge's rule {given.rules[purpose]} is on: `{purpose} = null` in terraform/envs/{given.environment}.tfvars, "
        "applied, and Dagster takes over."
    )


def _on(given: Given) -> str:
    return f" on={given.on}" if given.on else ""
