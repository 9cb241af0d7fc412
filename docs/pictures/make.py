"""Make the README's pictures from what commands really print: ``python3 docs/pictures/make.py``, from whatever folder.

Clones the checkout into a folder of its own, records ``make demo`` there and takes the report of the run that it made, by
Chromium. Needs Terraform and Chromium. Commit first: what is not committed is not cloned.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pty
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TERMINAL = "pyte==0.8.2"
COLUMNS, ROWS = 92, 27
TYPED = "make demo"
PORT = 4566
# Seconds between two letters.
KEY = 0.13
TITLE = "make demo: raw data, Terraform, load, dbt in the Lambda, and daily sales through Athena, on a laptop"
BROWSER = ("chromium", "chromium-browser", "google-chrome")
# Nothing of the browser's own goes to the network.
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-quic"),
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
            recording = record(TYPED, home)
            picture = svg(list(frames(recording, COLUMNS, ROWS)), COLUMNS, ROWS, TITLE)
            (HERE / "demo.svg").write_text(picture, "utf-8")
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


def record(command: str, home: Path) -> list[tuple[float, str]]:
    """The output of *command* to a terminal, with the seconds since its start; it is typed, letter by letter, before that."""
    keys = ["\x1b[32m$\x1b[0m ", *command, "\r\n"]
    recording = [(KEY * (number - len(keys)), key) for number, key in enumerate(keys)]
    process, terminal = pty.fork()
    if not process:
        os.chdir(home)
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": str(ROWS)}
        os.execvpe("bash", ["bash", "-c", command], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    start, output = time.monotonic(), b""
    try:
        while True:
            try:
                read = os.read(terminal, 65536)
            except OSError:  # Linux: the other end is closed
                break
            if not read:
                break
            output += read
            # A letter of several bytes may be cut.
            text = output.decode("utf-8", "ignore")
            output = output[len(text.encode("utf-8")) :]
            recording.append((time.monotonic() - start, text.replace(str(home), "~/lakeloop")))
    except KeyboardInterrupt:
        os.kill(process, signal.SIGTERM)
        raise
    _, status = os.waitpid(process, 0)
    if status:
        sys.exit(f"`{command}` failed:\n{''.join(text for _, text in recording)}")
    return recording


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
