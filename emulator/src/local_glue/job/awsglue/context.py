"""GlueContext as far as it is Spark's session. DynamicFrames are AWS's own Java code, which nobody else may pass on."""

from __future__ import annotations

from typing import Any


class GlueContext:
    """The session of a Spark context; anything else of AWS's GlueContext is refused by name."""

    def __init__(self, sparkContext: Any, **options: Any) -> None:  # noqa: N803 - the name is AWS's
        from pyspark.sql import SparkSession

        self.spark_session = SparkSession(sparkContext)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"GlueContext.{name} is not in the local Glue: DynamicFrames are Java code of AWS's. spark_session reads and writes "
            "s3:// addresses, here and on AWS."
        )
