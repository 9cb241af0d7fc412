"""The browser of the emulator's tests, which talk to it by DevTools; ``tests.browser`` only shows a page."""

import importlib.util

from tests.offline_home import REPO

_SPECIFICATION = importlib.util.spec_from_file_location("devtools", REPO.root / "emulator" / "tests" / "browser.py")
_module = importlib.util.module_from_spec(_SPECIFICATION)
_SPECIFICATION.loader.exec_module(_module)

browsing = _module.browsing
