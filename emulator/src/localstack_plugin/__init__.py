"""What LocalStack loads."""
