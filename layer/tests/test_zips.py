"""The function's zip, and that the same content is the same bytes."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from lakeloop_layer import LayerError, archive, build_function, bytecode, function
from lakeloop_project import UserError

from tests import zips

LAMBDA = Path(__file__).parents[2] / "lambda"
PROJECT, RUNNER = LAMBDA / "tests" / "project", LAMBDA / "dbt_runner"


@pytest.fixture
def checkout(tmp_path):
    """Sources of a function's zip, to change: the runner, and a small project with its zip, which is built already."""
    root = zips.checkout(tmp_path / "checkout", PROJECT)
    build = root / ".lakeloop" / "build"
    build.mkdir(parents=True)
    for name in ("function.zip", "function.json"):
        shutil.copy(zips.function(PROJECT).with_name(name), build)
    return root


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_the_function_holds_the_runner_the_project_and_its_manifests():
    with zipfile.ZipFile(zips.function(PROJECT)) as archive_:
        names = archive_.namelist()
    assert "dbt_runner/handler.py" in names
    assert "dbt/dbt_project.yml" in names
    assert "dbt/profiles.yml" in names
    assert "dbt/macros/say.sql" in names
    assert {"manifest/dev.pickle", "manifest/prod.pickle"} < set(names)
    assert {name.split("/")[0] for name in names} == {"dbt", "dbt_runner", "manifest"}


def test_packages_that_are_not_installed_are_named_before_anything_is_built(checkout):
    (checkout / "dbt" / "packages.yml").write_text("packages: [{package: dbt-labs/dbt_utils, version: 1.3.0}]")
    with pytest.raises(UserError, match=r"Missing: dbt-labs/dbt_utils 1\.3\.0\. `just deps`"):
        build_function(checkout)


def test_what_dbt_wrote_beside_the_project_stays_out(checkout):
    before = function.sources(checkout)
    (checkout / "dbt" / "target").mkdir()
    (checkout / "dbt" / "target" / "manifest.json").touch()
    assert function.sources(checkout) == before


@pytest.mark.slow
def test_the_same_sources_are_the_same_bytes_and_are_not_zipped_again(checkout):
    file = checkout / ".lakeloop" / "build" / "function.zip"
    before, made = digest(file), file.stat().st_mtime_ns
    assert build_function(checkout).stat().st_mtime_ns == made
    file.unlink()
    for source in (checkout / "dbt").rglob("*.*"):
        os.utime(source, (1_000_000_000, 1_000_000_000))
    assert digest(build_function(checkout)) == before


@pytest.mark.slow
def test_a_changed_model_is_zipped_again(checkout):
    before = digest(build_function(checkout))
    model = checkout / "dbt" / "models" / "numbers.sql"
    model.write_text(model.read_text() + "-- changed\n")
    assert digest(build_function(checkout)) != before


def test_files_that_anyone_may_read(tmp_path):
    """Lambda's user is not their owner."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "secret.txt").touch(mode=0o600)
    archive.write({"python/": source}, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as made:
        (entry,) = made.infolist()
    assert (entry.filename, entry.external_attr >> 16) == ("python/secret.txt", 0o644)


def test_byte_code_is_the_same_bytes_in_every_build(tmp_path):
    """A package with many constants, sets among them: their order follows the hashes of texts."""
    import botocore

    for build in ("first", "second"):
        shutil.copytree(
            Path(botocore.__file__).parent, tmp_path / build / "botocore", ignore=shutil.ignore_patterns("data")
        )
        bytecode.compile_layer(tmp_path / build, "/opt/python")
        archive.write({"python/": tmp_path / build}, tmp_path / f"{build}.zip")
    assert digest(tmp_path / "first.zip") == digest(tmp_path / "second.zip")
    assert not list((tmp_path / "first").rglob("*.py"))


def test_byte_code_alone_runs_and_names_its_place_in_lambda(tmp_path):
    (tmp_path / "module.py").write_text("def fail():\n    raise ValueError\n")
    bytecode.compile_layer(tmp_path, "/opt/python")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import module; module.fail()"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert 'File "/opt/python/module.py", line 2, in fail' in done.stderr


def test_what_is_not_python_stops_the_build(tmp_path):
    (tmp_path / "broken.py").write_text("def")
    with pytest.raises(LayerError, match=r"broken\.py"):
        bytecode.compile_layer(tmp_path, "/opt/python")


# A character is one object in all of a process: whether something has interned it shows in byte code that is written there.
INTERN = "import sys; [sys.intern(chr(number)) for number in range(128)]; "
COMPILE = "from lakeloop_layer import bytecode; bytecode.compile_function(Path(sys.argv[1]), '/var/task/dbt_runner')"


def test_byte_code_does_not_depend_on_what_its_maker_has_done_before(tmp_path):
    def compiled(before: str) -> dict[str, bytes]:
        folder = tmp_path / str(len(before))
        shutil.copytree(RUNNER, folder, ignore=shutil.ignore_patterns("__pycache__"))
        code = f"import sys; from pathlib import Path; {before}{COMPILE}"
        subprocess.run([sys.executable, "-c", code, str(folder)], check=True)
        return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*.pyc")}

    plain = compiled("")
    assert plain
    assert compiled(INTERN) == plain
