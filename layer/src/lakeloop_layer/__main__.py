"""``just layer arch=arm64`` and ``just function``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from lakeloop_project import UserError
from rich.console import Console
from rich.table import Table

from lakeloop_layer import Layer, LayerError, architecture, build_function, build_layer

_DEFAULT_ARCHITECTURE = "arm64"


def main() -> None:
    sys.exit(run(sys.argv[1:]))


def run(words: Sequence[str]) -> int:
    """Run a command and print what it made; the exit code."""
    try:
        match words:
            case ["function"]:
                file = build_function(_root())
                print(f"{_shown(file)}: {file.stat().st_size / 1e6:.2f} MB")
            case ["layer"]:
                _layer(_DEFAULT_ARCHITECTURE)
            case ["layer", name]:
                _layer(name.removeprefix("arch="))
            case _:
                raise LayerError("Say `just layer arch=arm64`, `just layer arch=x86_64` or `just function`.")
    except (LayerError, UserError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:  # a full disk
        print(f"{error.strerror or error}: {error.filename or _root()}", file=sys.stderr)
        return 1
    return 0


def _layer(name: str) -> None:
    console = Console(stderr=True)
    with console.status(f"layer {name}") as status:
        built = build_layer(_root(), architecture(name), lambda step: status.update(f"layer {name}: {step}"))
    _print(built, name)


def _print(built: Layer, name: str) -> None:
    table = Table(title=f"{_shown(built.file)}{'' if built.new else ' (unchanged)'}", title_justify="left")
    for column in ("", "unzipped MB", "zipped MB"):
        table.add_column(column, justify="left" if not column else "right")
    for what, sizes in (("plain install", built.plain), (f"layer {name}", built.layer)):
        table.add_row(what, f"{sizes.unzipped / 1e6:.1f}", f"{sizes.zipped / 1e6:.1f}")
    table.add_row(
        "part",
        f"{built.layer.unzipped / built.plain.unzipped:.0%}",
        f"{built.layer.zipped / built.plain.zipped:.0%}",
    )
    console = Console(highlight=False)
    console.print(table)
    proof = (
        f"imported in {built.proof['import']:.1f} s and parsed the project in {built.proof['parse']:.1f} s by themselves"
        if built.proof
        else "not run: another architecture than this machine's"
    )
    console.print(f"{built.libraries} shared libraries fit Lambda; layer and function {proof}.", soft_wrap=True)


def _root() -> Path:
    """The checkout around the current folder."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "uv.lock").is_file() and (folder / "lambda").is_dir():
            return folder
    raise LayerError(f"No checkout of Lakeloop: looked for uv.lock and lambda/ in {here} and above.")


def _shown(file: Path) -> str:
    return str(file.relative_to(_root()))


if __name__ == "__main__":
    main()
