"""``just check`` and ``just fix``: every linter, and all that they have to say before the exit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lakeloop import dbt_command, passed, provider_mirror, terminal
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


@dataclass(frozen=True)
class Tool:
    """A linter: its command, the command that mends what it can mend, and which tracked files it is given.

    ``before`` has to succeed first. Where the program ``needs`` is not on the PATH the linter is skipped, and says so. It works
    in the ``folder``, and is none of the checkout's unless one of the paths ``where`` is there. With ``each``, it looks at each
    file by itself, and only at files that have not passed as they are, by that command and the settings in these files. With
    ``whole``, what it says depends on nothing but the files that these pathspecs name in the checkout, and the program: once that
    has passed, it is asked again when any of it has changed.
    """

    name: str
    check: tuple[str, ...]
    fix: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    needs: str = ""
    folder: str = "."
    where: tuple[str, ...] = (".",)


HOW_TO_GET = {
    "terraform": "https://developer.hashicorp.com/terraform/install",
    "actionlint": "https://github.com/rhysd/actionlint/blob/main/docs/install.md",
}
TERRAFORM = ("terraform", "-chdir=terraform")
# Isolated: checkov pins boto3 and some ninety other packages to versions that are not ours.
ISOLATED = ("uv", "tool", "run", "--quiet", "--python", "3.12", "--from")
CHECKOV = (*ISOLATED, "checkov==3.3.30", "checkov")
SCHEMA = (*ISOLATED, "check-jsonschema==0.39.0", "check-jsonschema", "--quiet", "--builtin-schema")
WORKFLOWS = ".github/workflows/*.yml"
PYTHON = (
    *("changes/src", "cli/src", "layer/src", "project/src", "raw/src"),
    *("lambda/dbt_runner", "lambda/gate/src", "lambda/alert/src", "lambda/cdc_apply/src"),
)
# Of all that mypy reads, the packages lie in the lock files. A team's Python is none of it.
TYPED = ("*.py", "*.pyi", "*pyproject.toml", "*uv.lock", ":!tests", ":!dbt", ":!ingest")
NO_SAMPLE = (*TYPED, ":!sample")
PROSE = ("*.py", "*.tf", "*.hcl", "*.sql", "*.toml", "*.yml", "*.sh", "*.md", "*justfile", ".ci/run")
# A team's: its own rules alone are asked of them, and none where it has none.
YOURS = (":!dbt", ":!lakeloop.toml", ":!terraform/envs", ":!expectations")
TOOLS = (
    Tool("just --fmt", ("just", "--fmt", "--check"), ("just", "--fmt")),
    Tool("ruff format", ("ruff", "format", "--check", "--quiet", "."), ("ruff", "format", "--quiet", ".")),
    Tool("ruff", ("ruff", "check", "--quiet", "."), ("ruff", "check", "--quiet", "--fix", ".")),
    Tool(
        "first lines", ("python", "-m", "lakeloop.prose"), files=(*PROSE, *YOURS), each=("cli/src/lakeloop/prose.py",)
    ),
    Tool("mypy", ("mypy", *PYTHON), whole=NO_SAMPLE),
    Tool(
        "mypy emulator",
        (
            "mypy",
            "--config-file",
            "emulator/pyproject.toml",
            "--python-executable",
            "emulator/.venv/bin/python",
            "emulator/src",
        ),
        whole=NO_SAMPLE,
    ),
    # As of the oldest Python that it runs under, with the packages that the emulator's environment has of it anyway.
    Tool(
        "mypy local-athena",
        (
            "mypy",
            "--config-file",
            "local-athena/pyproject.toml",
            "--python-executable",
            "emulator/.venv/bin/python",
            "local-athena/src",
        ),
        whole=NO_SAMPLE,
    ),
    Tool(
        "mypy sample",
        ("mypy", "--config-file", "../pyproject.toml", "--python-executable", ".venv/bin/python", "src"),
        before=("uv", "sync", "--quiet", "--locked"),
        whole=TYPED,
        folder="sample",
        where=("sample",),
    ),
    Tool(
        "mypy sources",
        (
            *("mypy", "--config-file", "pyproject.toml", "--python-executable", ".venv/bin/python"),
            *("--exclude", "^tests/", "."),
        ),
        before=("uv", "sync", "--quiet", "--locked"),
        whole=TYPED,
        folder="sources",
    ),
    Tool(
        "mypy capture",
        ("mypy", "--config-file", "pyproject.toml", "--python-executable", ".venv/bin/python", "src"),
        before=("uv", "sync", "--quiet", "--locked"),
        whole=NO_SAMPLE,
        folder="ingestion/capture",
    ),
    Tool(
        "mypy batch",
        ("mypy", "--config-file", "pyproject.toml", "--python-executable", ".venv/bin/python", "src"),
        before=("uv", "sync", "--quiet", "--locked"),
        whole=NO_SAMPLE,
        folder="ingestion/batch",
    ),
    Tool(
        "mypy orchestration",
        ("mypy", "--config-file", "pyproject.toml", "--python-executable", ".venv/bin/python", "src"),
        before=("uv", "sync", "--quiet", "--locked"),
        whole=NO_SAMPLE,
        folder="orchestration",
    ),
    # Without its own environment, of which it needs Great Expectations, which has no types.
    Tool("mypy quality", ("mypy", "--config-file", "quality/pyproject.toml", "quality/src"), whole=NO_SAMPLE),
    Tool("yamllint", ("yamllint", "--strict"), files=("*.yml", "*.yaml", *YOURS), each=(".yamllint", "uv.lock")),
    Tool(
        "bandit",
        ("bandit", "--quiet", "--configfile", "pyproject.toml"),
        files=(
            *(
                f"{folder}/*.py"
                for folder in (
                    *PYTHON,
                    "emulator/src",
                    "ingestion/batch/src",
                    "ingestion/capture/src",
                    "local-athena/src",
                    "orchestration/src",
                    "quality/src",
                    "sources",
                )
            ),
            ":!sources/tests",
        ),
        each=("pyproject.toml", "uv.lock"),
    ),
    Tool("shellcheck", ("shellcheck",), files=("*.sh", ".ci/run")),
    Tool(
        "terraform fmt",
        (*TERRAFORM, "fmt", "-recursive", "-check", "-diff", "-no-color"),
        (*TERRAFORM, "fmt", "-recursive"),
        needs="terraform",
    ),
    Tool(
        "terraform validate",
        (*TERRAFORM, "validate", "-no-color"),
        before=(*TERRAFORM, "init", "-backend=false", "-lockfile=readonly", "-input=false", "-no-color"),
        whole=("terraform", ":!terraform/envs"),
        needs="terraform",
    ),
    # prod's values: dev may be looser. Nothing is asked of checkov's servers.
    Tool(
        "checkov",
        (
            *CHECKOV,
            *("--directory", "terraform", "--framework", "terraform", "--var-file", "terraform/envs/prod.tfvars"),
            *("--compact", "--quiet", "--skip-download"),
        ),
        whole=("terraform", ".checkov.y*ml"),
        where=("terraform/envs/prod.tfvars",),
    ),
    # Its exceptions stand in .github/zizmor.yml and beside what they are for. GitHub is not asked.
    Tool("zizmor", (*ISOLATED, "zizmor==1.32.0", "zizmor", "--offline", "--quiet", ".github"), whole=(".github",)),
    Tool("workflows' schema", (*SCHEMA, "vendor.github-workflows"), files=(WORKFLOWS,)),
    Tool("actions' schema", (*SCHEMA, "vendor.github-actions"), files=(".github/actions/*/action.yml",)),
    Tool("Dependabot's schema", (*SCHEMA, "vendor.dependabot"), files=(".github/dependabot.yml",)),
    # PyPI's package of it downloads the program from GitHub, which a laptop without a network cannot.
    Tool("actionlint", ("actionlint",), files=(WORKFLOWS,), needs="actionlint"),
    # `test` is what every client of the emulator has for a key. Lock files are hashes, and so are the cases of hash functions.
    Tool(
        "detect-secrets",
        (*ISOLATED, "detect-secrets==1.5.0", "detect-secrets-hook", "--exclude-secrets", "^test$"),
        files=("*", ":!*.lock", ":!*.lock.hcl", ":!local-athena/tests/dialect/cases", *YOURS),
        each=("cli/src/lakeloop/quality.py",),
    ),
    # sqlfluff reads the settings of its templater in the folder that it works in, where dbt's project lies.
    Tool(
        "sqlfluff dbt/",
        ("sqlfluff", "lint", "--nocolor"),
        ("sqlfluff", "fix", "--quiet"),
        files=("*.sql", ":!macros", ":!tests/generic"),
        folder="dbt",
        where=("dbt/.sqlfluff",),
    ),
    Tool(
        "yamllint dbt/",
        ("yamllint",),
        files=("*.yml", "*.yaml"),
        folder="dbt",
        where=("dbt/.yamllint", "dbt/.yamllint.yml", "dbt/.yamllint.yaml"),
    ),
    Tool(
        "ruff dbt/",
        ("ruff", "check", "--quiet", "."),
        ("ruff", "check", "--quiet", "--fix", "."),
        folder="dbt",
        where=("dbt/ruff.toml", "dbt/.ruff.toml"),
    ),
)


def check(workspace: Workspace, words: Sequence[str] = ()) -> int:
    """Run every linter, print what each one found, exit non-zero if any found something.

    Raises:
        UserError: there are *words*; it takes none.
    """
    _none(words, "check")
    console = terminal.console()
    failed = []
    # Runs of mypy share a cache, which two at once have broken: one after another. The others take half as long again.
    with ThreadPoolExecutor(1) as typed, ThreadPoolExecutor(2) as others:
        runs = []
        for tool in _of(workspace):
            lane = typed if tool.check[0] == "mypy" else others
            runs.append((tool, None if _is_missing(tool.needs) else lane.submit(_check, workspace, tool)))
        for tool, run in runs:
            if run is None:
                reason = f"{tool.needs} is not on the PATH; get it from {HOW_TO_GET[tool.needs]}"
                console.print(f"skipped {tool.name}: {reason}", soft_wrap=True)
            elif (done := run.result()).returncode:
                failed.append(tool.name)
                console.rule(tool.name)
                console.print(done.stdout.rstrip() or f"exit code {done.returncode}")
            else:
                console.print(f"ok      {tool.name}")
    if failed:
        console.print(f"FAILED  {', '.join(failed)}. `just fix` mends what can be mended.")
    return 1 if failed else 0


def fix(workspace: Workspace, words: Sequence[str] = ()) -> int:
    """Mend what can be mended, one tool after the other. Raises ``UserError`` as ``check`` does."""
    _none(words, "fix")
    for tool in _of(workspace):
        if tool.fix and not _is_missing(tool.needs):
            _on_files(workspace, tool, tool.fix)
    return check(workspace)


def _none(words: Sequence[str], name: str) -> None:
    if words:
        raise UserError(f"`just {name}` takes no words, not {' '.join(words)}.")


def _of(workspace: Workspace) -> list[Tool]:
    """The linters of what is in the checkout."""
    return [tool for tool in TOOLS if any((workspace.root / path).exists() for path in tool.where)]


def _is_missing(program: str) -> bool:
    return bool(program) and shutil.which(program) is None


def _check(workspace: Workspace, tool: Tool) -> subprocess.CompletedProcess[str]:
    if not tool.whole:
        return _asked(workspace, tool)
    names = _listed(workspace, tool.whole, workspace.root)
    decisive = (repr((tool.before, tool.check, tool.folder, _program(tool.needs))).encode(),)
    found = passed.hash_of_all(names, workspace.root, decisive)
    note = workspace.state / "passed" / tool.name
    if found in passed.read(note):
        return subprocess.CompletedProcess(tool.check, 0, "")
    done = _asked(workspace, tool)
    if not done.returncode:
        passed.keep(note, [found])
    return done


def _program(name: str) -> str:
    """A mark of the program on the PATH that changes with it: those of the lock files are no matter."""
    path = shutil.which(name) if name else None
    return f"{path} {Path(path).stat().st_mtime_ns} {Path(path).stat().st_size}" if path else ""


def _asked(workspace: Workspace, tool: Tool) -> subprocess.CompletedProcess[str]:
    if tool.before and (before := _run(workspace, tool, tool.before)).returncode:
        return before
    return _on_files(workspace, tool, tool.check)


def _on_files(workspace: Workspace, tool: Tool, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run *command* with the tool's files; if it is one of files and there are none, there is nothing to find."""
    if not tool.files:
        return _run(workspace, tool, command)
    folder = workspace.root / tool.folder
    files = _listed(workspace, tool.files, folder)
    if not tool.each:
        return _on(workspace, tool, command, files)
    decisive = (" ".join(command).encode(), *((workspace.root / name).read_bytes() for name in tool.each))
    found = passed.hashes(files, folder, decisive)
    note = workspace.state / "passed" / tool.name
    before = passed.read(note)
    done = _on(workspace, tool, command, [name for name in files if found[name] not in before])
    if not done.returncode:
        passed.keep(note, found.values())
    return done


def _listed(workspace: Workspace, pathspecs: Sequence[str], folder: Path) -> list[str]:
    """Names, in *folder*, of the files that git tracks there or would, and *pathspecs* name."""
    asked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *pathspecs],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return [name for name in asked.stdout.splitlines() if (folder / name).is_file()]


def _on(
    workspace: Workspace, tool: Tool, command: Sequence[str], files: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    return _run(workspace, tool, [*command, *files]) if files else subprocess.CompletedProcess(command, 0, "")


def _run(workspace: Workspace, tool: Tool, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    # The tools lie beside this interpreter (the project's environment); just lies on PATH.
    beside = Path(sys.executable).with_name(command[0])
    program = [str(beside) if beside.exists() else command[0], *command[1:]]
    aside = {
        # sqlfluff compiles the project with dbt, which must neither open the offline database nor disturb its target folder.
        "DBT_TARGET": "local",
        "LAKELOOP_DATABASE": ":memory:",
        "DBT_TARGET_PATH": str(workspace.state / "lint"),
        "TF_DATA_DIR": str(workspace.state / "terraform" / "check"),
        **provider_mirror.environment(workspace),
    }
    try:
        shell = {**dbt_command.variables(workspace), **aside} if tool.folder == "dbt" else {**os.environ, **aside}
    except UserError as error:
        return subprocess.CompletedProcess(program, 2, str(error))
    return subprocess.run(
        program,
        cwd=workspace.root / tool.folder,
        env=shell,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
