"""``local-athena check``: what Athena would refuse, told without an Athena."""
