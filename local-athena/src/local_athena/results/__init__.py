"""Results: Athena's text for a value, its result files in S3, and pages of them."""
