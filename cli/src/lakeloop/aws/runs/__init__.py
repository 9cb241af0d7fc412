"""Runs of the runner function and of Glue's jobs: begun, followed, scheduled, and what they have written."""
