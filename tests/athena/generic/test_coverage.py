"""Every suite of dbt-tests-adapter is either run here or named below with the reason why Athena cannot pass it."""

import importlib
import inspect
from pathlib import Path

import dbt.tests.adapter
import pytest

# Suite (a module or one class of it) -> why an Athena adapter fails it on AWS too.
EXCLUDED = {
    "aliases.test_aliases.BaseSameAliasDifferentDatabases": "models of one project in two Glue catalogs: needs a second account",
    "basic.test_get_catalog_for_single_relation": "the adapter does not implement get_catalog_for_single_relation",
    "column_types": "the adapter's Column does not count Glue's int and decimal(38,6) as integer and numeric",
    "constraints.test_constraints.BaseConstraintsRollback": "Athena enforces no constraint and has no transactions",
    "constraints.test_constraints.BaseIncrementalConstraintsRollback": "Athena enforces no constraint and has no transactions",
    "constraints.test_constraints.BaseContractSqlHeader": "Athena takes one statement at a time",
    "constraints.test_constraints.BaseTableContractSqlHeader": "Athena takes one statement at a time",
    "constraints.test_constraints.BaseIncrementalContractSqlHeader": "Athena takes one statement at a time",
    "dbt_clone.test_dbt_clone.BaseClonePossible": "Athena clones no table (BaseCloneNotPossible runs)",
    "dbt_clone.test_dbt_clone.BaseCloneSameSourceAndTarget": "Athena clones no table (BaseCloneNotPossible runs)",
    "functions": "Athena has no CREATE FUNCTION: the adapter has no materialization for functions",
    "grants": "the adapter applies no SQL grants: Lake Formation's come through lf_grants",
    "hooks.test_model_hooks.BasePrePostModelHooksOnSeedsPlusPrefixedWhitespace": "the same project as ...PlusPrefixed",
    "materialized_view": "Athena has no materialized views",
    "persist_docs.test_persist_docs.BasePersistDocsQuotedColumnCaseSensitive": "Glue folds the case of every column",
    "persist_docs.test_persist_docs.BasePersistDocsQuotedDescriptionNotAppliedOnMismatch": "Glue folds the case of every column",
    "python_model": "Python models run in Athena's Spark, which local Athena does not have",
    "simple_snapshot.new_record_dbt_valid_to_current": "the adapter's MERGE closes rows whose dbt_valid_to is null only",
    "simple_snapshot.test_various_configs": "the adapter's MERGE names dbt_scd_id and dbt_valid_to: no others",
    "unit_testing.test_types.BaseUnitTestingVarcharFixtureNoTruncation": "the adapter casts fixtures to varchar(5), as Glue has it",
    "utils.test_current_timestamp.BaseCurrentTimestampAware": "the adapter's current_timestamp has no time zone (…Naive runs)",
    "utils.test_escape_single_quotes.BaseEscapeSingleQuotesBackslash": "Trino doubles a quote (…Quote runs)",
}
PACKAGE = "dbt.tests.adapter."


def is_suite(cls: type) -> bool:
    return cls.__module__.startswith(PACKAGE) and any(name.startswith("test") for name in dir(cls))


def suites() -> list[type]:
    """Every class with tests in it that dbt-tests-adapter offers for subclassing."""
    [folder] = map(Path, dbt.tests.adapter.__path__)
    names = [".".join(path.relative_to(folder).with_suffix("").parts) for path in sorted(folder.rglob("*.py"))]
    modules = [
        importlib.import_module(PACKAGE + name.removesuffix("__init__").rstrip("."))
        for name in names
        if name != "__init__"
    ]
    return [
        cls
        for module in modules
        for cls in vars(module).values()
        if inspect.isclass(cls)
        and cls.__module__ == module.__name__
        and is_suite(cls)
        and not cls.__name__.startswith("Test")
    ]


def exclusion(cls: type) -> str | None:
    name = f"{cls.__module__}.{cls.__name__}".removeprefix(PACKAGE)
    return next((key for key in EXCLUDED if name == key or name.startswith(f"{key}.")), None)


@pytest.fixture(scope="module")
def subclassed() -> set[type]:
    """Every suite that a class of this folder inherits."""
    found: set[type] = set()
    for path in Path(__file__).parent.glob("test_generic_*.py"):
        module = importlib.import_module(path.stem)
        for cls in vars(module).values():
            if inspect.isclass(cls) and cls.__module__ == module.__name__ and cls.__name__.startswith("Test"):
                found.update(cls.__mro__)
    return found


def test_every_suite_runs_or_is_excluded(subclassed):
    missing = {f"{cls.__module__}.{cls.__name__}" for cls in suites() if cls not in subclassed and not exclusion(cls)}
    assert not missing


def test_no_exclusion_is_stale(subclassed):
    used = {exclusion(cls) for cls in suites() if cls not in subclassed}
    assert set(EXCLUDED) == used - {None}
