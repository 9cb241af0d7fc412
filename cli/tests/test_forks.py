"""Programs in forks of one process print, end and read their variables as in processes of their own."""

import os
import subprocess
import sys

import pytest
from lakeloop.warm import forks

pytestmark = pytest.mark.slow  # one import of dbt


@pytest.fixture
def home(tmp_path):
    (tmp_path / "lakeloop.toml").write_text('name = "acme"\nregion = "eu-west-1"\n[raw]\nfolder = "data/raw"\n')
    (tmp_path / "terraform" / "envs").mkdir(parents=True)
    (tmp_path / "terraform" / "envs" / "qa.tfvars").touch()
    (tmp_path / "dbt").mkdir()
    (tmp_path / "dbt" / "dbt_project.yml").touch()
    return tmp_path


def done(home, *words):
    variables = {**os.environ, "LAKELOOP_HOME": str(home)}
    ran = forks.captured([sys.executable, "-P", "-m", "lakeloop", *words], variables)
    return ran.returncode, ran.stdout, ran.stderr


def test_a_fork_does_what_a_process_does_and_one_that_was_killed_is_no_loss(home, monkeypatch):
    asked = [("environments",), ("nosuch",), ("environments",)]
    alone = [done(home, *words) for words in asked]
    assert alone[0][::2] == (0, "") and "qa" in alone[0][1]
    assert alone[1][0] == 2 and "Unknown command 'nosuch'" in alone[1][2]
    with forks.kept():
        assert done(home, *asked[0]) == alone[0]
        (process,) = forks._kept
        with monkeypatch.context() as patched:
            patched.setattr(subprocess, "run", None)  # no other process
            assert [done(home, *words) for words in asked] == alone
            both = home / "both"
            code = forks.run(
                [sys.executable, "-P", "-m", "lakeloop", "nosuch"], {"LAKELOOP_HOME": str(home)}, both, both
            )
            assert (code, both.read_text("utf-8")) == (2, alone[1][2])
        process.kill()
        process.wait()
        assert [done(home, *words) for words in asked] == alone
    assert process.returncode and not forks._kept


def test_what_was_begun_is_not_run_again_if_its_process_dies(tmp_path):
    begun = tmp_path / "begun"
    code = (
        f"import os; made = open({str(begun)!r}, 'a'); made.write('x'); made.close(); "
        f"os.path.getsize({str(begun)!r}) == 1 and os.kill(os.getppid(), 9)"
    )
    with forks.kept():
        ran = forks.captured([sys.executable, "-P", "-m", "timeit", "-n1", "-r1", code], os.environ)
    assert ran.returncode == -9 and "ended from outside" in ran.stderr
    assert begun.read_text("utf-8") == "x"
