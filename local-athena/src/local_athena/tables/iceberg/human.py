"""Bounds of files and partitions as text, as Iceberg's Java library shows them: ``Transform.toHumanString``.

https://github.com/apache/iceberg/blob/main/api/src/main/java/org/apache/iceberg/transforms/Transform.java
"""

from __future__ import annotations

import uuid
from typing import Any

from pyiceberg import types as ice
from pyiceberg.conversions import from_bytes
from pyiceberg.transforms import Transform

from local_athena.dialect.udf.numbers import java_double, shortest_real


def human(transform: Transform[Any, Any], of: ice.PrimitiveType, raw: bytes) -> str:
    """The bound *raw* of a field that *transform* made of type *of*. PyIceberg's own text of floats and UUIDs is Python's."""
    value: Any = from_bytes(of, raw)
    match of:
        case ice.FloatType():
            return java_double(float(shortest_real(value)))
        case ice.DoubleType():
            return java_double(value)
        case ice.UUIDType():
            return str(value if isinstance(value, uuid.UUID) else uuid.UUID(bytes=value))
    return str(transform.to_human_string(of, value))
