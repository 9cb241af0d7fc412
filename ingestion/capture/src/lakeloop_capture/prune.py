"""``python -m lakeloop_capture.prune``: remove the jars that the capture does not load, for an image."""

from __future__ import annotations

from lakeloop_capture import jvm


def main() -> None:
    """Remove them, and say how many."""
    kept = set(jvm.jars())
    others = [jar for folder in {jar.parent for jar in kept} for jar in folder.glob("*.jar") if jar not in kept]
    for jar in others:
        jar.unlink()
    print(f"{len(others)} jars removed, {len(kept)} kept.")


if __name__ == "__main__":
    main()
