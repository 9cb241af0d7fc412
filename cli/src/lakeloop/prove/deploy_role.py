"""Credentials of the deploy role, which trusts GitHub's jobs alone: for the time of one step it trusts the caller, too.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-userid
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from lakeloop.aws.account import Account
from lakeloop.aws.place import Place
from lakeloop.bootstrap.names import Names
from lakeloop.errors import UserError

# A trust policy is in force some seconds after it was changed:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
_TRIES, _WAIT_SECONDS = 15, 4.0


@contextmanager
def taken(place: Place, names: Names, who: Account) -> Iterator[dict[str, str]]:
    """The variables of a shell with the role's credentials; its trust is what it was when the block ends.

    Raises:
        UserError: the role cannot be taken.
    """
    iam, role = place.client("iam"), names.role("deploy")
    try:
        trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        own = {**trust, "Statement": [*trust["Statement"], _of(place, who)]}
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(own))
    except ClientError as error:
        raise UserError(f"The trust of {role} cannot be changed: {error}") from error
    try:
        yield _credentials(place, names.role_arn("deploy"))
    finally:
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))


def _of(place: Place, who: Account) -> dict[str, Any]:
    """The caller alone, whatever kind of identity it is."""
    caller = place.client("sts").get_caller_identity()["UserId"]
    return {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{who.partition}:iam::{who.id}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:userid": caller}},
    }


def _credentials(place: Place, arn: str) -> dict[str, str]:
    sts = place.client("sts")
    for tried in range(_TRIES):
        try:
            given = sts.assume_role(RoleArn=arn, RoleSessionName="lakeloop-prove")["Credentials"]
            break
        except ClientError as error:
            if error.response["Error"].get("Code") != "AccessDenied" or tried == _TRIES - 1:
                raise UserError(f"{arn} cannot be taken: {error}") from error
            time.sleep(_WAIT_SECONDS)
    return {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }
