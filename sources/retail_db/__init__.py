"""A shop's operational database: its schema, a server for it on this machine, rows for it, a workload upon it."""
