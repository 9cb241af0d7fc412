"""The layer of this machine's architecture, built once (and kept in .lakeloop/build for whoever needs it next)."""

import json
import zipfile
from pathlib import Path

import pytest
from dbt_runner.start.layer import STAMP
from lakeloop_layer import LayerError, architecture, build, build_layer, made, of_host, target, trim, verify
from lakeloop_layer.install import install
from lakeloop_project.dbt_settings import DbtSettings

from tests import zips
from tests.clone import clone

REPO = Path(__file__).parents[2]
X86_64, ARM64 = architecture("x86_64"), architecture("arm64")


@pytest.fixture(scope="module")
def host():
    found = of_host()
    if found is None:
        pytest.skip("Lambda does not run on this machine's architecture")
    return found


@pytest.fixture(scope="module")
def built(host):
    return zips.layer()


@pytest.fixture(scope="module")
def names(built):
    with zipfile.ZipFile(built.file) as archive:
        return archive.namelist()


@pytest.mark.slow
def test_it_is_much_smaller_than_the_plain_install_and_was_proven(built):
    assert built.layer.unzipped < built.plain.unzipped / 2
    assert built.layer.zipped < built.plain.zipped / 2
    assert built.libraries > 0
    assert built.proof is not None and set(built.proof) == {"import", "parse"}


@pytest.mark.slow
def test_everything_lies_where_lambda_looks(names):
    """https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html"""
    assert all(name.startswith("python/") for name in names)
    assert names == sorted(names)
    assert f"python/{STAMP}" in names


@pytest.mark.slow
def test_what_dbt_needs_at_run_time_is_there(names):
    assert "python/dbt/include/global_project/macros/materializations/tests/test.sql" in names
    assert "python/dbt/include/athena/dbt_project.yml" in names
    assert "python/dbt/cli/main.pyc" in names
    assert any(name.startswith("python/dbt_athena-") and name.endswith("/METADATA") for name in names)
    assert not [name for name in names if name.endswith((".py", ".pyi", ".c"))]


@pytest.mark.slow
def test_a_second_build_is_at_once(built, host, monkeypatch, tmp_path):
    def called(*_):
        raise AssertionError("installed again")

    monkeypatch.setattr(build, "install", called)
    again = build_layer(clone(tmp_path / "checkout"), host)
    assert (again.layer, again.plain, again.new) == (built.layer, built.plain, False)


def test_the_code_that_builds_is_the_same_in_every_checkout(tmp_path):
    assert made.digest(made.own_sources(), REPO) == made.digest(made.own_sources(), tmp_path)


@pytest.mark.slow
def test_a_stale_or_broken_note_is_no_reason_not_to_build(built, tmp_path):
    file = tmp_path / "layer-x86_64.zip"
    file.write_bytes(b"")
    assert made.known(file, "key") is None
    made._note(file).write_text("{")
    assert made.known(file, "key") is None
    made._note(file).write_text(json.dumps({"key": "other", "of": {}}))
    assert made.known(file, "key") is None
    made._note(file).write_text(json.dumps({"key": "key", "of": {"a": 1}}))
    assert made.known(file, "key") == {"a": 1}
    file.unlink()
    assert made.known(file, "key") is None


@pytest.fixture(scope="module")
def arm64(tmp_path_factory):
    """The wheels for arm64, whatever this machine is."""
    folder = tmp_path_factory.mktemp("arm64") / "python"
    install(REPO, ARM64, folder)
    return folder


@pytest.mark.slow
def test_the_wheels_of_arm64_fit_lambda(arm64):
    assert verify.libraries(arm64, ARM64) > 0


@pytest.mark.slow
def test_another_architecture_is_refused_by_name(arm64):
    with pytest.raises(
        LayerError, match=r"is of another architecture: EM_AARCH64, not EM_X86_64 \(x86_64\).*just layer"
    ):
        verify.libraries(arm64, X86_64)


@pytest.mark.slow
def test_a_newer_glibc_is_refused_with_what_to_do(arm64, monkeypatch):
    monkeypatch.setattr(verify, "GLIBC", (2, 10))
    with pytest.raises(LayerError, match=r"needs glibc 2\.\d+; Lambda .* has 2\.10\. Pin an older version"):
        verify.libraries(arm64, ARM64)


@pytest.mark.slow
def test_what_is_installed_is_no_link_into_the_cache(arm64):
    """Trimming changes files in place."""
    assert all(file.stat().st_nlink == 1 for file in arm64.rglob("*") if file.is_file())


def test_too_large_is_refused_with_the_largest(tmp_path):
    package = tmp_path / "layer" / "heavy"
    package.mkdir(parents=True)
    with (package / "data").open("wb") as file:
        file.truncate((target.BUDGET_MB + 1) * 1_000_000)
    with pytest.raises(
        LayerError, match=f"too large: {target.BUDGET_MB + 1} MB.*heavy {target.BUDGET_MB + 1} MB.*trim.py"
    ):
        verify.budget(tmp_path / "layer")


def test_a_missing_module_is_found_by_the_proof(tmp_path):
    (tmp_path / "dbt_runner").mkdir()
    (tmp_path / "dbt_runner" / "__init__.py").write_text("import what_was_trimmed")
    with pytest.raises(LayerError, match=r"No module named 'what_was_trimmed'\nSomething that is imported was trimmed"):
        verify.proof(tmp_path / "layer", tmp_path)


def test_the_proof_shows_dbt_what_the_function_will_show_it(tmp_path):
    (tmp_path / "dbt_runner").mkdir()
    (tmp_path / "dbt_runner" / "__init__.py").write_text(
        "import os; raise SystemExit(os.environ['DBT_ENVIRONMENT_NAMES'] + ': ' + os.environ['TEAM'])", "utf-8"
    )
    with pytest.raises(LayerError, match="REGION_NAME,TEAM: growth"):
        verify.proof(tmp_path / "layer", tmp_path, DbtSettings({"REGION_NAME": "x", "TEAM": "growth"}))


def test_an_unknown_architecture():
    with pytest.raises(LayerError, match="arch=arm64 or arch=x86_64"):
        architecture("riscv")


@pytest.mark.parametrize(
    ("path", "dropped"),
    [
        ("dbt/include/global_project/macros/generic_test_sql/unique.sql", False),
        ("dbt/include/global_project/tests/generic/builtin.sql", False),
        ("networkx/algorithms/tests/test_core.py", True),
        ("botocore/data/glue/2017-03-31/service-2.json.gz", False),
        ("botocore/data/ec2/2016-11-15/service-2.json.gz", True),
        ("botocore/data/endpoints.json", False),
        ("boto3_stubs-1.0.dist-info/RECORD", True),
        ("dbt_athena-1.11.1.dist-info/METADATA", False),
        ("opentelemetry_api-1.45.2.dist-info/entry_points.txt", False),
        ("babel/locale-data/en_US.dat", False),
        ("babel/locale-data/de.dat", True),
        ("dbt/include/athena/__pycache__/x.pyc", True),
    ],
)
def test_what_is_dropped(path, dropped):
    assert trim.dropped(path) is dropped


def test_without_uv(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LayerError, match="uv is not on PATH"):
        install(REPO, ARM64, tmp_path / "python")
