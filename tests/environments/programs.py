"""The programs of the checkout: a uv project or a member of the workspace each, and the packages in it."""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).parents[2]

# Distributions that are not called as the package that they hold.
DISTRIBUTIONS = {
    "dbt": "dbt-core",
    "kafka": "kafka-python",
    "elftools": "pyelftools",
    "localstack": "localstack-core",
    "moto": "moto-ext",
    "twisted": "localstack-twisted",
    "jpype": "jpype1",
    "jsonata": "jsonata-python",
    "yaml": "pyyaml",
}
# Lambda's Python runtime and Glue's Spark hold them; what imports them does without elsewhere, or runs nowhere else.
OF_THE_RUNTIME = {"awslambdaric", "pyspark", "snapshot-restore-py"}


@dataclass(frozen=True)
class Program:
    """A *folder* with a ``pyproject.toml``, whose packages lie in *source* below it."""

    folder: str
    source: str = "src"
    # The member to install, without what only its neighbours in the workspace need; "" is all of a project.
    member: str = ""
    # Extras with which all of its modules can be imported.
    extras: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        return REPO / self.folder

    def files(self) -> list[Path]:
        """Its Python files, as paths from `sources`."""
        return sorted(
            file.relative_to(self.sources) for name in self.packages() for file in (self.sources / name).rglob("*.py")
        )

    @property
    def sources(self) -> Path:
        return self.path / self.source

    def packages(self) -> list[str]:
        """The names that its source gives to the import system."""
        return sorted(file.parent.name for file in self.sources.glob("*/__init__.py") if file.parent.name != "tests")

    def modules(self) -> list[str]:
        """Every module, ``__main__`` included: none does anything when it is imported under its own name."""
        return [".".join(file.with_suffix("").parts).removesuffix(".__init__") for file in self.files()]

    def declared(self) -> set[str]:
        """The distributions that it names as its own dependencies, those of its extras, and itself."""
        project = tomllib.loads((self.path / "pyproject.toml").read_text("utf-8"))["project"]
        extras = [name for extra in project.get("optional-dependencies", {}).values() for name in extra]
        names = [project["name"], *project["dependencies"], *extras]
        found = {normal(re.split(r"[\s\[=<>!~;]", name, maxsplit=1)[0]) for name in names}
        # LocalStack's moto goes by another name.
        return found | ({DISTRIBUTIONS["moto"]} if "moto" in found else set())


PROGRAMS = (
    Program("cli", member="lakeloop-cli"),
    Program("emulator"),
    Program("ingestion/batch"),
    Program("ingestion/capture"),
    Program("lambda", source="", member="dbt-runner"),
    Program("lambda/alert", member="lakeloop-alert"),
    Program("lambda/cdc_apply", member="lakeloop-cdc-apply"),
    Program("lambda/gate", member="lakeloop-gate"),
    Program("layer", member="lakeloop-layer"),
    Program("local-athena", extras=("pytest",)),
    Program("orchestration"),
    Program("quality"),
    Program("project", member="lakeloop-project"),
    Program("raw", member="lakeloop-raw"),
    # `just new` takes the sample out.
    *([Program("sample")] if (REPO / "sample").exists() else []),
)


def distribution(module: str) -> str:
    """The distribution that holds a *module* of somebody else's; "" for Python's own."""
    name = module.split(".")[0]
    return "" if name in sys.stdlib_module_names else normal(DISTRIBUTIONS.get(name, name))


def normal(name: str) -> str:
    """https://packaging.python.org/en/latest/specifications/name-normalization/"""
    return re.sub(r"[-_.]+", "-", name).lower()
