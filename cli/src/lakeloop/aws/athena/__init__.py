"""Statements on Athena, and the commands that are little more than some."""
