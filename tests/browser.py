"""A page as a real browser shows it."""

import re
import shutil
import subprocess
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NONE = "no chromium on the PATH: `apt-get install chromium`"


def opened(page: Path) -> tuple[str, list[str]]:
    """The document after its scripts ran, and what they wrote to the console, errors and refused requests among it."""
    done = subprocess.run(
        [
            str(CHROMIUM),
            *("--headless", "--no-sandbox", "--disable-gpu", "--window-size=1400,2000", "--enable-logging=stderr"),
            *(f"--user-data-dir={page.parent / 'browser'}", "--virtual-time-budget=2000", "--dump-dom"),
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    return done.stdout, re.findall(r":CONSOLE[:(].*", done.stderr)
