"""``lakeloop.toml``: the project's name, its region, where raw files lie, and settings of dbt."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lakeloop_project.dbt_settings import DbtSettings, Skip, read_dbt, read_skip
from lakeloop_project.errors import UserError

FILE = "lakeloop.toml"
# NAME-ENVIRONMENT-dbt-pipeline within the 64 characters of a role's name, NAME-ENVIRONMENT-athena-results within the 63 of a
# bucket's: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_NAME = re.compile(r"(?=.{3,20}$)[a-z][a-z0-9]*(-[a-z0-9]+)*")
_KEPT_BY_S3 = ("xn--", "sthree-", "amzn-s3-demo-")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
_KEYS = {"name", "region", "raw", "dbt", "skip"}
_RAW_KEYS = {"folder"}


@dataclass(frozen=True)
class Settings:
    """Settings in ``lakeloop.toml``. ``raw_folder`` is relative to the checkout or absolute."""

    name: str
    region: str
    raw_folder: str
    dbt: DbtSettings = field(default_factory=DbtSettings)
    skip: Skip = field(default_factory=Skip)

    @property
    def database_prefix(self) -> str:
        """The name as Glue's databases begin with it: hyphens become underscores."""
        return self.name.replace("-", "_")


def read_settings(root: Path) -> Settings:
    """The settings of the checkout at *root*.

    Raises:
        UserError: the file is missing, is not TOML, holds an unknown key, or a value that AWS would refuse.
    """
    file = root / FILE
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise UserError(
            f"{file} does not exist. It holds the project's name and region; `git checkout {FILE}`."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{file} is not TOML: {error}") from error
    raw = document.get("raw", {})
    unknown = [*sorted(document.keys() - _KEYS), *(f"raw.{key}" for key in sorted(raw.keys() - _RAW_KEYS))]
    if unknown:
        raise UserError(f"{file}: unknown setting {', '.join(unknown)}. Known: name, region, raw.folder, dbt, skip.")
    return Settings(
        require_name(_text(file, document, "name"), f"{file}: name"),
        require_region(_text(file, document, "region"), f"{file}: region"),
        _text(file, raw, "folder", "raw.folder"),
        read_dbt(file, document.get("dbt", {})),
        read_skip(file, document.get("skip", {})),
    )


def require_name(name: str, where: str) -> str:
    """*name*, if AWS takes it in every resource's name. Raises ``UserError``, which begins with *where*."""
    if not _NAME.fullmatch(name):
        raise UserError(
            f"{where} = {name!r}: 3 to 20 lower-case letters, digits and single hyphens, a letter first and no hyphen last."
        )
    if name.startswith(_KEPT_BY_S3):
        raise UserError(f"{where} = {name!r}: S3 keeps names that begin with {', '.join(_KEPT_BY_S3)} for itself.")
    return name


def require_region(region: str, where: str) -> str:
    """*region*, if it is spelt like one of AWS's. Raises ``UserError``, which begins with *where*."""
    if not _REGION.fullmatch(region):
        raise UserError(f"{where} = {region!r} is no code of an AWS region, such as eu-central-1.")
    return region


def _text(file: Path, table: dict[str, Any], key: str, shown: str = "") -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise UserError(f"{file}: {shown or key} is missing or no text.")
    return value
