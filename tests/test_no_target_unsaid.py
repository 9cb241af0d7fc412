"""dbt with keys in the shell and no environment: whichever way it is started, nothing is sent."""

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from lakeloop_project import profiles

from tests.offline_home import REPO, checkout

pytestmark = pytest.mark.slow

NAMES = {**dict.fromkeys(profiles.NAMES, "lakeloop-test"), "ENVIRONMENT": "dev"}


@pytest.fixture
def recorder():
    """The address of a server that refuses everything, and the requests that came."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def parse_request(self):
            """Whatever the method is."""
            seen.append(self.raw_requestline.decode())
            self.send_error(403)
            return False

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()


@pytest.fixture
def types(tmp_path, recorder):
    """Type a command in a checkout, in a shell with keys; all that leaves it for AWS goes to the recorder."""
    home = checkout(tmp_path)
    (home.root / "emulator").symlink_to(REPO.root / "emulator")  # which is asked whose address it is
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DBT_"))}
    address, _ = recorder
    shell = {
        **kept,
        **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), address),
        "AWS_ACCESS_KEY_ID": "AKIAUNSAID",
        "AWS_SECRET_ACCESS_KEY": "unsaid",  # pragma: allowlist secret
        "AWS_MAX_ATTEMPTS": "1",
        "LAKELOOP_HOME": str(home.root),
    }

    def run(*words, program=(sys.executable, "-m", "lakeloop"), **more):
        return subprocess.run(
            [*program, *words], cwd=home.root, env={**shell, **more}, capture_output=True, text=True, check=False
        )

    return run


@pytest.mark.parametrize(
    ("words", "variables"),
    [
        (("dbt", "run", "--target", "dev"), {}),
        (("dbt", "build"), {"DBT_ENGINE_TARGET": "dev"}),
        (("dbt", "debug", "-xtdev"), {"GLUE_DATABASE_NAME": "mine"}),
        (("dbt-local", "build", "-tdev"), {}),
    ],
)
def test_recipes_refuse_before_dbt_begins(types, recorder, words, variables):
    address, seen = recorder
    done = types(*words, **variables, AWS_ENDPOINT_URL=address)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "just dbt env=dev" in line
    assert seen == []


def test_the_profile_itself_leads_nowhere(types, recorder):
    """dbt that somebody starts without a recipe, on the profile that recipes have made. A parse needs no connection."""
    address, seen = recorder
    assert types("parse", "dev").returncode == 0
    dbt = str(Path(sys.executable).with_name("dbt"))
    folders = (
        "--project-dir",
        "dbt",
        "--profiles-dir",
        ".lakeloop/profiles",
        "--target",
        "dev",
        "--no-send-anonymous-usage-stats",
    )
    done = types("run", *folders, program=(dbt,), AWS_ENDPOINT_URL=address)
    assert done.returncode
    assert "no environment is set; `just dbt env=dev` sets one" in done.stdout
    assert seen == []


def test_an_environment_that_ci_has_set_is_named_first(types, recorder):
    address, seen = recorder
    done = types("dbt", "debug", "--target", "dev", **NAMES, AWS_ENDPOINT_URL=address)
    assert done.stderr.splitlines()[0].startswith(f"dev at {address}, ")
    assert done.returncode
    assert any(line.startswith("POST") for line in seen), "the recorder would have seen it"
