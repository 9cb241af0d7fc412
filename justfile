# Every command of Lakeloop. A bare `just` lists them.

set shell := ["bash", "-euo", "pipefail", "-c"]

export PATH := justfile_directory() / ".tools/bin:" + env("PATH")

[private]
default:
    @just --list --unsorted

# Run every test
[group('quality')]
test *args:
    uv run pytest {{ args }}
