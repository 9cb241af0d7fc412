"""Function signatures as data: ``element_at(map(K, V), K) -> V | template``.

One line holds one overload. On the left, Trino's signature: single capital letters are type variables (``N`` stands
for any number),
``varchar`` takes any varchar or char, ``function(T, U)`` is a lambda, ``...`` after the last argument repeats it. On the right, the
DuckDB text: ``$1`` is the first argument, ``$*`` all, ``$T`` the DuckDB type bound to T, ``$fail(CODE: message)T`` an
error of type T.
Aggregates also place ``$D`` (DISTINCT), ``$O`` (ORDER BY), ``$I`` (IGNORE NULLS) and ``$W`` (FILTER and OVER).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from local_athena.dialect.errors import raise_sql
from local_athena.dialect.sqltext import once
from local_athena.dialect.udf.failures import TRIED
from local_athena.dialect.values.coercion import coercible, common
from local_athena.dialect.values.types import UNBOUNDED, UNKNOWN, Type, as_decimal, held, make, parse_type, varchar


@dataclass(frozen=True, slots=True)
class Pattern:
    """A type with holes. ``variable`` is a type variable's letter; ``name`` a type constructor's name; sizes may be
    variables too.
    """

    name: str
    variable: bool = False
    args: tuple[Pattern, ...] = ()
    sizes: tuple[str, ...] = ()

    def __str__(self) -> str:
        inner = [*map(str, self.args), *self.sizes]
        return f"{self.name}({', '.join(inner)})" if inner else self.name


@dataclass(frozen=True, slots=True)
class Overload:
    arguments: tuple[Pattern, ...]
    result: Pattern
    template: str
    variadic: bool

    def accepts(self, count: int) -> bool:
        return count >= len(self.arguments) - 1 if self.variadic else count == len(self.arguments)

    def argument(self, index: int) -> Pattern:
        return self.arguments[min(index, len(self.arguments) - 1)]


_LINE = re.compile(r"(\$?\w+)\((.*)\) -> (.*)")


@lru_cache(maxsize=2048)
def overload(line: str) -> Overload:
    signature, _, template = line.partition(" | ")
    found = _LINE.fullmatch(signature.strip())
    assert found, line
    arguments = [a.strip() for a in _split(found[2])] if found[2].strip() else []
    variadic = bool(arguments) and arguments[-1].endswith("...")
    patterns = tuple(pattern(a.removesuffix("...")) for a in arguments)
    return Overload(patterns, pattern(found[3].strip()), template.strip(), variadic)


def _split(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    return [*parts, text[start:]]


@lru_cache(maxsize=1024)
def pattern(text: str) -> Pattern:
    text = text.strip()
    if re.fullmatch(r"[A-Z]", text):
        return Pattern(text, variable=True)
    found = re.fullmatch(r"(\w+)\((.*)\)( with time zone)?", text)
    if not found:
        return Pattern(text)
    name = found[1] + (found[3] or "")
    parts = [p.strip() for p in _split(found[2])]
    if name in ("array", "map", "row", "function"):
        return Pattern(name, args=tuple(pattern(p) for p in parts))
    return Pattern(name, sizes=tuple(parts))


type Binding = dict[str, Type | int]


def bind(p: Pattern, t: Type, binding: Binding, coerce: bool) -> bool:
    """Whether a value of type *t* may stand at *p*; notes in *binding* what the variables are then."""
    if p.variable:
        if p.name == "N" and not (t.is_number or (coerce and t == UNKNOWN)):
            return False
        known = binding.get(p.name)
        if known is None:
            binding[p.name] = t
            return True
        assert isinstance(known, Type)
        met = known if known == t else common(known, t)
        if met is None:
            return False
        binding[p.name] = met
        return True
    if t == UNKNOWN:
        return coerce and all(bind(a, UNKNOWN, binding, coerce) for a in p.args)
    if p.args:
        if p.name != t.name or len(p.args) != len(t.args):
            return False
        return all(bind(a, x, binding, coerce) for a, x in zip(p.args, t.args, strict=True))
    if p.sizes:
        return _bind_sizes(p, t, binding, coerce)
    if p.name == "varchar":
        return t.name == "varchar" or (coerce and t.name == "char")
    if p.name in ("timestamp", "time", "char", "timestamp with time zone", "time with time zone", "decimal"):
        return p.name == t.name or (coerce and _widens(t, p.name))
    want = make(p.name) if "interval" not in p.name else parse_type(p.name)
    return t == want or (coerce and coercible(t, want))


def _bind_sizes(p: Pattern, t: Type, binding: Binding, coerce: bool) -> bool:
    if p.name == "decimal" and t.is_integer and coerce:
        t = as_decimal(t)
    if p.name != t.name and not (coerce and _widens(t, p.name)):
        return False
    sizes = t.params if p.name == t.name else (t.precision if t.name != "date" else 0,)
    for letter, size in zip(p.sizes, sizes or (UNBOUNDED,), strict=False):
        if not letter.isdigit():
            binding[letter] = max(size, int(str(binding.get(letter, 0))))
    return True


_WIDER = {
    "timestamp": ("date",),
    "timestamp with time zone": ("date", "timestamp"),
    "time with time zone": ("time",),
    "varchar": ("char",),
}


def _widens(t: Type, name: str) -> bool:
    return t.name in _WIDER.get(name, ()) or (name == "decimal" and t.is_integer)


def resolved(p: Pattern, binding: Binding, given: Type | None = None) -> Type:
    """The type that *p* stands for; *given* is the argument's own type, kept where *p* leaves its size open."""
    if p.variable:
        bound = binding.get(p.name, UNKNOWN)
        assert isinstance(bound, Type)
        return bound
    if p.args:
        return Type(
            p.name, (), tuple(resolved(a, binding) for a in p.args), (None,) * len(p.args) if p.name == "row" else ()
        )
    if p.name == "unknown":
        return UNKNOWN
    if p.sizes:
        if p.name == "varchar":
            return varchar(int(p.sizes[0]) if p.sizes[0].isdigit() else int(str(binding.get(p.sizes[0], UNBOUNDED))))
        return Type(p.name, tuple(int(s) if s.isdigit() else int(str(binding.get(s, 0))) for s in p.sizes))
    if given is not None and given.name == p.name:
        return given
    if given is not None and p.name in ("timestamp", "timestamp with time zone"):
        return Type(p.name, (0 if given.name == "date" else given.precision,))
    return parse_type(p.name)


_HOLE = re.compile(r"\$(?:fail\(([A-Z_]+): (.*?)\)([A-Z]\b|\w+(?:\[\])*)|(\*)|(\d+)|([A-Z])(?![A-Za-z]))")


def without_failures(template: str) -> str:
    """*template* with NULL in the place of the errors that TRY gives NULL for."""
    tried = rf"\$fail\((?:{'|'.join(TRIED)}): .*?\)([A-Z]\b|\w+(?:\[\])*)"
    return re.sub(tried, lambda m: f"CAST(NULL AS {_hole(m[1])})", template)


def _hole(t: str) -> str:
    return f"${t}" if len(t) == 1 else t


def fill(
    template: str, args: list[str], binding: Binding, clauses: dict[str, str], lambdas: Collection[int] = ()
) -> str:
    """*template* with its holes filled, an argument that it names more than once being written once (see ``once``).

    Args:
        lambdas: places of arguments that are functions.
    """
    for i, arg in enumerate(args):
        if len(arg) > 100 and template.count(f"${i + 1}") > 1 and i not in lambdas and "$W" not in template:
            return once(
                arg,
                lambda name, i=i: fill(template, [*args[:i], name, *args[i + 1 :]], binding, clauses, lambdas),  # type: ignore[misc]
            )

    def hole(m: re.Match[str]) -> str:
        if m[1]:
            return raise_sql(m[1], m[2], _type_of(m[3], binding))
        if m[4]:
            return ", ".join(args)
        if m[5]:
            return args[int(m[5]) - 1] if int(m[5]) <= len(args) else ""
        return clauses[m[6]] if m[6] in clauses else _type_of(m[6], binding)

    return _HOLE.sub(hole, template)


def _type_of(letter: str, binding: Binding) -> str:
    bound = binding.get(letter)
    return held(bound) if isinstance(bound, Type) else letter
