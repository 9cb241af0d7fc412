"""``just watch``: a model that is saved is built and tested, and its rows are shown."""
