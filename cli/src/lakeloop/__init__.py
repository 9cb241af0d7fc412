"""Commands behind the just recipes."""
