"""The API's operations, and the clients that were tried: boto3, PyAthena, awswrangler, dbt."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.docs import refusals
from tests.docs.markdown import bullets, code, paragraph, table
from tests.docs.sources import REPO, assigned, proof, tree, version

from local_athena.api import service
from local_athena.api.validation import service_model

CLIENTS = "emulator/tests/plugin/test_clients.py"
CONNECTIONS = "tests/athena/adapter/test_connections.py"
COVERAGE = "tests/athena/generic/test_coverage.py"
EMULATOR_LOCK, ROOT_LOCK = "emulator/uv.lock", "uv.lock"

# Client, the package that its version is of, lock file, what was tried, file and name of the test.
ROWS = [
    ("boto3", "boto3", EMULATOR_LOCK, "start, poll, page", CLIENTS, "test_boto3"),
    ("PyAthena, plain cursor", "pyathena", EMULATOR_LOCK, "rows, types, `qmark` parameters, `SHOW`", CLIENTS, "test_pyathena"),
    ("PyAthena, pandas cursor", "pyathena", EMULATOR_LOCK, "from the CSV file and with `unload=True`", CLIENTS,
     "test_pyathena_pandas"),
    ("PyAthena, arrow cursor", "pyathena", EMULATOR_LOCK,
     "in a workgroup with managed query results, `connect(s3_staging_dir='', work_group=...)`", CLIENTS,
     "test_pyathena_arrow_with_managed_results"),
    ("PyAthena, arrow cursor, from S3", "pyathena", EMULATOR_LOCK,
     "only with an `endpoint_override`: it passes no endpoint on, and pyarrow reads no `AWS_ENDPOINT_URL`", CLIENTS,
     "test_pyathena_arrow"),
    ("awswrangler, `read_sql_query`", "awswrangler", EMULATOR_LOCK, "plain, `ctas_approach`, `unload_approach`", CLIENTS,
     "test_awswrangler"),
    ("awswrangler, catalog", "awswrangler", EMULATOR_LOCK, "`describe_table`, `show_create_table`", CLIENTS,
     "test_awswrangler_reads_text_results"),
    ("dbt-athena over boto3", "dbt-athena", ROOT_LOCK, "the suites below", "tests/athena/adapter/test_commands.py",
     "test_build"),
    ("dbt-athena over PyAthena", "dbt-athena", ROOT_LOCK, "`connection_manager: pyathena`", CONNECTIONS, "test_build"),
]  # fmt: skip


def _operations() -> tuple[list[str], list[str]]:
    known = sorted(service.OPERATIONS)
    return known, sorted({*service_model().operation_names} - {*known})


def api_section() -> str:
    done, refused = _operations()
    return "\n\n".join([
        "## API operations",
        paragraph(f"{len(done)} of the {len(done) + len(refused)} operations in AWS's service model, each request checked "
                  f"against it: {code(done)}."),
        paragraph("Refused with `InvalidRequestException`, all of them about Spark, notebooks and reserved capacity: "
                  f"{code(refused)}."),
        paragraph("Refused by name besides: " + "; ".join(refusals.features()["API"]) + "."),
    ])  # fmt: skip


def _dbt() -> dict[str, int]:
    """How many suites of dbt-tests-adapter are imported to be run here, by part of the package."""
    return {
        path.stem.removeprefix("test_generic_"): len(
            {
                name.name
                for node in tree(path).body
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dbt.tests.adapter.")
                for name in node.names
                if name.name.startswith("Base")
            }
        )
        for path in sorted((REPO / "tests/athena/generic").glob("test_generic_*.py"))
    }


def _own() -> Iterator[str]:
    """Claims that the repository's own suites prove, in the words of their files."""
    for path in sorted((REPO / "tests/athena/adapter").glob("test_*.py")):
        words = (ast.get_docstring(tree(path)) or "").partition("\n")[0]
        yield f"[`{path.stem}`](../tests/athena/adapter/{path.name}): {words}"


def section() -> str:
    excluded = assigned(COVERAGE, "EXCLUDED")
    assert isinstance(excluded, dict)
    suites = _dbt()
    reasons: dict[str, list[str]] = {}
    for suite, why in excluded.items():
        reasons.setdefault(why, []).append(suite.rpartition(".")[2])
    return "\n\n".join([
        "## Clients",
        table(["Client", "Version", "Tried", "Test"],
              [[client, version(lock, package), tried, proof(path, test)]
               for client, package, lock, tried, path, test in ROWS]),
        "### dbt",
        paragraph(f"The unmodified adapter runs {sum(suites.values())} suites of "
                  f"[dbt-tests-adapter](../tests/athena/generic) {version(ROOT_LOCK, 'dbt-tests-adapter')}, by its folders: "
                  + ", ".join(f"`{part}` {count}" for part, count in suites.items() if count) + ". "
                  "And suites of its own for what those leave out:"),
        bullets(_own()),
        paragraph("Every other suite of dbt-tests-adapter is excluded for a reason; "
                  f"{proof(COVERAGE, 'test_every_suite_runs_or_is_excluded')} fails if one is forgotten."),
        table(["Excluded", "Why"], [[code(suites_), why] for why, suites_ in reasons.items()]),
    ])  # fmt: skip
