"""The Glue database ``default``, which Athena asks for whatever is queried.

Athena's pages want each caller to be let at it, and to be let make it where it is not there yet:
https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html#full-access-to-default-db-per-region
It is made here, once, by who may, so that no role has to be let make databases.
"""

from __future__ import annotations

from lakeloop.aws.place import Place
from lakeloop.bootstrap.names import Names
from lakeloop.bootstrap.steps import Need, Step, found

DATABASE = "default"


def step(place: Place, names: Names) -> Step:
    """The database of the account and region. It stays: other lakes of the account are asked for it, too."""
    glue = place.client("glue", region_name=names.region)
    arn = f"arn:{names.partition}:glue:{names.region}:{names.account}"

    def exists() -> bool:
        return found(glue.get_database, ("EntityNotFoundException",), Name=DATABASE) is not None

    def create() -> None:
        found(
            glue.create_database,
            ("AlreadyExistsException",),
            DatabaseInput={"Name": DATABASE, "Description": "Athena asks for it, whatever is queried"},
        )

    def remove() -> str | None:
        return "Athena asks for it, whoever queries in this account" if exists() else None

    return Step(
        f"Glue database {DATABASE}",
        exists,
        create,
        remove,
        tuple(
            Need(f"{arn}:{what}", ("glue:CreateDatabase", "glue:GetDatabase"))
            for what in ("catalog", f"database/{DATABASE}")
        ),
    )
