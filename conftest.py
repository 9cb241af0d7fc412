"""Settings of every test of the workspace."""

import os

from hypothesis import settings

# An interrupted pytest leaves no emulator behind (`lakeloop_emulator.settings.PARENT`), whoever started it: a fixture, or a
# recipe that a test types. Workers of xdist inherit what their controller has set.
os.environ.setdefault("LAKELOOP_EMULATOR_PARENT", str(os.getpid()))

# No test asserts a time: the machine may be busy with something else.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
