"""Of every test of the workspace."""

from hypothesis import settings

# No test asserts a time: the machine may be busy with something else.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
