"""Changes to ``lakeloop.toml`` that leave what a person wrote there, comments included, as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence


def with_values(text: str, values: Mapping[str, str]) -> str:
    """*text* with the top-level keys of *values* set to them."""
    table = re.search(r"(?m)^(?:#[^\n]*\n)*\[", text)
    start = table.start() if table else len(text)
    head, rest = text[:start], text[start:]
    for key, value in values.items():
        line = f"{key} = {json.dumps(value)}"
        head, found = re.subn(rf"(?m)^{re.escape(key)}\s*=.*$", line.replace("\\", r"\\"), head)
        if not found:
            head = f"{head.rstrip()}\n{line}\n\n"
    return head + rest


def with_table(text: str, name: str, comment: str, values: Mapping[str, str | Sequence[str]]) -> str:
    """*text* with the table *name* made of *values*, its former one gone; without the table if there are none."""
    kept = re.sub(rf"(?ms)^(?:#[^\n]*\n)*\[{re.escape(name)}\][^\n]*\n.*?(?=^(?:#[^\n]*\n)*\[|\Z)", "", text).rstrip()
    if not values:
        return f"{kept}\n"
    lines = [f"{_key(key)} = {_value(value)}" for key, value in values.items()]
    return "\n".join([kept, "", f"# {comment}", f"[{name}]", *lines, ""])


def _key(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key) else json.dumps(key)


def _value(value: str | Sequence[str]) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if not value:
        return "[]"
    return "\n".join(["[", *(f"    {json.dumps(entry)}," for entry in value), "]"])
