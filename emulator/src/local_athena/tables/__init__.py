"""Table formats."""
