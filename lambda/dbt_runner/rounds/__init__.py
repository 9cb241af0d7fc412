"""A run that takes several invocations: what is written down, who may, until when, and how dbt is made to carry on."""
