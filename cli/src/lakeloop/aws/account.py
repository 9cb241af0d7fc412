"""Whose account a place is: asked once, before anything is done there."""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)

from lakeloop.aws.place import Place
from lakeloop.errors import UserError

# The account that is meant: GitHub's variable of this name, or a shell that wants to be sure.
EXPECTED = "AWS_ACCOUNT_ID"
# https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
SIGN_IN = "Sign in (`aws sso login`, `aws configure`, or the variables AWS_ACCESS_KEY_ID and so on) and try again."


@dataclass(frozen=True)
class Account:
    """An account and who one is in it. ``arn`` is the caller's: a user, a role's session or the root."""

    id: str
    arn: str

    @property
    def partition(self) -> str:
        """``aws``, ``aws-cn`` or ``aws-us-gov``: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""
        return self.arn.split(":")[1]


def identify(place: Place) -> Account:
    """Identity behind the credentials of *place* (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).

    Raises:
        UserError: there are none, they are not or no longer valid, or they are of another account than ``AWS_ACCOUNT_ID``.
    """
    try:
        # us-east-1 where nothing says otherwise: who one is does not depend on the region.
        caller = place.client("sts", region_name=place.region or "us-east-1").get_caller_identity()
    except (NoCredentialsError, PartialCredentialsError, ProfileNotFound) as error:
        raise UserError(f"There are no AWS credentials for {place.where}: {error}. {SIGN_IN}") from error
    except ClientError as error:
        code, message = error.response["Error"].get("Code"), error.response["Error"].get("Message")
        if code in EXPIRED:
            raise UserError(f"The session of {place.where} has expired: {message}. {SIGN_IN}") from error
        raise UserError(f"AWS does not take the credentials of {place.where}: {code}: {message}. {SIGN_IN}") from error
    except (ConnectionError, HTTPClientError) as error:
        raise UserError(
            f"AWS cannot be reached to ask who the credentials of {place.where} are: {str(error).rstrip('.')}. Is there a network, "
            "or a proxy that HTTPS_PROXY should name?"
        ) from error
    except BotoCoreError as error:
        # An SSO session that has ended.
        raise UserError(f"AWS cannot be asked who the credentials of {place.where} are: {error}. {SIGN_IN}") from error
    account = Account(caller["Account"], caller["Arn"])
    expected = place.variables.get(EXPECTED)
    if expected and expected != account.id:
        raise UserError(
            f"The wrong account: {EXPECTED} is {expected}, but the credentials of {place.where} are {account.arn}. "
            f"Sign in to {expected}, or unset {EXPECTED} if {account.id} is meant."
        )
    return account
