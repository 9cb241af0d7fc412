"""Make the README's pictures from what commands really print: ``python3 docs/pictures/make.py``, from whatever folder.

Clones the checkout into a folder of its own, records ``make demo`` there, ``just watch`` while a model is saved twice, and takes
the report of the run that the demo made, by Chromium. Needs Terraform and Chromium. Commit first: what is not committed is not
cloned.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pty
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TERMINAL = "pyte==0.8.2"
COLUMNS, ROWS = 92, 27
PORT = 4566
# Seconds between two letters.
KEY = 0.13
# Seconds without output after which a command is taken to have said what it says.
SETTLED = 1.0
DEMO = "make demo"
DEMO_TITLE = "make demo: raw data, Terraform, load, dbt in the Lambda, and daily sales through Athena, on a laptop"
WATCH = "just watch"
WATCH_TITLE = "just watch: a model that is saved is built and tested within seconds; an error stands under the line"
BROWSER = ("chromium", "chromium-browser", "google-chrome")
# Nothing of the browser's own goes to the network.
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-quic"),
)


def saves(home: Path) -> tuple[tuple[str, str], ...]:
    """Commands typed in another terminal, each once the screen has shown the text before it; the last text ends the recording.

    They misspell a column of a model, and put it right.
    """
    models = sorted((home / "dbt" / "models" / "marts").glob("*.sql"))
    model = next(file.relative_to(home) for file in models if " city," in file.read_text("utf-8"))
    return (
        ("Ctrl-C ends it", f"sed -i 's/ city,/ town,/' {model}"),
        (f"{model.stem}  error", f"sed -i 's/ town,/ city,/' {model}"),
        (f"{model.stem}  ok", ""),
    )


def in_workspace() -> None:
    """Begin anew under the workspace's Python, which is there, with the terminal that ``film`` needs beside its packages.

    A script's own environment would be of the Python that the current folder has, or of one that uv downloads.
    """
    os.chdir(ROOT)
    words = ("run", "--quiet", "--locked", "--no-dev", "--with", TERMINAL, "python", str(HERE / "make.py"))
    os.environ["PATH"] = f"{ROOT / '.tools' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    try:
        os.execvp("uv", ["uv", *words])
    except FileNotFoundError:
        sys.exit("uv is not on the PATH: `make tools` fetches it into the checkout.")


def main() -> None:
    from film import frames, svg

    browser = next((found for name in BROWSER if (found := shutil.which(name))), None)
    if not browser or not shutil.which("terraform"):
        sys.exit("Wanted on the PATH: terraform, and chromium (`apt-get install chromium`).")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "lakeloop"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(home)], check=True)
        try:
            if port := other_port():
                subprocess.run(["just", "up", f"port={port}"], cwd=home, check=True)
            recordings = {"demo.svg": (record(DEMO, home), DEMO_TITLE)}
            # The first command of a morning imports dbt; the recording is of the ones after it.
            subprocess.run(["just", "dbt-local"], cwd=home, check=True)
            recordings["watch.svg"] = (record(WATCH, home, saves(home)), WATCH_TITLE)
            for name, (recording, title) in recordings.items():
                picture = svg(list(frames(recording, COLUMNS, ROWS)), COLUMNS, ROWS, title)
                (HERE / name).write_text(picture, "utf-8")
            printed = subprocess.run(["just", "report"], cwd=home, capture_output=True, text=True, check=True).stdout
            page = Path(re.findall(r"^The report: (.+)$", printed, re.MULTILINE)[-1])
            for name, dark in (("report.png", False), ("report-dark.png", True)):
                screenshot(browser, page, HERE / name, dark=dark)
        finally:
            subprocess.run(["make", "down"], cwd=home, check=False)


def other_port() -> int | None:
    """A free port if the emulator's own is taken: the demo goes on with an emulator that is up."""
    try:
        socket.create_connection(("127.0.0.1", PORT)).close()
    except OSError:
        return None
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        return int(other.getsockname()[1])


def record(command: str, home: Path, saved: Sequence[tuple[str, str]] = ()) -> list[tuple[float, str]]:
    """The output of *command* to a terminal, with the seconds since its start; it is typed, letter by letter, before that.

    Args:
        saved: texts that *command* prints, each with the command that is typed and run then. The last one has none, and Ctrl-C
            ends *command* then.
    """
    keys = _keys(command)
    recording = [(KEY * (number - len(keys)), key) for number, key in enumerate(keys)]
    process, terminal = pty.fork()
    if not process:
        os.chdir(home)
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": str(ROWS)}
        os.execvpe("bash", ["bash", "-c", command], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    start, waiting, since = time.monotonic(), list(saved), ""
    try:
        for text in _read(terminal):
            since += text.replace(str(home), "~/lakeloop")
            recording.append((time.monotonic() - start, text.replace(str(home), "~/lakeloop")))
            if waiting and waiting[0][0] in since and _silent(terminal):
                _, typed = waiting.pop(0)
                since = ""
                if not typed:
                    os.write(terminal, b"\x03")
                    break
                for key in _keys(typed):
                    recording.append((time.monotonic() - start, key))
                    time.sleep(KEY)
                subprocess.run(["bash", "-c", typed], cwd=home, check=True)
    except KeyboardInterrupt:
        os.kill(process, signal.SIGTERM)
        raise
    for _ in _read(terminal):
        pass
    _, status = os.waitpid(process, 0)
    if waiting or (status and not saved):
        sys.exit(f"`{command}` failed:\n{''.join(text for _, text in recording)}")
    return recording


def _keys(command: str) -> list[str]:
    return ["\x1b[32m$\x1b[0m ", *command, "\r\n"]


def _read(terminal: int) -> Iterator[str]:
    """The text that comes from *terminal*, until its other end is closed."""
    output = b""
    while True:
        try:
            read = os.read(terminal, 65536)
        except OSError:  # Linux: the other end is closed
            return
        if not read:
            return
        output += read
        # A letter of several bytes may be cut.
        text = output.decode("utf-8", "ignore")
        output = output[len(text.encode("utf-8")) :]
        yield text


def _silent(terminal: int) -> bool:
    """Whether all has come that belongs to what was printed last."""
    return not select.select([terminal], [], [], SETTLED)[0]


def screenshot(browser: str, page: Path, picture: Path, *, dark: bool) -> None:
    """The upper part of *page* at a desktop's width."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                *(
                    browser,
                    *QUIET,
                    f"--user-data-dir={profile}",
                    "--window-size=1280,876",
                    "--virtual-time-budget=3000",
                ),
                *(
                    f"--blink-settings=preferredColorScheme={0 if dark else 1}",
                    f"--screenshot={picture}",
                    page.as_uri(),
                ),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )


if __name__ == "__main__":
    if importlib.util.find_spec("pyte") is None:
        in_workspace()
    main()
