"""docs/ATHENA.md: written from the tables of the tests and the registries of the source, so that it stays true.

Rewrite it, from the folder ``emulator``: ``uv run --locked python -m tests.docs``. ``test_page.py`` fails where it is stale.
"""
