"""LocalStack's entry points."""
