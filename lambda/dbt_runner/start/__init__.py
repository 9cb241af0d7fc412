"""Preparations that must be in place before dbt is imported."""
