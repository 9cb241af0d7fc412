# Every command of Lakeloop. A bare `just` lists them.

set shell := ["bash", "-euo", "pipefail", "-c"]
set positional-arguments

export PATH := justfile_directory() / ".tools/bin:" + env("PATH")
# Some machines (containers mostly) forbid Python to keep byte code; every dbt would compile 2,500 modules anew, for seconds.
export PYTHONDONTWRITEBYTECODE := ""

lakeloop := "uv run --quiet --locked lakeloop"
# Runs under any Python 3.10+; the emulator's own environment is made by uv on the first `just up`.
emulator := "PYTHONPATH=" + quote(justfile_directory() / "emulator/src") + " python3 -m lakeloop_emulator"

[private]
default:
    @just --list --unsorted

# The whole offline loop: raw data, build, daily sales, docs page
[group('offline')]
demo:
    @just data orders=10000
    @just dbt-local
    @just query "select order_date, sum(order_count) as orders, sum(net_amount) as net_sales from daily_sales group by 1 order by 1 desc limit 10"
    @just docs

# Make raw data: `just data orders=1000000 seed=7`
[group('offline')]
data *args:
    @uv run --quiet --locked retail-feed "$@"

# dbt on DuckDB over local files: `build` unless told otherwise; `raw=PATH` takes your files
[group('offline')]
dbt-local *args:
    @{{ lakeloop }} dbt-local "$@"

# SQL on the last good build: `just query "select * from dim_stores"`
[group('offline')]
query *args:
    @{{ lakeloop }} query "$@"

# dbt's documentation as one page
[group('offline')]
docs:
    @{{ lakeloop }} docs

# Any dbt command on any target: `just dbt run-operation create_raw_tables --target dev`
[group('dbt')]
dbt *args:
    @{{ lakeloop }} dbt "$@"

# Parse the project for an environment; needs no network and no credentials
[group('dbt')]
parse env="dev":
    @{{ lakeloop }} parse "$1"

# Start the local AWS: `just up emulator=host|docker port=4566`
[group('emulator')]
up *settings:
    @{{ emulator }} up "$@"

# Stop the local AWS and forget its state
[group('emulator')]
down *settings:
    @{{ emulator }} down "$@"

# Whether the local AWS is up, where it listens, what is in use
[group('emulator')]
status *settings:
    @{{ emulator }} status "$@"

# The exports that point any AWS tool at the local AWS: `eval "$(just env)"`
[group('emulator')]
env *settings:
    @{{ emulator }} env "$@"

# The local AWS's log; `-f` follows it
[group('emulator')]
logs *settings:
    @{{ emulator }} logs "$@"

# Every linter; all they have to say before the exit
[group('quality')]
check:
    @uv sync --quiet --locked --project emulator
    @{{ lakeloop }} check

# Mend what the linters can mend
[group('quality')]
fix:
    @uv sync --quiet --locked --project emulator
    @{{ lakeloop }} fix

# Every test; with words for pytest, those of the workspace
[group('quality')]
test *args:
    uv run --quiet --locked pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder "$@"
    {{ if args == "" { "just test-emulator" } else { "" } }}

# The emulator's own tests; words go on to pytest
[group('quality')]
test-emulator *args:
    cd emulator && uv run --quiet --locked pytest --numprocesses 2 --dist loadfile "$@"

# Speed and memory against bare DuckDB, in the same run: the offline loop, then local Athena
[group('quality')]
bench: bench-dbt bench-athena

# The offline loop: `just bench-dbt orders=10000,100000 rounds=3`
[group('quality')]
bench-dbt *args:
    @uv run --quiet --locked python bench/dbt_local.py "$@"

# Local Athena through its API: `just bench-athena scale=1 rounds=3`
[group('quality')]
bench-athena *args:
    @uv run --quiet --locked --project emulator python bench/athena.py "$@"

# Remove everything that recipes made: builds, raw data, environments
[confirm("Remove .lakeloop, data, and the virtual environments?")]
[group('quality')]
clean:
    rm -rf .lakeloop data .venv emulator/.venv .tools
