"""Compiles mashumaro's serializers of dbt's classes lazily, on first use.

dbt has some 350 dataclasses, for each of which mashumaro writes and compiles four functions while it is imported: a third of the
time of a start. An invocation uses a few dozen of them. mashumaro's own ``lazy_compilation`` leaves out the longest part of a
function, and compiles it nevertheless. https://github.com/Fatal1ty/mashumaro#lazy_compilation-config-option

It stands on this:
``DataClassDictMixin.__init_subclass__`` calls ``compile_mixin_unpacker`` and ``compile_mixin_packer``, by their names in its own
module, for the class and each format (``dict``, ``msgpack``, ``json``); they set two attributes of the class, a public one and
one with the prefix ``__mashumaro_``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from mashumaro.core.meta.code.builder import CodeBuilder
from mashumaro.core.meta.mixin import compile_mixin_packer, compile_mixin_unpacker
from mashumaro.mixins import dict as mixin

from dbt_runner import patches

_pending: list[Callable[[], None]] = []


def compile_some(count: int) -> bool:
    """Compile *count* functions that nothing has called yet, for a process that has time; whether any are left."""
    for _ in range(min(count, len(_pending))):
        with suppress(Exception):  # of a class with a field that has no serializer: whoever calls it gets the error
            _pending.pop()()
    return bool(_pending)


def install() -> None:
    """Must run before dbt is imported. Nothing, if the patches are off."""
    if not patches.on():
        return
    module: Any = mixin
    module.compile_mixin_packer = _packer
    module.compile_mixin_unpacker = _unpacker


def _whole(cls: Any, format_name: str, dialect: Any = None, **coder: Any) -> CodeBuilder:
    """mashumaro's builder of a class's functions, without its own laziness."""
    return CodeBuilder(cls, format_name=format_name, default_dialect=dialect, allow_postponed_evaluation=False, **coder)


def _packer(cls: Any, format_name: str = "dict", **parameters: Any) -> None:
    public, internal = f"to_{format_name}", f"__mashumaro_to_{format_name}__"

    def pack(self: Any, *given: Any, **options: Any) -> Any:
        compile_mixin_packer(cls, format_name, **parameters)
        return getattr(cls, internal)(self, *given, **options)

    def compile_it() -> None:
        if vars(cls).get(internal) is pack:
            _whole(cls, format_name, **parameters).add_pack_method()

    setattr(cls, internal, pack)
    setattr(cls, public, pack)
    if format_name == "dict":  # the others are for dbt's own partial parse
        _pending.append(compile_it)


def _unpacker(cls: Any, format_name: str = "dict", **parameters: Any) -> None:
    public, internal = f"from_{format_name}", f"__mashumaro_from_{format_name}__"

    def unpack(_: Any, *given: Any, **options: Any) -> Any:
        compile_mixin_unpacker(cls, format_name, **parameters)
        return getattr(cls, internal)(*given, **options)

    method = classmethod(unpack)

    def compile_it() -> None:
        if vars(cls).get(internal) is method:
            _whole(cls, format_name, **parameters).add_unpack_method()

    setattr(cls, internal, method)
    setattr(cls, public, classmethod(unpack))
    if format_name == "dict":  # the others are for dbt's own partial parse
        _pending.append(compile_it)
