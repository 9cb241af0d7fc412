"""Functions and types, from the registry of functions and the tables of expressions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from sqlglot import exp
from tests.docs.markdown import code, paragraph, table
from tests.docs.sources import expression_trees, expressions, refused_expressions
from tests.results import test_text

from local_athena.catalog.types import to_hive
from local_athena.dialect import functions
from local_athena.dialect.values import types
from local_athena.errors import AthenaError
from local_athena.model import Column, trino_type
from local_athena.tables.iceberg.types import check_precision, from_trino

TITLES = {
    "aggregates": "Aggregates", "arrays": "Arrays", "binary": "Binary values", "conditionals": "Conditionals and others",
    "dates": "Dates and times", "date_formats": "Dates and times by a pattern", "iso8601": "Dates and times of ISO 8601", "jsons": "JSON", "maps": "Maps", "map_aggregates": "Aggregates that make maps", "maths": "Numbers",
    "regexps": "Regular expressions", "approximate": "Approximate aggregates", "percentiles": "Percentiles", "array_search": "Arrays, searched",
    "reduction": "Arrays, reduced", "repetition": "Arrays, repeated",
    "sketches": "Sketches", "geospatial": "Geometries, tiles", "colors": "Colors",
    "strings": "Text", "urls": "URLs", "windowed": "Window functions",
}  # fmt: skip
# Functions whose arguments have a grammar of their own: the translator holds them beside the registry.
SYNTAX = {"dates": {"extract"}, "jsons": {"json_array", "json_exists", "json_object", "json_query", "json_value"}}
# Calls that have a grammar of their own, and so a node of their own in the syntax tree.
NODES: dict[type[exp.Expr], str] = {
    exp.GroupConcat: "listagg", exp.Normalize: "normalize", exp.Trim: "trim", exp.Substring: "substring", exp.If: "if",
    exp.CurrentDate: "current_date", exp.CurrentTime: "current_time", exp.CurrentTimestamp: "current_timestamp", exp.Localtime: "localtime",
    exp.Localtimestamp: "localtimestamp", exp.JSONObject: "json_object", exp.JSONValue: "json_value",
    exp.Extract: "extract", exp.JSONExtract: "json_query", exp.JSONExists: "json_exists", exp.JSONArray: "json_array", exp.CurrentUser: "current_user", exp.CurrentCatalog: "current_catalog",
}  # fmt: skip

# A type of each kind as it is written; the kinds that expressions of the tests have must be here.
SAMPLES = [
    "boolean", "tinyint", "smallint", "integer", "bigint", "real", "double", "decimal(10,2)", "varchar", "varchar(10)", "char(4)",
    "varbinary", "date", "time(6)", "time(3) with time zone", "timestamp(3)", "timestamp(6)", "timestamp(3) with time zone", "timestamp(6) with time zone",
    "interval day to second", "interval year to month", "json", "uuid", "ipaddress", "array(integer)", "map(varchar, double)",
    "row(a integer, b array(real))", "unknown", "Geometry", "SphericalGeography", "BingTile", "color",
]  # fmt: skip


def _family(module: ModuleType) -> tuple[str, list[str], list[str]]:
    """A module's name, the functions that can be called, and the refused ones."""
    tables = [functions._read(getattr(module, name, "")) for name in ("SCALARS", "AGGREGATES", "WINDOWS")]
    tables += [getattr(module, name, {}) for name in ("SPECIALS", "RAW")]
    names = {name for of in tables for name in of if re.fullmatch(r"\w+", name)}
    family = module.__name__.rpartition(".")[2]
    return family, sorted(names | SYNTAX.get(family, set())), sorted(getattr(module, "REFUSED", "").split())


@cache
def _called() -> list[set[str]]:
    """For each expression of the tables, the functions that it calls."""
    return [
        {node.name.lower() if isinstance(node, exp.Anonymous) else NODES.get(type(node), "") for node in tree.walk()}
        for tree in expression_trees()
    ]


@dataclass(frozen=True)
class Family:
    title: str
    link: str
    known: list[str]
    refused: list[str]
    cases: int


def _families() -> Iterator[Family]:
    for module in functions._MODULES:
        name, known, refused = _family(module)
        link = re.search(r"https://\S+?\.html", module.__doc__ or "")
        title = f"[{TITLES[name]}]({link[0]})" if link else TITLES[name]
        yield Family(TITLES[name], title, known, refused, sum(not call.isdisjoint(known) for call in _called()))


def section() -> str:
    families = list(_families())
    uncalled = {name for family in families for name in family.known} - set().union(*_called())
    known, refused = sum(len(f.known) for f in families), sum(len(f.refused) for f in families)
    ours = [case for case in refused_expressions() if case.ours]
    parts = [
        "## Functions",
        paragraph(f"{known} functions can be called, {refused} of Trino's are refused by name with `NOT_SUPPORTED`. What is in "
                  "neither list does not exist: `FUNCTION_NOT_FOUND`, as on AWS. Values and types are checked by "
                  f"[{len(expressions())} expressions](../local-athena/tests/dialect/cases), errors by "
                  f"{len(refused_expressions())} more, of which {len(ours)} fail here only."),
        table(["Family", "Functions", "Tested expressions that call one", "Refused"],
              [[f.link, len(f.known), f.cases, len(f.refused) or "-"] for f in families]),
    ]  # fmt: skip
    for family in families:
        parts += [f"### {family.title}", paragraph(code(family.known))]
        if family.refused:
            parts.append(paragraph("Refused: " + code(family.refused)))
    parts.append(
        paragraph(
            "Expressions of the tables that fail here and not on AWS, all with the code above: "
            + code(case.sql for case in ours)
        )
    )
    parts.append(paragraph("No expression of the tables calls " + code(sorted(uncalled)) + ".") if uncalled else "")
    return "\n\n".join(part for part in parts if part)


def _base(kind: str) -> str:
    """A type without its sizes: ``timestamp(3) with time zone`` is ``timestamp with time zone``."""
    return re.sub(r"\(.*\)", "", kind)


def _stored(kind: str, hive: bool) -> str:
    """How a table of either format holds a type, or nothing if it does not."""
    try:
        of = trino_type(kind)
        if hive:
            return f"`{to_hive(of)}`"
        check_precision([Column("c", of)])
        spelt = re.sub(r"\d+: (\w+): (optional|required) ", r"\1: ", str(from_trino(of, iter(range(1, 99)))))
        return f"`{spelt}`"
    except AthenaError:
        return "refused"


def types_section() -> str:
    counts = Counter(_base(case.type) for case in expressions())
    if missing := counts.keys() - {_base(sample) for sample in SAMPLES}:
        raise LookupError(f"no sample of {sorted(missing)} in {__file__}")
    texts = {kind: text for kind, _, _, text in reversed(test_text.CASES) if text.strip()}
    rows = []
    for sample in SAMPLES:
        shown = f"`{texts[sample].splitlines()[0]}`" if sample in texts else ""
        rows.append([f"`{sample}`", counts[_base(sample)], _stored(sample, True), _stored(sample, False), shown])
    return "\n\n".join([
        "## Types",
        paragraph("How often a type is the result of a tested expression, what a table of either format keeps it as, and a "
                  "value of it in `GetQueryResults` and in the CSV file."),
        table(["Trino's type", "Expressions", "Hive table", "Iceberg table", "In results"], rows),
        paragraph("Refused by name, with `NOT_SUPPORTED`: " + code(sorted(types._REFUSED)) + "."),
    ])  # fmt: skip
