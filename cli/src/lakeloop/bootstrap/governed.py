"""Whether Lake Formation decides who may use what is made in a catalog from now on.

By default every new database and table is open to whoever IAM lets (the group ``IAMAllowedPrincipals``). An account that took
that away asks for grants besides, and says "Insufficient Lake Formation permission(s)" to who has none:
https://docs.aws.amazon.com/lake-formation/latest/dg/change-settings.html
"""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from lakeloop.aws.place import Place
from lakeloop.aws.tfvars import is_on
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

SETTING = "lake_formation"
_OPEN = "IAM_ALLOWED_PRINCIPALS"
_DEFAULTS = ("CreateDatabaseDefaultPermissions", "CreateTableDefaultPermissions")


def is_governed(place: Place) -> bool:
    """Whether new databases or tables there are closed. ``ClientError`` is raised: who may not ask does not know."""
    settings = place.client("lakeformation").get_data_lake_settings()["DataLakeSettings"]
    return not all(
        any(each["Principal"]["DataLakePrincipalIdentifier"] == _OPEN for each in settings.get(name, []))
        for name in _DEFAULTS
    )


def require_granted(workspace: Workspace, place: Place, role: str) -> None:
    """Raises ``UserError`` if Lake Formation governs the account and the environment's settings do not say so.

    Args:
        role: the role that deploys, which makes the databases and grants on them.
    """
    if is_on(workspace, place.environment, SETTING):
        return
    try:
        if not is_governed(place):
            return
    except (ClientError, BotoCoreError):
        return  # a bootstrap of before did not let its roles ask, or the region has no Lake Formation
    env = place.environment
    raise UserError(
        f"Lake Formation governs the catalog of {place}: new databases and tables have no IAMAllowedPrincipals, and queries "
        f'would end with "Insufficient Lake Formation permission(s)". Say {SETTING} = true in terraform/envs/{env}.tfvars, let '
        f"a data lake administrator grant {role} CREATE_DATABASE on the catalog, and `just bootstrap env={env}` "
        "(docs/adr/0025-lake-formation.md)."
    )
