"""What a run cost: the queries it sent, Athena's statistics of them, and both at AWS's prices."""
