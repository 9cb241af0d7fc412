"""The cost of a run: the queries it sent, Athena's statistics of them, and both at AWS's prices."""
