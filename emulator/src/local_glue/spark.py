"""Spark's own settings for a run: one process on this machine, S3 by the server in ``job/webhdfs.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

_ALWAYS = {
    "spark.master": "local[2]",
    "spark.driver.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.hadoop.fs.viewfs.overload.scheme.target.webhdfs.impl": "org.apache.hadoop.hdfs.web.WebHdfsFileSystem",
    "spark.hadoop.mapreduce.outputcommitter.factory.scheme.s3a": (
        "org.apache.hadoop.mapreduce.lib.output.FileOutputCommitterFactory"
    ),
}
SCHEMES = ("s3", "s3a", "s3n")
_LOGGING = """rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = stderr
appender.console.type = Console
appender.console.name = stderr
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %p [%t] %c{1}: %m%n
logger.native.name = org.apache.hadoop.util.NativeCodeLoader
logger.native.level = error
logger.utils.name = org.apache.spark.util.Utils
logger.utils.level = error
"""


def configure(folder: Path, port: int, token: str, buckets: Sequence[str], given: Mapping[str, str]) -> None:
    """Write the files of SPARK_CONF_DIR; what is *given* wins over the runner's own."""
    view = "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme"
    settings = {
        **_ALWAYS,
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": (folder / "warehouse").as_uri(),
        **{f"spark.hadoop.fs.{scheme}.impl": view for scheme in SCHEMES},
        **{
            f"spark.hadoop.fs.viewfs.mounttable.{bucket}.linkFallback": f"webhdfs://127.0.0.1:{port}/{token}/{bucket}"
            for bucket in buckets
        },
        **given,
    }
    lines = "".join(f"{name} {value}\n" for name, value in settings.items())
    (folder / "spark-defaults.conf").write_text(lines)
    (folder / "log4j2.properties").write_text(_LOGGING)
