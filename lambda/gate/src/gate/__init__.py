"""The gate: checks the files that arrive, and starts the run of what they change."""
