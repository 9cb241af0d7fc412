"""Rows of an account's tables on this machine, masked before they leave it (docs/YOUR-PROJECT.md)."""
