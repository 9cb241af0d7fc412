"""What a run took and cost, for people: the table at the end of a run, and ``just report``."""
