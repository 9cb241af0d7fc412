"""The part of AWS's ``awsglue`` that a job needs without GlueContext's own readers and writers."""
