"""The artifacts bucket: objects with conditions, and what a run leaves there."""
