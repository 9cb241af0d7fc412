"""Files that the runner never imports, and so stay out of the layer. ``proof.py`` shows that nothing is missed."""

from __future__ import annotations

import fnmatch
import shutil
from collections.abc import Sequence
from pathlib import Path

# Patterns of paths in the installed folder (`*` matches slashes too) -> why they are not needed.
DROP = {
    # Of every package
    "*/__pycache__/*": "byte code is made for the layer",
    "*.pyi": "types for checkers",
    "*/py.typed": "types for checkers",
    "*.c": "sources of what is compiled",
    "*.h": "sources of what is compiled",
    "*.pxd": "sources of what is compiled",
    "*.pyx": "sources of what is compiled",
    "*.rst": "documentation",
    "*.md": "documentation",
    "*/tests/*": "tests",
    "bin/*": "commands",
    "test/*": "tests that a package installs beside itself",
    "*.dist-info/*": "of an installed package's metadata, only names, versions and entry points are read",
    # Stubs: the adapter imports names from mypy_boto3_*, which `standins` provides
    "*-stubs/*": "types for checkers",
    "mypy_boto3_*": "types for checkers",
    # botocore and boto3 carry every AWS service
    "botocore/data/*": "services that neither the adapter nor the runner calls",
    "boto3/data/*": "services that neither the adapter nor the runner calls",
    "boto3/examples/*": "documentation",
    # Powertools: logging and metrics are used
    "aws_lambda_powertools/event_handler/*": "HTTP routing",
    "aws_lambda_powertools/utilities/*": "parsers, idempotency, streams and more",
    # agate, the table library of dbt's macros, formats numbers in one locale
    "babel/locale-data/*": "locales",
    "babel/messages/*": "translation",
    # PyAthena: the adapter takes its formatter and its exceptions
    "fsspec/*": "file systems for PyAthena's pandas cursor",
    "pyathena/aio/*": "cursors that the adapter does not use",
    "pyathena/arrow/*": "cursors that the adapter does not use",
    "pyathena/filesystem/*": "cursors that the adapter does not use",
    "pyathena/pandas/*": "cursors that the adapter does not use",
    "pyathena/polars/*": "cursors that the adapter does not use",
    "pyathena/s3fs/*": "cursors that the adapter does not use",
    "pyathena/spark/*": "cursors that the adapter does not use",
    "pyathena/sqlalchemy/*": "cursors that the adapter does not use",
    # MetricFlow: dbt-core takes its interfaces and converters; queries over metrics are another program's
    "metricflow/dataflow/*": "queries over metrics",
    "metricflow/engine/*": "queries over metrics",
    "metricflow/metric_evaluation/*": "queries over metrics",
    "metricflow/plan_conversion/*": "queries over metrics",
    "metricflow/sql/*": "queries over metrics",
    "metricflow_semantics/test_helpers/*": "tests",
    "rapidfuzz/*": "suggestions for misspelt metrics",
    "tabulate/*": "terminal output of the metrics' command",
    # PyArrow and PyIceberg, of which one function writes Iceberg tables in S3
    "pyarrow/include/*": "sources of what is compiled",
    "pyarrow/src/*": "sources of what is compiled",
    "pyarrow/*.lib": "sources of what is compiled",
    "pyarrow/libarrow_flight*": "a server of tables",
    "pyarrow/_flight*": "a server of tables",
    "pyarrow/flight.py": "a server of tables",
    "pyarrow/_azurefs*": "other clouds",
    "pyarrow/_gcsfs*": "other clouds",
    "pyarrow/_hdfs*": "other clouds",
    "pyarrow/_orc*": "other formats",
    "pyarrow/orc.py": "other formats",
    "pyarrow/_feather*": "other formats",
    "pyarrow/_substrait*": "plans of queries",
    "pyarrow/_parquet_encryption*": "encryption by the client",
    "pyarrow/_pyarrow_cpp_tests*": "tests",
    "pyarrow/libarrow_python.so": "a copy of libarrow_python.so.<version>",
    "pyarrow/libarrow_python.so.*.*": "a copy of libarrow_python.so.<version>",
    "pyarrow/libarrow_python_flight*": "a server of tables",
    "pyarrow/libarrow_python_parquet_encryption*": "encryption by the client",
    "hive_metastore/*": "another catalog than Glue",
    "pyiceberg/cli/*": "commands",
    "zstandard/_cffi*": "another way to the same library",
    # Others
    "dbt/include/starter_project/*": "`dbt init`",
    "deepdiff/*": "comparison of dbt's own recorded test runs",
    "orderly_set/*": "comparison of dbt's own recorded test runs",
    "jsonschema/benchmarks/*": "benchmarks",
}
KEEP = (
    # Not tests but the macros of generic tests and of the test materialization
    "dbt/include/*/tests/*",
    "*.dist-info/METADATA",
    "*.dist-info/entry_points.txt",
    "botocore/data/_retry.json",
    "botocore/data/endpoints.json",
    "botocore/data/partitions.json",
    "botocore/data/sdk-default-configuration.json",
    "botocore/data/athena/*",
    "botocore/data/glue/*",
    "botocore/data/lakeformation/*",
    "botocore/data/s3/*",
    "botocore/data/sts/*",
    "boto3/data/s3/*",
    "aws_lambda_powertools/utilities/__init__.py",
    "aws_lambda_powertools/utilities/jmespath_utils/*",
    "aws_lambda_powertools/utilities/typing/*",
    "babel/locale-data/root.dat",
    "babel/locale-data/en.dat",
    "babel/locale-data/en_US.dat",
)
_NEVER_KEEP = ("dbt/include/starter_project/*", "*/__pycache__/*")


def trim(folder: Path, unused: Sequence[str] = (), needed: Sequence[str] = ()) -> None:
    """Remove from *folder* what is not needed, and cut each METADATA to its header.

    Args:
        unused: patterns of what is not needed besides.
        needed: patterns of what is needed, though it would be dropped.
    """
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        if file.is_file() and ((dropped(path) and not _matches(path, tuple(needed))) or _matches(path, tuple(unused))):
            file.unlink()
    for metadata in folder.glob("*.dist-info/METADATA"):
        # A header as in mail; the long description follows the first empty line.
        metadata.write_text(metadata.read_text("utf-8").partition("\n\n")[0] + "\n", "utf-8")
    remove_empty_folders(folder)


def dropped(path: str) -> bool:
    """Whether the file at *path* (relative, with slashes) stays out of the layer."""
    if _matches(path, _NEVER_KEEP):
        return True
    return _matches(path, tuple(DROP)) and not _matches(path, KEEP)


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


def remove_empty_folders(folder: Path) -> None:
    """Remove every folder under *folder* that holds no file."""
    for inner in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(inner.iterdir()):
            inner.rmdir()


def size(folder: Path) -> int:
    """Bytes of all files under *folder*."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def clear(folder: Path) -> None:
    """Remove *folder*, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)
