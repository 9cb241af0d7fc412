"""Java and the jars: found or asked for, and no more of them than are needed."""

from pathlib import Path

import pytest
from lakeloop_capture import jvm, prune
from lakeloop_capture.errors import CaptureRefused

# The wheel has them too: drivers under licences of their vendors.
OTHERS = ("ojdbc", "orai18n", "mssql", "mysql", "db2", "cassandra", "mongodb", "spanner", "vitess")


def test_every_jar_is_one_that_postgresql_needs():
    names = [jar.name for jar in jvm.jars()]
    assert len(names) == len(jvm.JARS) and not [name for name in names if any(word in name for word in OTHERS)]
    assert sum(jar.stat().st_size for jar in jvm.jars()) < 30_000_000


def test_pruning_leaves_these(tmp_path, monkeypatch, capsys):
    for jar in [*jvm.jars(), Path("ojdbc11-23.1.jar")]:
        (tmp_path / jar.name).touch()
    kept = [tmp_path / jar.name for jar in jvm.jars()]
    monkeypatch.setattr(jvm, "jars", lambda: kept)
    prune.main()
    assert sorted(tmp_path.iterdir()) == sorted(kept)
    assert capsys.readouterr().out == f"1 jars removed, {len(kept)} kept.\n"


@pytest.fixture
def java(tmp_path):
    """A program that answers as Java of a version does."""

    def make(version):
        home = tmp_path / version
        (home / "bin").mkdir(parents=True)
        program = home / "bin" / "java"
        program.write_text(
            f"#!/bin/sh\necho '    java.home = {home}' >&2\necho 'openjdk version \"{version}.0.1\"' >&2\n"
        )
        program.chmod(0o755)
        return home

    return make


def test_the_first_java_that_is_new_enough_is_taken(java, monkeypatch):
    old, new = java("11"), java("21")
    assert jvm.java_home({"JAVA_HOME": str(new), "PATH": "/usr/bin:/bin"}) == new
    monkeypatch.setenv("PATH", f"{new}/bin:/usr/bin:/bin")
    assert jvm.java_home({"JAVA_HOME": str(old), "PATH": f"{new}/bin:/usr/bin:/bin"}) == new


def test_without_java_it_says_how_to_get_one(java, monkeypatch):
    old = java("11")
    monkeypatch.setenv("PATH", f"{old}/bin")
    monkeypatch.setattr(jvm, "find_spec", lambda name: None)
    with pytest.raises(CaptureRefused, match=r"Java 17 or later.*version 11.*--extra jre"):
        jvm.java_home({"PATH": f"{old}/bin"})


def test_a_wheel_that_is_not_whole_is_refused(monkeypatch):
    monkeypatch.setattr(jvm, "JARS", (*jvm.JARS, "nothing"))
    with pytest.raises(CaptureRefused, match="no jar of nothing"):
        jvm.jars()
