"""Paths, the settings of a command, and the environment variables of the emulator and its clients."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from lakeloop_emulator import loopback

PROJECT = Path(__file__).resolve().parents[2]
"""The emulator's uv project."""
VENV = PROJECT / ".venv"
LOCK = PROJECT / "uv.lock"
_SIZE = re.compile(r"(\d+)\s*([KMG])I?B?", re.IGNORECASE)
_UNITS, _LEAST = {"K": 10, "M": 20, "G": 30}, 64 << 20
STATE_FOLDER = "LAKELOOP_EMULATOR_STATE"
"""The variable by which the emulator learns its ``Settings.state``, and by which a second one beside the checkout's has its own."""
STATE = Path(os.environ.get(STATE_FOLDER) or PROJECT.parent / ".lakeloop" / "emulator")
"""Process id, log and scratch files; git ignores it."""
RUNTIMES = PROJECT.parent / ".lakeloop" / "runtimes"
"""The Pythons of functions, which outlive the emulator."""

PARENT = "LAKELOOP_EMULATOR_PARENT"
"""The variable that names a process by its id: the emulator ends with it. Tests set it."""

TOKEN = "LAKELOOP_EMULATOR_TOKEN"
"""The variable by which a container, which has no such folder, learns its token (``lakeloop_emulator.owner``)."""
TOKEN_FILE = "LAKELOOP_EMULATOR_TOKEN_FILE"
"""The variable by which clients find the token of a process."""
GUARD = "LAKELOOP_GUARD"
"""The variable by which the emulator learns whether it is to look at who calls: ``on`` or ``off``."""
ORIGINS = "EXTRA_CORS_ALLOWED_ORIGINS"
"""LocalStack's variable for the origins of web pages that may call: https://docs.localstack.cloud/references/configuration/"""
MEMORY = "LOCAL_ATHENA_MEMORY"
"""The variable by which the emulator learns how much memory queries may take."""
QUOTAS = "LOCAL_ATHENA_QUOTAS"
"""The variable by which the emulator learns whether Athena's quotas are in force: ``on`` or ``off``."""

LAYER = "LAKELOOP_LAYER"
"""The variable by which the emulator learns that functions are to have this machine's libraries: ``host``."""
LAYERS = ("host", "lambda")

HOST = "127.0.0.1"
DEFAULT_PORT = 4566
EMULATORS = ("host", "docker")
_KNOWN = ("emulator", "port", "persist", "origins", "guard", "memory", "quotas", "layer")
STOP_SECONDS = 5.0
"""How long an emulator may take to end, after which it is killed."""
SAVE_SECONDS = 600
"""How long an emulator may take to save its state, after which it is killed and the state before is still there."""
REGION = "us-east-1"
"""Of clients that nothing says otherwise to."""
_PROJECT_REGION = re.compile(r"""^\s*region\s*=\s*["']([a-z0-9-]+)["']""", re.MULTILINE)
"""In lakeloop.toml. No TOML parser: Python 3.10 has none, and this has no dependencies."""
_TABLE = re.compile(r"^\s*\[", re.MULTILINE)


class EmulatorError(Exception):
    """A message for the user as it is: the failure, the place that was looked at, the way out."""


@dataclass(frozen=True)
class Settings:
    """Settings of a command: ``emulator=docker port=4567`` and the like."""

    emulator: str = "host"
    port: int = DEFAULT_PORT
    state: Path = field(default=STATE)
    persist: bool | None = None
    """Whether the state outlives the emulator; None if nothing was said."""
    region: str = REGION
    """The region of clients; the emulator itself has them all."""
    guard: bool = True
    """Whether requests are looked at before they are let in."""
    origins: tuple[str, ...] = ()
    """Web pages that may call, such as ``http://localhost:3000``."""
    memory: str = ""
    """How much memory Athena's queries may take, such as ``4GB``; empty for its own default."""
    quotas: bool = False
    """Whether Athena refuses what is over AWS's quotas."""
    layer: str = LAYERS[1]
    """``host``: functions get this machine's libraries in the place of a layer, though it may fit; ``lambda``: if it does not."""

    @property
    def url(self) -> str:
        """The endpoint of every service. An address, not a name: clients then put S3 buckets in the path."""
        return f"http://{HOST}:{self.port}"


def parse(words: Sequence[str], state: Path = STATE) -> Settings:
    """Settings from words such as ``emulator=docker``, ``docker``, ``port=4567``. Raises ``EmulatorError``."""
    given: dict[str, str] = {}
    for word in words:
        name, separator, value = word.partition("=")
        if not separator:
            name, value = "emulator", word
        given[name.lower()] = value
    persist = _switch("persist", given.pop("persist", ""))
    guard = _switch("guard", given.pop("guard", "")) is not False
    origins = _origins(given.pop("origins", os.environ.get(ORIGINS, "")))
    size = _memory(given.pop("memory", os.environ.get(MEMORY, "")))
    quotas = _switch("quotas", given.pop("quotas", os.environ.get(QUOTAS, ""))) is True
    layer = given.pop("layer", os.environ.get(LAYER, "")) or LAYERS[1]
    emulator, port = given.pop("emulator", "host"), given.pop("port", str(DEFAULT_PORT))
    if given:
        word = next(iter(given))
        near = get_close_matches(word, _KNOWN, 1)
        meant = f" (did you mean {near[0]}=?)" if near else ""
        raise EmulatorError(
            f"unknown setting '{word}'{meant}; known are emulator=host|docker, port=NUMBER, persist=1, "
            "origins=http://localhost:3000, guard=off, memory=4GB, quotas=on and layer=host"
        )
    if layer not in LAYERS:
        raise EmulatorError(
            f"layer={layer} is neither layer=host, libraries of this machine in the place of a layer's, nor layer=lambda, the "
            "layer itself wherever it fits"
        )
    if emulator not in EMULATORS:
        raise EmulatorError(f"unknown emulator '{emulator}'; known are {' and '.join(EMULATORS)}")
    if not port.isdecimal() or not 1024 <= int(port) <= 65535:
        raise EmulatorError(f"port={port} is not a port number from 1024 to 65535")
    if persist and emulator == "docker":
        raise EmulatorError("persist=1 needs emulator=host: a container's state goes with the container.")
    if layer == LAYERS[0] and emulator == "docker":
        raise EmulatorError("layer=host needs emulator=host: a container is a Linux of its own, where layers fit.")
    return Settings(emulator, int(port), state, persist, project_region(), guard, origins, size, quotas, layer)


def project_region(checkout: Path = PROJECT.parent) -> str:
    """The region that the project's ``lakeloop.toml`` names; ``REGION`` where there is no such file or it names none."""
    try:
        text = (checkout / "lakeloop.toml").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return REGION
    found = _PROJECT_REGION.search(_TABLE.split(text)[0])
    return found[1] if found else REGION


def token_file(state: Path) -> Path:
    """The file with the token of the emulator whose state lies in *state*, for its owner's eyes only."""
    return state / "token"


def listed(words: str) -> tuple[str, ...]:
    """The words between commas."""
    return tuple(word for part in words.split(",") if (word := part.strip()))


def _switch(name: str, word: str) -> bool | None:
    if word.lower() in ("1", "true", "yes", "on"):
        return True
    if word.lower() in ("0", "false", "no", "off"):
        return False
    if word:
        raise EmulatorError(f"{name}={word} is neither {name}=1 nor {name}=0")
    return None


def _origins(words: str) -> tuple[str, ...]:
    for origin in listed(words):
        if not re.fullmatch(r"[a-z][a-z0-9+.-]*://[^/*?#\s]*", origin):
            raise EmulatorError(
                f"'{origin}' is no origin of a web page: it is a scheme, a name and a port, as in http://localhost:3000. "
                f"They come from origins= or the variable {ORIGINS}; guard=off lets every page in."
            )
    return listed(words)


def _memory(word: str) -> str:
    """As local Athena reads it (``local_athena.memory.limit``), which is not on every Python's path; a test compares both."""
    size = _SIZE.fullmatch(word)
    if word and (size is None or int(size[1]) << _UNITS[size[2].upper()] < _LEAST):
        raise EmulatorError(f"memory={word} is not a size of 64MB or more, such as memory=500MB or memory=4GB")
    return word


def enforcing() -> bool:
    """Whether the emulator is to refuse what IAM would: ``IAM_ENFORCEMENT=1``."""
    return os.environ.get("IAM_ENFORCEMENT", "").lower() in ("1", "true", "yes")


def server_environment(settings: Settings) -> dict[str, str]:
    """LocalStack's configuration: loopback only, nothing from the internet, nothing loaded before it is used.

    https://docs.localstack.cloud/references/configuration/
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **inherited,
        **loopback.direct(os.environ),
        "GATEWAY_LISTEN": f"{HOST}:{settings.port}",
        "GATEWAY_SERVER": "lakeloop",
        "LOCALSTACK_HOST": f"{HOST}:{settings.port}",
        # In a container (CI, a development container) LocalStack would take the machine's own folders, and share them with
        # every other emulator there.
        "OVERRIDE_IN_DOCKER": "0",
        "FILESYSTEM_ROOT": str(settings.state / "files"),
        STATE_FOLDER: str(settings.state),
        GUARD: "on" if settings.guard else "off",
        ORIGINS: ",".join(settings.origins),
        MEMORY: settings.memory,
        QUOTAS: "on" if settings.quotas else "off",
        LAYER: settings.layer,
        "SHUTDOWN_TIMEOUT": str(SAVE_SECONDS),
        "EAGER_SERVICE_LOADING": "0",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DNS_ADDRESS": "0",
        "PROVIDER_OVERRIDE_CLOUDWATCH": "judges",
        "PROVIDER_OVERRIDE_DYNAMODB": "moto",
        "PROVIDER_OVERRIDE_EVENTS": "delivers",
        "PROVIDER_OVERRIDE_KINESIS": "numbered",
        "PROVIDER_OVERRIDE_LAMBDA": "completed",
        "PROVIDER_OVERRIDE_LOGS": "completed",
        "PROVIDER_OVERRIDE_S3": "apart",
        "PROVIDER_OVERRIDE_SCHEDULER": "fires",
        "PROVIDER_OVERRIDE_SNS": "subjects",
        "PROVIDER_OVERRIDE_SQS": "told",
        "PROVIDER_OVERRIDE_STEPFUNCTIONS": "completed",
        # Mappings of queues and streams wait for a second after each batch otherwise, and up to ten when nothing came. On AWS
        # they poll on, and long: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
        "LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC": "0.02",
        "LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC": "1",
        "SQS_CLOUDWATCH_METRICS_REPORT_INTERVAL": "2",  # of what has changed (localstack_plugin/sqs_metrics.py)
        "LAMBDA_RUNTIME_EXECUTOR": "process",
        "LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT": "150",  # longer than an initialisation may take, which the executor ends
        # moto asks for credentials, which nobody has here; boto3 would ask a cloud's machine for them, if this is none, too.
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONUNBUFFERED": "1",
    }


def client_environment(settings: Settings) -> dict[str, str]:
    """The variables that point any AWS tool at the emulator."""
    return {
        "AWS_ENDPOINT_URL": settings.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_REGION": settings.region,
        "S3_HOSTNAME": HOST,
        TOKEN_FILE: str(token_file(settings.state)),
        **loopback.direct(os.environ),
    }
