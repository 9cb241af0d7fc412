"""Athena on a laptop."""
