"""How Glue describes a Hive table: formats, settings and their values."""
