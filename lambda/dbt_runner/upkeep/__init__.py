"""Upkeep of Iceberg tables: OPTIMIZE and VACUUM of those that need it.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-data-optimization.html
"""

COMMAND = "upkeep"
