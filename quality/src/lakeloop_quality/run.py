"""Runs suites, and writes Data Docs of them.

Input is one JSON object: ``suites``, each with ``table``, ``schema``, ``name`` and ``expectations`` (pairs of a type and its
arguments); ``duckdb`` or ``athena`` (``engines.url``); ``docs``, the folder of the pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import great_expectations as gx
from great_expectations.exceptions import GreatExpectationsError
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from lakeloop_quality import pages
from lakeloop_quality.engines import like_trino, url

_SHOWN = 5


class BadSuite(Exception):
    """A suite that cannot run; its text says why, with the table."""


def run(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Run all suites; each expectation with its outcome.

    Returns:
        for each: ``table``, ``expectation``, ``column``, ``passed``, ``rows`` and ``unexpected`` (None where it counts none),
        ``examples`` of values, and ``error`` if it could not be checked (then it has not passed).

    Raises:
        BadSuite: an expectation is none of Great Expectations', or has other arguments; a table is not there.
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    docs = Path(given["docs"])
    backend = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs)}
    site = {
        "class_name": "SiteBuilder",
        "store_backend": backend,
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }
    context.variables.data_docs_sites = {"docs": site}
    source = context.data_sources.add_sql("lake", connection_string=url(dict(given)), create_temp_table=False)
    like_trino(source.get_execution_engine())
    definitions = [_definition(context, source, suite) for suite in given["suites"]]
    checkpoint = context.checkpoints.add(gx.Checkpoint(name="expectations", validation_definitions=definitions))
    done = checkpoint.run()
    found = [
        row
        for suite, result in zip(given["suites"], done.run_results.values(), strict=True)
        for row in (_row(suite["table"], one) for one in result.results)
    ]
    context.build_data_docs()
    pages.offline(docs, found)
    return found


def _definition(context: Any, source: Any, suite: Mapping[str, Any]) -> Any:
    table = suite["table"]
    try:
        asset = source.add_table_asset(table, table_name=suite["name"], schema_name=suite["schema"])
        batch = asset.add_batch_definition_whole_table("whole")
        made = gx.ExpectationSuite(table)
        for kind, arguments in suite["expectations"]:
            try:
                made.add_expectation_configuration(ExpectationConfiguration(type=kind, kwargs=dict(arguments)))
            except Exception as error:  # pydantic's, and others for a type that is none
                raise BadSuite(f"{table}: {kind}: {' '.join(str(error).split())[:300]}") from error
        context.suites.add(made)
        return context.validation_definitions.add(gx.ValidationDefinition(name=table, data=batch, suite=made))
    except GreatExpectationsError as error:
        raise BadSuite(f"{table}: {' '.join(str(error).split())[:300]}") from error


def _row(table: str, one: Any) -> dict[str, Any]:
    config, result = one.expectation_config, one.result or {}
    arguments = config.kwargs
    raised = _raised(one.exception_info or {})
    return {
        "table": table,
        "expectation": config.type,
        "column": arguments.get("column") or ", ".join(arguments.get("column_list") or ()),
        "passed": bool(one.success),
        "rows": result.get("element_count"),
        "unexpected": result.get("unexpected_count", result.get("observed_value") if not one.success else None),
        "examples": [str(value) for value in (result.get("partial_unexpected_list") or ())[:_SHOWN]],
        "error": raised,
    }


def _raised(information: Mapping[str, Any]) -> str:
    """Why an expectation could not be checked; empty if it could. It stands at the top, or by metric."""
    for one in (information, *(value for value in information.values() if isinstance(value, Mapping))):
        if one.get("raised_exception"):
            return " ".join(str(one.get("exception_message")).split())[:300]
    return ""
