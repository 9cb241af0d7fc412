"""``just tf-plan``, ``tf-apply`` and ``tf-destroy`` against the emulator, and the outputs that name what they made.

tflocal (https://github.com/localstack/terraform-local) writes a file beside the configuration and takes it away when it ends;
it is given a copy of ``terraform/``, so that nothing it leaves when it is killed can lie in the checkout. State lies in the
emulator's own S3: `just down` forgets the resources and the state together.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

from botocore.exceptions import ClientError
from lakeloop_layer import LayerError, architecture, build_function, build_layer
from rich.console import Console

from lakeloop import provider_mirror
from lakeloop.arguments import environment, take
from lakeloop.aws.place import AWS, Place, enter
from lakeloop.errors import UserError
from lakeloop.quality import HOW_TO_GET
from lakeloop.workspace import Workspace

# tflocal makes a bucket of this name for the state; it knows no other for a backend whose bucket is not in the file.
STATE_BUCKET = "tf-test-state"
INSTALL = (
    f"Terraform is not on the PATH. Get 1.11 or newer from {HOW_TO_GET['terraform']} and try again. "
    "`just dbt-local` needs none."
)


@dataclass(frozen=True)
class Outputs:
    """What the rest of the loop needs to know of an applied environment; the names are the root module's."""

    raw_bucket: str
    artifacts_bucket: str
    glue_database: str
    athena_workgroup: str
    function_name: str
    function_alias: str
    state_machine_arn: str
    log_group: str


def plan(workspace: Workspace, words: Sequence[str]) -> int:
    """``just tf-plan env=dev``: what an apply would change. Words that begin with ``-`` go on to Terraform."""
    return _change(workspace, "plan", words)


def apply(workspace: Workspace, words: Sequence[str]) -> int:
    """``just tf-apply env=dev``: make the environment in the emulator; ends with Terraform's outputs."""
    return _change(workspace, "apply", words, "-auto-approve")


def destroy(workspace: Workspace, words: Sequence[str]) -> int:
    """``just tf-destroy env=dev``: take the environment out of the emulator, its state too; asks nothing."""
    return _change(workspace, "destroy", words, "-auto-approve")


def outputs(workspace: Workspace, place: Place) -> Outputs:
    """The outputs of the environment as it was last applied.

    Raises:
        UserError: it was not applied there.
    """
    values, said = (_outputs_on_aws if place.slug == AWS else _outputs_in_emulator)(workspace, place)
    names = [field.name for field in fields(Outputs)]
    if missing := [name for name in names if name not in values]:
        raise UserError(
            f"{place} is not applied: Terraform's state there has no {', '.join(missing)}. "
            f"{said or f'`just tf-apply env={place.environment}` makes it.'}"
        )
    return Outputs(**{name: values[name] for name in names})


def _outputs_on_aws(workspace: Workspace, place: Place) -> tuple[dict[str, str], str]:
    data = _data(workspace, place)
    return _ask_outputs(_environment(workspace, place), workspace.terraform, "terraform", f"Looked in {data}.")


def _outputs_in_emulator(workspace: Workspace, place: Place) -> tuple[dict[str, str], str]:
    """The outputs, remembered for as long as the state in the emulator is the same object: asking takes seconds."""
    version = _state_version(place)
    remembered = _data(workspace, place) / "outputs.json"
    if version is None:
        return {}, ""
    if remembered.exists():
        known: dict[str, dict[str, str]] = json.loads(remembered.read_text("utf-8"))
        if version in known:
            return known[version], ""
    with _working_copy(workspace, place) as folder:
        _initialise(workspace, place, folder)
        values, said = _ask_outputs(_environment(workspace, place), folder, *_tflocal())
        if values:
            remembered.write_text(json.dumps({version: values}), "utf-8")
    return values, said


def _change(workspace: Workspace, command: str, words: Sequence[str], *options: str) -> int:
    arguments, rest = take(words, {"env"})
    env = environment(arguments.get("env", "dev"))
    if unknown := [word for word in rest[:1] if not word.startswith("-")]:
        raise UserError(f"Unknown word {unknown[0]!r}. Usage: just tf-{command} env=dev [-option ... for Terraform]")
    _require_terraform()
    place = enter(workspace, env)
    processor = _host_architecture()
    function_zip, layer_zip = _built(workspace, processor)
    with _working_copy(workspace, place) as folder:
        _initialise(workspace, place, folder)
        given = {
            "region": place.variables.get("AWS_REGION") or place.variables.get("AWS_DEFAULT_REGION", ""),
            "architecture": processor,
            "force_destroy": "true",
            "function_zip": str(function_zip),
            "layer_zip": str(layer_zip),
        }
        variables = [f"-var-file=envs/{env}.tfvars", *(f"-var={name}={value}" for name, value in given.items())]
        colour = [] if sys.stdout.isatty() else ["-no-color"]
        code = _run(
            workspace,
            place,
            folder,
            [command, *colour, "-input=false", "-compact-warnings", *options, *variables, *rest],
        )
    if command == "destroy" and not code:
        _forget_state(place)
    return code


def _host_architecture() -> str:
    """This machine's processor, which is also that of a container on it, as Lambda names it."""
    machine = platform.machine().lower()
    return {"amd64": "x86_64", "aarch64": "arm64"}.get(machine, machine)


def _built(workspace: Workspace, processor: str) -> tuple[Path, Path]:
    """The zips of the function and of its layer, built if they are missing or stale."""
    with Console(stderr=True).status("layer") as status:
        try:
            layer = build_layer(workspace.root, architecture(processor), lambda step: status.update(f"layer: {step}"))
            return build_function(workspace.root), layer.file
        except LayerError as error:
            raise UserError(str(error)) from error


def _require_terraform() -> None:
    if shutil.which("terraform") is None:
        raise UserError(INSTALL)


def _tflocal() -> list[str]:
    return [sys.executable, str(Path(sys.executable).with_name("tflocal"))]


def _data(workspace: Workspace, place: Place) -> Path:
    return workspace.state / "terraform" / f"{place.slug}-{place.environment}"


def _environment(workspace: Workspace, place: Place) -> dict[str, str]:
    return {
        **place.variables,
        **provider_mirror.environment(workspace),
        "TF_DATA_DIR": str(_data(workspace, place)),
        "TF_IN_AUTOMATION": "1",
        "DISABLE_DEPRECATION_NOTICE": "1",
        "CHECKPOINT_DISABLE": "1",
    }


@contextmanager
def _working_copy(workspace: Workspace, place: Place) -> Iterator[Path]:
    """A copy of ``terraform/`` that no other command uses until the block ends. Raises ``UserError``."""
    data = _data(workspace, place)
    data.mkdir(parents=True, exist_ok=True)
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(f"Terraform is at work on {place} already. Wait until it ends.") from None
        folder = data / "terraform"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(workspace.terraform, folder, ignore=shutil.ignore_patterns(".terraform", "*.tfstate*"))
        yield folder


def _initialise(workspace: Workspace, place: Place, folder: Path) -> None:
    """``terraform init``, unless the last one was of the same configuration: it reads all of a provider of 700 MB."""
    digest = hashlib.sha256(f"{place.where} {_state_key(place)}".encode())
    for file in sorted([*folder.rglob("*.tf"), folder / ".terraform.lock.hcl"]):
        digest.update(file.read_bytes())
    marker = _data(workspace, place) / "initialised"
    if marker.exists() and marker.read_text("utf-8") == digest.hexdigest():
        return
    # An address has no subdomains for buckets; tflocal sees to that for the provider, not for the backend.
    backend = [f"-backend-config=key={_state_key(place)}", "-backend-config=use_path_style=true"]
    command = ["init", "-input=false", "-no-color", "-reconfigure", "-lockfile=readonly", *backend]
    asked = _ask(_environment(workspace, place), folder, [*_tflocal(), *command])
    if asked.returncode:
        raise UserError(f"terraform init failed:\n{asked.stdout}{asked.stderr}")
    marker.write_text(digest.hexdigest(), "utf-8")


def _ask_outputs(variables: dict[str, str], folder: Path, *command: str) -> tuple[dict[str, str], str]:
    """``terraform output -json`` as name -> value, and what Terraform said if it could not."""
    _require_terraform()
    asked = _ask(variables, folder, [*command, "output", "-no-color", "-json"])
    if asked.returncode:
        return {}, f"`terraform output` failed: {asked.stderr.strip() or asked.stdout.strip()}"
    return {name: output["value"] for name, output in json.loads(asked.stdout).items()}, ""


def _ask(variables: dict[str, str], folder: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)


def _run(workspace: Workspace, place: Place, folder: Path, words: list[str]) -> int:
    """Run tflocal on the terminal; its exit code, or 130 after Ctrl-C.

    tflocal hands an interrupt on to Terraform, which would get a second one from the terminal if it were in the same
    session, and give up at once: resources made, state not written.
    """
    process = subprocess.Popen(
        [*_tflocal(), *words],
        cwd=folder,
        env=_environment(workspace, place),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    interrupted = False
    while True:
        try:
            code = process.wait()
            return 130 if interrupted else code
        except KeyboardInterrupt:
            interrupted = True
            process.send_signal(signal.SIGINT)


def _state_key(place: Place) -> str:
    return f"lakeloop/{place.environment}/terraform.tfstate"


def _state_version(place: Place) -> str | None:
    """What changes with every change of the state; None if there is no state."""
    try:
        return str(place.client("s3").head_object(Bucket=STATE_BUCKET, Key=_state_key(place))["ETag"])
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise UserError(f"Terraform's state at {place.where} cannot be read: {error}") from error


def _forget_state(place: Place) -> None:
    """Take the state of what is no more out of the emulator, and the bucket unless other states lie in it."""
    s3 = place.client("s3")
    s3.delete_object(Bucket=STATE_BUCKET, Key=_state_key(place))
    try:
        s3.delete_bucket(Bucket=STATE_BUCKET)
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketNotEmpty":
            raise
