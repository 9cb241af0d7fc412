"""What must be in place before dbt is imported."""
