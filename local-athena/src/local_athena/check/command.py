"""The command: a line for each refusal on stdout, a last line of counts on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

CLEAN, REFUSED, UNUSABLE = 0, 1, 2


def check(paths: Sequence[Path], *, as_json: bool) -> int:
    """0: Athena would take all of it; 1: it would refuse something; 2: something cannot be read."""
    try:
        from local_athena.check.dbt import NotCompiled
        from local_athena.check.scratch import Refusal
    except ModuleNotFoundError as error:
        print(f"local-athena: check needs {error.name}: pip install 'local-athena[embedded]'", file=sys.stderr)
        return UNUSABLE
    taken = refused = 0
    undecided: dict[str, list[Path]] = {}
    try:
        for path, verdict in _verdicts(paths):
            if verdict is None:
                taken += 1
            elif isinstance(verdict, Refusal):
                refused += 1
                place = {"file": str(path), "line": verdict.line, "column": verdict.column, "message": verdict.message}
                print(json.dumps(place) if as_json else "{file}:{line}:{column}: {message}".format(**place), flush=True)
            else:
                undecided.setdefault(str(verdict), []).append(path)
    except (OSError, UnicodeDecodeError, NotCompiled) as error:
        print(f"local-athena: {error}", file=sys.stderr)
        return UNUSABLE
    for reason, where in undecided.items():
        print(f"undecided: {reason} (read by {_some(where)})", file=sys.stderr)
    told = f"{taken} would be taken, {refused} refused"
    print(told + (f", {sum(map(len, undecided.values()))} undecided" if undecided else ""), file=sys.stderr)
    return REFUSED if refused else CLEAN


def _verdicts(paths: Sequence[Path]) -> Iterator[tuple[Path, object]]:
    from local_athena.check.dbt import MANIFEST, Project
    from local_athena.check.scratch import Undecided, files, scratch
    from local_athena.check.text import statements

    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path} does not exist")
    with scratch() as athena:
        for path in paths:
            if (path / MANIFEST).is_file():
                yield from Project.read(path).check(athena)
                continue
            for file in files([path]):
                for statement in statements(file.read_text("utf-8")):
                    try:
                        yield file, athena.refusal(statement)
                    except Undecided as reason:
                        yield file, reason


def _some(paths: Sequence[Path]) -> str:
    names = list(dict.fromkeys(path.name for path in paths))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
