"""The functions of dbt's classes are compiled when they are called, and are those that mashumaro compiles."""

import inspect
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

import pytest
from dbt_common.dataclass_schema import dbtClassMixin
from dbt_runner.patches import lazy_classes
from mashumaro.core.meta.mixin import compile_mixin_packer, compile_mixin_unpacker
from mashumaro.mixins.dict import DataClassDictMixin
from mashumaro.mixins.msgpack import DataClassMessagePackMixin


@pytest.fixture(params=["as mashumaro does", "as the runner does"])
def compiled(request, monkeypatch):
    """Classes that are made in this test are compiled at once, or when they are first used."""
    if request.param == "as mashumaro does":
        module: Any = sys.modules["mashumaro.mixins.dict"]
        monkeypatch.setattr(module, "compile_mixin_packer", compile_mixin_packer)
        monkeypatch.setattr(module, "compile_mixin_unpacker", compile_mixin_unpacker)
    else:
        lazy_classes.install()
    return request.param


def test_what_it_stands_on():
    source = inspect.getsource(DataClassDictMixin.__init_subclass__)
    assert 'compile_mixin_unpacker(cls, **builder_params["unpacker"])' in source
    assert 'compile_mixin_packer(cls, **builder_params["packer"])' in source


def test_nothing_is_compiled_before_it_is_used():
    """In a process of its own, as dbt must not have been imported there."""
    code = """
import dbt_runner
from mashumaro.core.meta.code.builder import CodeBuilder
compiled, compile = [], CodeBuilder.compile
CodeBuilder.compile = lambda self: compiled.append(self.cls.__name__) or compile(self)
import dbt.cli.main, dbt.adapters.athena.impl
from dbt.artifacts.resources import Quoting
before = list(compiled)
print(Quoting(database=True).to_dict(omit_none=True), set(compiled[len(before):]), set(before))
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    # The one that dbt itself makes one of, while it is imported
    assert found == "{'database': True} {'Quoting'} {'VersionSpecifier'}\n"


def test_classes_behave_alike(compiled):
    @dataclass
    class Inner(dbtClassMixin):
        word: str
        more: list[int] = field(default_factory=list)

    @dataclass
    class Outer(dbtClassMixin):
        inner: Inner | None = None
        many: dict[str, Inner] = field(default_factory=dict)

        @classmethod
        def __pre_deserialize__(cls, data):
            return {**super().__pre_deserialize__(data), "many": {"from": {"word": cls.__name__}}}

    @dataclass
    class Further(Outer):
        last: int = 0

    given = {"inner": {"word": "a", "more": [1]}, "last": 2}
    made = Further.from_dict(given)
    assert made == Further(Inner("a", [1]), {"from": Inner("Further")}, 2)
    assert Outer.from_dict({}) == Outer(None, {"from": Inner("Outer")})
    assert Outer().to_dict(omit_none=True) == {"many": {}}
    assert made.to_dict() == {**given, "many": {"from": {"word": "Further", "more": []}}}
    assert Further.from_dict(made.to_dict()) == Further.from_msgpack(made.to_msgpack()) == made
    assert isinstance(made.inner.to_msgpack(), bytes)
    for name in ("to_dict", "from_dict", "to_msgpack", "from_msgpack"):
        for cls in (Inner, Further):  # of which this test has used each
            if (cls, name) != (Inner, "from_msgpack"):
                assert getattr(cls, name).__module__ != lazy_classes.__name__


def test_what_cannot_be_compiled_is_said(compiled):
    @dataclass
    class Wrong(DataClassMessagePackMixin):
        what: "Nowhere"  # noqa: F821

    with pytest.raises(Exception, match="Nowhere"):
        Wrong.from_dict({"what": 1})
