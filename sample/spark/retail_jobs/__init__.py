"""From the retail sample's raw files to curated tables: functions of DataFrames, tested on plain Spark."""
