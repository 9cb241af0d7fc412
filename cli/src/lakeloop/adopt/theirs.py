"""A team's own dbt profile, wherever it lies: the settings that are kept, and which of its targets is which environment.

Profiles are often templates: values are placeholders (``[AWS REGION]``, ``<bucket>``, ``${VAR}``, ``{{ region }}``), which no
YAML parser takes, or which it takes for something else.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from lakeloop_project import DbtProject

# Settings of dbt-athena 1.11 that name no resource and hold no credentials: https://github.com/dbt-labs/dbt-adapters
KEPT = (
    "threads",
    "poll_interval",
    "debug_query_state",
    "num_retries",
    "num_boto3_retries",
    "num_iceberg_retries",
    "s3_data_naming",
    "seed_s3_upload_args",
    "lf_tags_database",
)
# Names under which environments go elsewhere, the likeliest first.
_SYNONYMS = {
    "dev": ("dev", "development", "develop", "sandbox"),
    "staging": ("staging", "stg", "stage", "test", "qa", "uat", "preprod", "ci"),
    "prod": ("prod", "production", "prd", "live", "main"),
}
_FILE = re.compile(r"(?i)[\w.-]*profiles?[\w.-]*\.ya?ml(\.\w+)?|profiles?\.(example|template|tmpl|tpl|sample)")
_PASSED_OVER = {"node_modules", "dbt_packages", "dbt_modules", "site-packages", "target"}
_DEEPEST = 4
_LINE = re.compile(r"^(?P<key>\s*(?:-\s+)?[\w\"'.-]+:[ \t]+)(?P<value>\S.*?)\s*$")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
_PLACEHOLDER = re.compile(
    r"\{\{|\{%|<[^>]*>|\$\{|\$\(|\$[A-Z_]+|^\[.*\]$|^(your|my)[-_ ]|change.?me|^x{3,}$", re.IGNORECASE
)
_DEFAULTED = re.compile(r"""\s*\{\{-?\s*env_var\(\s*(['"])\w+\1\s*,\s*(['"])(?P<default>[^'"]*)\2\s*\)\s*-?\}\}\s*""")


@dataclass(frozen=True)
class Target:
    """A target of theirs: its adapter, the settings that stay, the names of those that do not."""

    type: str
    kept: dict[str, Any] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    region: str = ""


@dataclass(frozen=True)
class Theirs:
    """The profile as it was found; no *file* if there is none."""

    file: Path | None = None
    default: str = ""
    targets: dict[str, Target] = field(default_factory=dict)

    @property
    def athena(self) -> dict[str, Target]:
        return {name: target for name, target in self.targets.items() if target.type == "athena"}

    @property
    def region(self) -> str:
        """The region of their default target, or of the first that has one."""
        targets = sorted(self.athena.items(), key=lambda item: item[0] != self.default)
        return next((target.region for _, target in targets if target.region), "")

    @property
    def others(self) -> dict[str, str]:
        """Targets that are not Athena's, with their adapters."""
        return {name: target.type for name, target in self.targets.items() if target.type != "athena"}


def look(project: DbtProject, below: Path, home: Path) -> Theirs:
    """The profile of *project*: beside it, below the path that was given, in *home*'s ``.dbt``; the first that has it.

    A file that is no YAML even so is passed over: a profile is generated in any case.
    """
    beside = sorted(file for file in project.folder.iterdir() if file.is_file() and _FILE.fullmatch(file.name))
    for file in (
        *beside,
        *sorted(_files(below), key=lambda file: (len(file.parts), file)),
        home / ".dbt" / "profiles.yml",
    ):
        found = read(file, project.profile) if file.is_file() else None
        if found:
            return found
    return Theirs()


def read(file: Path, name: str) -> Theirs | None:
    """The profile *name* in *file*; None if it has none."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    document = _load(text)
    profiles = {key: value for key, value in document.items() if isinstance(value, dict) and _outputs(value)}
    # A template may have a placeholder for the profile's name, too.
    profile = profiles.get(name) or (
        next(iter(profiles.values())) if len(profiles) == 1 and _is_placeholder(next(iter(profiles))) else None
    )
    if profile is None:
        return None
    targets = {str(key): _target(value) for key, value in _outputs(profile).items() if isinstance(value, dict)}
    default = _said(profile.get("target"))
    return Theirs(file, default if default in targets else "", targets)


def assign(environments: Sequence[str], theirs: Theirs, tested: set[str]) -> dict[str, str]:
    """Which name of theirs each environment has; those without one are left out.

    Args:
        tested: names that macros compare ``target.name`` with.
    """
    names = [*theirs.athena, *sorted(tested - theirs.athena.keys() - theirs.others.keys())]
    found: dict[str, str] = {}
    for environment in environments:
        wanted = (environment, *_SYNONYMS.get(environment, ()))
        free = [
            name for name in names if name not in found.values() and (name == environment or name not in environments)
        ]
        match = next((name for want in wanted for name in free if name.lower() == want), None)
        if match:
            found[environment] = match
    # The target that people have without a word is where they develop, whatever it is called.
    taken = {*found.values(), *environments}
    if "dev" in environments and "dev" not in found and theirs.default in theirs.athena.keys() - taken:
        found["dev"] = theirs.default
    return found


def _files(below: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(below):
        depth = len(Path(place).relative_to(below).parts)
        folders[:] = (
            [name for name in sorted(folders) if not name.startswith(".git") and name not in _PASSED_OVER]
            if depth < _DEEPEST
            else []
        )
        folders[:] = [name for name in folders if not Path(place, name, "pyvenv.cfg").exists()]
        yield from (Path(place, name) for name in names if _FILE.fullmatch(name))


def _load(text: str) -> dict[str, Any]:
    for candidate in (text, _quoted(text)):
        try:
            document = yaml.safe_load(candidate)
        except (
            yaml.YAMLError,
            ValueError,
            TypeError,
        ):  # a {{ }} that YAML takes for a mapping of mappings is a TypeError
            continue
        if isinstance(document, dict) and not any(isinstance(key, tuple) for key in document):
            return document
    return {}


def _quoted(text: str) -> str:
    """*text* as YAML: lines of Jinja's statements gone, values that hold a placeholder quoted."""
    lines = []
    for line in text.splitlines():
        if line.strip().startswith(("{%", "{#")):
            continue
        line = re.sub(
            r"^(\s*)(\{\{.*?\}\}|<[^>]+>|\[[^\]]+\]|\$\{\w+\}):",
            lambda found: f"{found[1]}{json.dumps(found[2])}:",
            line,
        )
        found = _LINE.match(line)
        if found and found["value"][0] not in "'\"|>&*#" and _PLACEHOLDER.search(found["value"]):
            line = found["key"] + json.dumps(found["value"])
        lines.append(line)
    return "\n".join(lines)


def _outputs(profile: dict[str, Any]) -> dict[str, Any]:
    outputs = profile.get("outputs")
    return outputs if isinstance(outputs, dict) else {}


def _target(settings: dict[str, Any]) -> Target:
    kind = settings.get("type")
    kept = {key: settings[key] for key in KEPT if key in settings and not _is_placeholder(settings[key])}
    if isinstance(kept.get("threads"), str) and "env_var" not in kept["threads"]:
        del kept["threads"]
    dropped = tuple(str(key) for key in settings if key != "type" and key not in kept)
    region = _said(settings.get("region_name"))
    return Target(
        kind if isinstance(kind, str) else "athena", kept, dropped, region if _REGION.fullmatch(region) else ""
    )


def _said(value: Any) -> str:
    """A text, or the one that its ``env_var`` has without a variable; else an empty one."""
    text = value if isinstance(value, str) else ""
    found = _DEFAULTED.fullmatch(text)
    return found["default"] if found else text


def _is_placeholder(value: Any) -> bool:
    if isinstance(value, (list, type(None))):
        return True
    return isinstance(value, str) and bool(_PLACEHOLDER.search(value)) and "env_var" not in value
