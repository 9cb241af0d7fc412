"""Lines of JSON with what a look at them tells, so that no query has to look again.

``anew``: DuckDB may hold a number otherwise than Java, or take a comma for nothing. ``rounded``: it may not keep a number's text.
``capital``: a key may have another name than it is spelled.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_ANEW = r"[:,\[]\s*(?:-?[\d.]{16}|-?[\d.]+[eE]|-0(?:\.0+)?\s*[,\]}])|,\s*[\]}]"
_NO_JSON = "NaN|Infinity"
"""Numbers to DuckDB, and to OpenX."""
_ROUNDED = r"[:,\[]\s*-?\d+\.(?:\d+0|0{3}\d*)\s*[,\]}]"
_CAPITAL = r'"[^"]*\p{Lu}[^"]*"\s*:|"_col\d'
SCHEMA = pa.schema([("line", pa.string()), ("anew", pa.bool_()), ("rounded", pa.bool_()), ("capital", pa.bool_())])


def flagged(openx: bool, lines: pa.Array) -> list[pa.Array]:
    """The columns of *lines*."""
    anew = _ANEW if openx else f"{_ANEW}|{_NO_JSON}"
    return [lines, *(pc.match_substring_regex(lines, pattern) for pattern in (anew, _ROUNDED, _CAPITAL))]
