"""Zips of small functions."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile

import pytest
from lakeloop_layer import LayerError, architecture, build_small, of_host, small

from tests import zips

ROOT = """[project]
name = "root"
version = "0"
requires-python = "==3.12.*"
[tool.uv]
package = false
[tool.uv.workspace]
members = ["lambda/echo", "words"]
[tool.uv.sources]
lakeloop-words = { workspace = true }
"""
MEMBER = """[project]
name = "lakeloop-{name}"
version = "0"
requires-python = ">=3.12"
dependencies = [{needs}]
[build-system]
requires = ["uv_build>=0.9,<1"]
build-backend = "uv_build"
"""
HANDLER = """import boto3
from words import said

def handle(event, context):
    return said(event)
"""


@pytest.fixture
def checkout(tmp_path):
    """A workspace with a function ``echo``, which needs its member ``words``; none of it is in a registry."""

    def write(path, text):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    write("pyproject.toml", ROOT)
    write("lambda/echo/pyproject.toml", MEMBER.format(name="echo", needs='"lakeloop-words"'))
    write("lambda/echo/src/echo/__init__.py", "")
    write("lambda/echo/src/echo/handler.py", HANDLER)
    write("words/pyproject.toml", MEMBER.format(name="words", needs=""))
    write("words/src/words/__init__.py", "def said(event):\n    return event\n")
    subprocess.run(["uv", "lock", "--quiet", "--offline", "--python", sys.executable], cwd=tmp_path, check=True)
    return tmp_path


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_zip_holds_the_function_what_it_needs_of_the_workspace_and_texts(checkout, monkeypatch):
    assert small.names(checkout) == ["echo"]
    monkeypatch.setattr(small, "texts", lambda root, name: {"data/tables.json": "[]"})
    file = build_small(checkout, "echo", architecture("arm64"))
    with zipfile.ZipFile(file) as made:
        names = set(made.namelist())
        assert made.read("data/tables.json") == b"[]"
    assert file.name == "echo-arm64.zip"
    assert {"echo/handler.py", "words/__init__.py"} <= names
    assert {name.split("/")[0] for name in names} == {"echo", "words", "data"}
    assert "echo/__pycache__/handler.cpython-312.pyc" in names


def test_the_same_sources_are_the_same_bytes_and_are_not_zipped_again(checkout):
    file = build_small(checkout, "echo", architecture("arm64"))
    before, made = digest(file), file.stat().st_mtime_ns
    assert build_small(checkout, "echo", architecture("arm64")).stat().st_mtime_ns == made
    file.unlink()
    for source in checkout.rglob("*.py"):
        os.utime(source, (1_000_000_000, 1_000_000_000))
    assert digest(build_small(checkout, "echo", architecture("arm64"))) == before


@pytest.mark.parametrize("changed", ["lambda/echo/src/echo/handler.py", "words/src/words/__init__.py"])
def test_a_changed_source_is_zipped_again(checkout, changed):
    before = digest(build_small(checkout, "echo", architecture("arm64")))
    (checkout / changed).write_text((checkout / changed).read_text() + "# changed\n")
    assert digest(build_small(checkout, "echo", architecture("arm64"))) != before


@pytest.mark.skipif(of_host() is None, reason="the zip is tried on Lambda's architectures")
def test_a_function_that_imports_what_it_does_not_declare_is_not_zipped(checkout):
    good = build_small(checkout, "echo", of_host())
    before = digest(good)
    (checkout / "lambda/echo/src/echo/handler.py").write_text("import duckdb\n")
    with pytest.raises(LayerError, match=r"echo cannot be imported(?s:.*)No module named 'duckdb'(?s:.*)uv lock"):
        build_small(checkout, "echo", of_host())
    assert digest(good) == before


def test_a_function_that_lambda_would_not_take_is_not_zipped(checkout, monkeypatch):
    monkeypatch.setattr(small, "_LIMIT_MB", 0)
    with pytest.raises(LayerError, match=r"echo is too large(?s:.*)Lambda takes 0"):
        build_small(checkout, "echo", architecture("arm64"))


def test_a_function_that_is_not_there_is_named(checkout):
    with pytest.raises(LayerError, match=r"no function 'nobody'(?s:.*)Known: echo"):
        build_small(checkout, "nobody", architecture("arm64"))


@pytest.mark.slow
@pytest.mark.skipif(of_host() is None, reason="the zip is tried on Lambda's architectures")
def test_the_gate_knows_the_tables_that_the_project_declares():
    with zipfile.ZipFile(zips.small("gate")) as made:
        tables = json.loads(made.read("declared.json"))
        names = made.namelist()
    assert {table["name"]: table["format"] for table in tables["dev"]} == {
        "customers": "csv", "orders": "parquet", "products": "json"
    }  # fmt: skip
    assert "standin" not in json.dumps(tables)
    assert any(name.startswith("duckdb/") for name in names)
    assert not any(name.startswith(("boto3/", "botocore/", "dbt")) for name in names)
