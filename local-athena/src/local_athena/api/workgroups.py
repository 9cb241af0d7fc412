"""Workgroups. https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroup.html"""

from __future__ import annotations

import copy
from typing import Any

from local_athena.api.errors import InvalidRequestException
from local_athena.api.locations import MANAGED, check_encryption, check_location
from local_athena.api.paging import page
from local_athena.api.store import PRIMARY, Store, WorkGroup, default_configuration
from local_athena.api.tags import as_dict
from local_athena.queries.execution import ENGINE_VERSION

ENGINE_VERSIONS = ("AUTO", ENGINE_VERSION)
_UNSUPPORTED = (
    "AdditionalConfiguration",
    "CustomerContentEncryptionConfiguration",
    "EngineConfiguration",
    "ExecutionRole",
    "IdentityCenterConfiguration",
    "MonitoringConfiguration",
    "QueryResultsS3AccessGrantsConfiguration",
    "SystemTableStatuses",
)
_SWITCHES = ("Enabled", "EnableIdentityCenter", "EnableS3AccessGrants")
_REMOVALS = {
    "RemoveBytesScannedCutoffPerQuery": "BytesScannedCutoffPerQuery",
    "RemoveCustomerContentEncryptionConfiguration": "CustomerContentEncryptionConfiguration",
}
_RESULT_MEMBERS = ("OutputLocation", "EncryptionConfiguration", "ExpectedBucketOwner", "AclConfiguration")


def create_work_group(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Create a workgroup that does not exist yet."""
    name = request["Name"]
    if name == PRIMARY:
        raise InvalidRequestException("primary workGroup could not be created", "INVALID_INPUT")
    given = request.get("Configuration") or {}
    _check(given)
    check_location((given.get("ResultConfiguration") or {}).get("OutputLocation"))
    # AWS: what CreateWorkGroup is not told about is enforced and published.
    defaults = {
        **default_configuration(),
        "EnforceWorkGroupConfiguration": True,
        "PublishCloudWatchMetricsEnabled": True,
    }
    configuration = {**defaults, **copy.deepcopy(given)}
    _check_results(configuration)
    with store.lock:
        if name in store.workgroups:
            raise InvalidRequestException("WorkGroup is already created", "INVALID_INPUT")
        store.workgroups[name] = WorkGroup(name, configuration, request.get("Description"))
        store.tags[store.identity.arn("workgroup", name)] = as_dict(request.get("Tags"))
    return {}


def get_work_group(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """A workgroup with its configuration."""
    workgroup = store.workgroup(request["WorkGroup"])
    configuration = copy.deepcopy(workgroup.configuration)
    configuration["EngineVersion"] = _engine_version(workgroup)
    described = {**_summary(workgroup), "Configuration": configuration}
    del described["EngineVersion"]
    if not workgroup.description:  # an empty text in a list, and nothing here, as measured (work-groups.md, #9)
        del described["Description"]
    return {"WorkGroup": described}


def update_work_group(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Change what the request names and nothing else."""
    workgroup = store.workgroup(request["WorkGroup"])
    updates = dict(request.get("ConfigurationUpdates") or {})
    _check(updates)
    results = updates.pop("ResultConfigurationUpdates", None) or {}
    check_location(results.get("OutputLocation"))
    with store.lock:
        configuration = copy.deepcopy(workgroup.configuration)
        result_configuration = configuration.setdefault("ResultConfiguration", {})
        for member in _RESULT_MEMBERS:
            if results.get(f"Remove{member}"):
                result_configuration.pop(member, None)
            elif results.get(member) is not None:
                result_configuration[member] = results[member]
        for removal, member in _REMOVALS.items():
            if updates.pop(removal, None):
                configuration.pop(member, None)
        if managed := updates.pop("ManagedQueryResultsConfigurationUpdates", None):
            kept = {} if managed.pop("RemoveEncryptionConfiguration", None) else configuration.get(MANAGED) or {}
            configuration[MANAGED] = {**kept, **managed}
        configuration.update({name: value for name, value in updates.items() if value is not None})
        _check_results(configuration)
        workgroup.configuration = configuration
        if request.get("Description") is not None:
            workgroup.description = request["Description"]
        workgroup.state = request.get("State") or workgroup.state
    return {}


def delete_work_group(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Delete a workgroup; with RecursiveDeleteOption whatever is in it, which its queries' history is, too.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_DeleteWorkGroup.html
    """
    name = request["WorkGroup"]
    if name == PRIMARY:
        raise InvalidRequestException("The primary workgroup cannot be deleted", "INVALID_INPUT")
    with store.lock:
        workgroup = store.workgroup(name)
        queries = [key for key, query in store.named_queries.items() if query["WorkGroup"] == name]
        ran = any(execution.submission.workgroup == name for execution in store.executions.values())
        if (queries or ran or workgroup.prepared) and not request.get("RecursiveDeleteOption"):
            raise InvalidRequestException(f"WorkGroup {name} is not empty", "INVALID_INPUT")
        for key in queries:
            del store.named_queries[key]
        del store.workgroups[name]
        store.tags.pop(store.identity.arn("workgroup", name), None)
    return {}


def list_work_groups(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Summaries of all workgroups."""
    summaries = [_summary(workgroup) for _, workgroup in sorted(store.workgroups.items())]
    shown, rest = page(summaries, "workgroups", request.get("NextToken"), request.get("MaxResults") or 50)
    return {"WorkGroups": shown, **rest}


def list_engine_versions(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """The engine versions that a workgroup may select."""
    versions = [
        {"SelectedEngineVersion": version, "EffectiveEngineVersion": ENGINE_VERSION} for version in ENGINE_VERSIONS
    ]
    return {"EngineVersions": versions}


def _summary(workgroup: WorkGroup) -> dict[str, Any]:
    return {
        "Name": workgroup.name,
        "State": workgroup.state,
        "Description": workgroup.description or "",
        "CreationTime": workgroup.created,
        "EngineVersion": _engine_version(workgroup),
    }


def _engine_version(workgroup: WorkGroup) -> dict[str, str]:
    selected = (workgroup.configuration.get("EngineVersion") or {}).get("SelectedEngineVersion", "AUTO")
    return {"SelectedEngineVersion": selected, "EffectiveEngineVersion": ENGINE_VERSION}


def _check_results(configuration: dict[str, Any]) -> None:
    """A workgroup's results go to its bucket or are managed.

    https://docs.aws.amazon.com/athena/latest/ug/managed-results.html
    """
    results = configuration.get("ResultConfiguration") or {}
    check_encryption(results)
    location = results.get("OutputLocation")
    if location and (configuration.get(MANAGED) or {}).get("Enabled"):
        raise InvalidRequestException(
            "ResultConfiguration.OutputLocation and ManagedQueryResultsConfiguration cannot both be set",
            "INVALID_INPUT",
        )


def _check(configuration: dict[str, Any]) -> None:
    selected = (configuration.get("EngineVersion") or {}).get("SelectedEngineVersion")
    if selected is not None and selected not in ENGINE_VERSIONS:
        raise InvalidRequestException(
            f"Engine version '{selected}' is not supported by local Athena; it has: {', '.join(ENGINE_VERSIONS)}",
            "INVALID_INPUT",
        )
    for member in _UNSUPPORTED:
        if _asks(configuration.get(member)):
            raise InvalidRequestException(f"{member} is not supported by local Athena", "INVALID_INPUT")


def _asks(setting: Any) -> bool:
    """Whether *setting* is there, and is not switched off."""
    if not isinstance(setting, dict):
        return bool(setting)
    return all(setting.get(switch, True) for switch in _SWITCHES) and any(map(_asks, setting.values()))
