"""Time and cost of a run, for people: the table at the end of a run, and ``just report``."""
