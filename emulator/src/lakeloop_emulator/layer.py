"""Libraries of functions: the layer's, or this machine's of the layer's lock where those of the layer do not fit.

``local_lambda.host_libraries`` installs them. A layer holds shared objects of Linux: on other systems none fits.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from lakeloop_emulator.settings import LAYERS, EmulatorError, Settings


def about(settings: Settings, system: str = sys.platform) -> str:
    """Tell the user, in a further line, that functions have other libraries than in Lambda; empty if they have not."""
    if settings.emulator == "docker" or (system == "linux" and settings.layer != LAYERS[0]):
        return ""
    why = "layer=host" if settings.layer == LAYERS[0] else "a layer's are Linux's"
    return f"\nFunctions have libraries of this machine, of the layer's lock, in the place of the layer ({why})."


def refuse_other(settings: Settings, began: Sequence[str]) -> None:
    """Refuse ``layer=host`` if it is not among the words that the emulator *began* with. Raises ``EmulatorError``."""
    if settings.layer == LAYERS[0] and LAYERS[0] not in began:
        raise EmulatorError(
            "The emulator is up already, and began without layer=host. `just down`, then `just up` with it."
        )
