"""``just expectations``: suites of what raw tables must hold, run by Great Expectations, and as dbt's tests in every build."""
