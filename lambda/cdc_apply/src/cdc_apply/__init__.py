"""Captured changes from a stream to the changelog."""
