"""dbt here on an environment's Athena: its names there, its place, the state that it compares with."""
