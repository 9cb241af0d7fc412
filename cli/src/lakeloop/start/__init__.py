"""The way from a clone to a project of one's own."""
