# Every command of Lakeloop. A bare `just` lists them.

set shell := ["bash", "-euo", "pipefail", "-c"]
set positional-arguments

export PATH := justfile_directory() / ".tools/bin:" + env("PATH")
# Some machines (containers mostly) forbid Python to keep byte code; every dbt would compile 2,500 modules anew, for seconds.
export PYTHONDONTWRITEBYTECODE := ""

# Recipes that users type need no linter and no test library; those that have been installed stay (`uv run` removes nothing).
run := "uv run --quiet --locked --no-dev"
run_dev := "uv run --quiet --locked"
lakeloop := run + " lakeloop"
sources := "uv run --quiet --locked --no-dev --project sources"
pytest := run_dev + " pytest --numprocesses 3 --dist loadscope --no-loadscope-reorder"
pytest_athena := run_dev + " --python 3.13 pytest --numprocesses 2"
pytest_emulator := run_dev + " pytest --numprocesses 2 --dist loadgroup"
fast := "-m 'not slow and not emulator'"
suites := run_dev + " python -m tests.suites"
# Runs under any Python 3.10+; the emulator's own environment is made by uv on the first `just up`.
emulator := "PYTHONPATH=" + quote(justfile_directory() / "emulator/src") + " python3 -m lakeloop_emulator"

# A recipe and as much of its comment as a line of the terminal takes; `just --list` has all of it.
one_line := '
    BEGIN { if (width < 1) width = 80 }
    match($0, /^    [a-z][^ ]*/) && (at = index($0, " # ")) {
        line = sprintf("    %-16s %s", substr($0, 5, RLENGTH - 4), substr($0, at + 3))
        if (length(line) > width) {
            line = substr(line, 1, width - 3)
            sub(/[ ,;:(]+[^ ]*$/, "...", line)
        }
        print line
        next
    }
    { print }
'

# Recipes of the sample, as long as it is there: `just new` takes it out.
import? 'sample/justfile'

with_sample := path_exists(justfile_directory() / "sample/justfile")
more_suites := if with_sample == "true" { "test-sample" } else { "" }

[private]
default:
    @if [ -t 1 ]; then width=$(stty size 2>/dev/null | cut -d " " -f 2); just --list --unsorted | awk -v width="$width" '{{ one_line }}'; else just --list --unsorted; fi

# The whole loop: local AWS, Terraform, load, dbt in the Lambda; with the sample a query, too; offline where there is no terraform
[group('start')]
demo:
    @if command -v terraform >/dev/null; then just demo-aws; else just demo-offline; fi

# Beside each other, what needs nothing of the others; by xargs, as Ctrl-C does not reach what a shell runs in the background
[private]
demo-aws:
    @printf '%s\n' demo-up demo-layer {{ if with_sample == "true" { "sample-data" } else { "" } }} | xargs -n 1 -P 3 just
    @just tf-apply env=dev
    @{{ lakeloop }} demo env=dev
    @{{ if with_sample == "true" { "just sample-query env=dev" } else { "true" } }}
    @echo "The local AWS is up, with the lake in it: query on, or end it with \`just down\`."

[private]
demo-up:
    @just status 2>/dev/null || just up

[private]
demo-layer:
    @ls .lakeloop/build/layer-*.zip >/dev/null 2>&1 || echo "Building the layer of the functions (once) ..."
    @just layer arch={{ if arch() == "aarch64" { "arm64" } else { "x86_64" } }} 2>&1 >/dev/null | cat >&2

[private]
demo-offline:
    @{{ if with_sample == "true" { "just sample-data" } else { "true" } }}
    @just dbt-local
    @{{ if with_sample == "true" { "just sample-query" } else { "true" } }}
    @just docs
    @echo "This was the offline loop. With terraform on the PATH (https://developer.hashicorp.com/terraform/install), \`make demo\` runs the AWS loop too."

# A project of your own in a fresh clone, without the sample: `just new name=acme raw=PATH` looks at your raw files
[group('start')]
[no-exit-message]
new *args:
    @{{ lakeloop }} new "$@"

# An existing dbt project, as it is, in the place of dbt/; ends with what of it runs where: `just adopt ../shop name=shop`
[group('start')]
[no-exit-message]
adopt *args:
    @{{ lakeloop }} adopt "$@"

# dbt on DuckDB over local files: `build` unless told otherwise; `raw=PATH` takes your files
[group('offline')]
[no-exit-message]
dbt-local *args:
    @{{ lakeloop }} dbt-local "$@"

# Until Ctrl-C, build and test each model of the offline project that is saved, and show its first rows
[group('offline')]
[no-exit-message]
watch *args:
    @{{ lakeloop }} watch "$@"

# SQL on the last good build; with `env=dev` on that environment's Athena
[group('offline')]
[no-exit-message]
query *args:
    @{{ lakeloop }} query "$@"

# dbt's documentation as one page; with `env=dev` that environment's, from its bucket
[group('offline')]
[no-exit-message]
docs *args:
    @{{ lakeloop }} docs "$@"

# Any dbt command on DuckDB; with `env=dev` on its Athena, in a database of your own: `just dbt env=dev build -s state:modified+ --defer`
[group('dbt')]
[no-exit-message]
dbt *args:
    @{{ lakeloop }} dbt "$@"

# The state that the last whole build of an environment left for `state:modified` and `--defer`: `just state env=dev`
[group('dbt')]
[no-exit-message]
state *args:
    @{{ lakeloop }} state "$@"

# Install the dbt packages that the project names: `just deps --upgrade` takes newer ones
[group('dbt')]
[no-exit-message]
deps *args:
    @{{ lakeloop }} deps "$@"

# Parse the project for an environment; needs no network and no credentials
[group('dbt')]
[no-exit-message]
parse env="dev":
    @{{ lakeloop }} parse "$1"

# Build and verify the Lambda layer, without Docker: `just layer arch=arm64|x86_64`
[group('lambda')]
[no-exit-message]
layer *settings:
    @{{ run }} lakeloop-layer layer "$@"

# Build the function's zip: the runner and the dbt project
[group('lambda')]
[no-exit-message]
function:
    @{{ run }} lakeloop-layer function

# Start the local AWS: `just up emulator=host|docker port=4566 layer=host`; with `persist=1` it goes on from where `just down` left it
[group('emulator')]
[no-exit-message]
up *settings:
    @{{ emulator }} up "$@"

# Stop the local AWS and forget its state, unless it began with `persist=1`; `just down persist=1` saves it in any case
[group('emulator')]
[no-exit-message]
down *settings:
    @{{ emulator }} down "$@"

# Remove the state that `just down` saved
[group('emulator')]
[no-exit-message]
forget *settings:
    @{{ emulator }} forget "$@"

# Whether the local AWS is up, where it listens, what is in use
[group('emulator')]
[no-exit-message]
status *settings:
    @{{ emulator }} status "$@"

# The exports that point any AWS tool at the local AWS: `eval "$(just env)"`
[group('emulator')]
[no-exit-message]
env *settings:
    @{{ emulator }} env "$@"

# The local AWS's log; with `env=dev` the function's; `-f` follows it
[group('emulator')]
[no-exit-message]
logs *settings:
    @{{ if settings =~ '(^| )env=' { lakeloop } else { emulator } }} logs "$@"

# The dbt project in Dagster, on loopback until Ctrl-C; runs go to DuckDB, with `env=dev` to that environment's pipeline
[group('dbt')]
[no-exit-message]
dagster *args:
    @{{ lakeloop }} dagster "$@"

# Expectations of raw tables by Great Expectations, on DuckDB or on Athena: `just expectations env=dev`, `just expectations new`, `just expectations tests`
[group('dbt')]
[no-exit-message]
expectations *args:
    @{{ lakeloop }} expectations "$@"

# The changes that an apply would make in the local AWS
[group('aws')]
[no-exit-message]
tf-plan *args:
    @{{ lakeloop }} tf-plan "$@"

# Make the lake in the local AWS: buckets, catalog, workgroup, function
[group('aws')]
[no-exit-message]
tf-apply *args:
    @{{ lakeloop }} tf-apply "$@"

# Take the lake and all that is in it out of the local AWS
[group('aws')]
[no-exit-message]
tf-destroy *args:
    @{{ lakeloop }} tf-destroy "$@"

# Raw files into the lake: `just load env=dev raw=PATH`
[group('aws')]
[no-exit-message]
load *args:
    @{{ lakeloop }} load "$@"

# dbt in the Lambda: `build` unless told otherwise; `just invoke test --select fct_orders`
[group('aws')]
[no-exit-message]
invoke *args:
    @{{ lakeloop }} invoke "$@"

# dbt in as many invocations of the Lambda as it takes, followed to its end: `just run env=dev wait=600`, `just run retry RUN_ID`
[group('aws')]
[no-exit-message]
run *args:
    @{{ lakeloop }} run "$@"

# A Spark job of the environment, followed to its end, with its log: `just job curate_orders env=dev`; without words it lists them
[group('aws')]
[no-exit-message]
job *args:
    @{{ lakeloop }} job "$@"

# The runs that begin by themselves, and when: `just schedule`, `just schedule pause nightly env=prod`, `just schedule resume`
[group('aws')]
[no-exit-message]
schedule *args:
    @{{ lakeloop }} schedule "$@"

# OPTIMIZE and VACUUM of the tables that need it, and why they do: `just upkeep plan`, `just upkeep env=prod table=fct_orders`
[group('aws')]
[no-exit-message]
upkeep *args:
    @{{ lakeloop }} upkeep "$@"

# The messages about runs that failed: `just alerts`, `just alerts test env=prod`, `just alerts resend`, `just alerts webhook`
[group('aws')]
[no-exit-message]
alerts *args:
    @{{ lakeloop }} alerts "$@"

# Rows of an environment's sources on this machine, masked by meta.mask: `just sample env=prod on=aws select=source:crm+ rows=10000 since=2026-11-01`
[group('aws')]
[no-exit-message]
sample *args:
    @{{ lakeloop }} sample "$@"

# The statements of a run that failed, on the local Athena, over a sample of what they read: `just replay run=ID env=prod on=aws`
[group('aws')]
[no-exit-message]
replay *args:
    @{{ lakeloop }} replay "$@"

# Files into incoming/, followed until their rows are in the marts: `just send PATH table=shop.orders`
[group('aws')]
[no-exit-message]
send *args:
    @{{ lakeloop }} send "$@"

# Files that did not pass the gate, and why: `just quarantine show NAME`, `just quarantine release NAME`, `just quarantine drop all`
[group('aws')]
[no-exit-message]
quarantine *args:
    @{{ lakeloop }} quarantine "$@"

# Try again what the gate could not do, or changes that were set apart: `just redrive env=prod`, `just redrive changes`
[group('aws')]
[no-exit-message]
redrive *args:
    @{{ lakeloop }} redrive "$@"

# Alarms that are on, and the figures of the last days, as one page from CloudWatch: `just dashboard env=prod on=aws days=14`
[group('aws')]
[no-exit-message]
dashboard *args:
    @{{ lakeloop }} dashboard "$@"

# Time and cost of a run, as one page: `just report`, `just report run=ID env=dev`
[group('aws')]
[no-exit-message]
report *args:
    @{{ lakeloop }} report "$@"

# Which calls IAM would deny, and which permissions nothing used: `just iam-proof role=runner`
[group('aws')]
[no-exit-message]
iam-proof *args:
    @{{ lakeloop }} iam-proof "$@"

# The same raw data built on DuckDB and on Athena, every mart compared: `just parity raw=PATH`
[group('aws')]
[no-exit-message]
parity *args:
    @{{ lakeloop }} parity "$@"

# A Hive or Delta table as an Iceberg table of its name: copied, compared, swapped; `just to-iceberg db.table`
[group('aws')]
[no-exit-message]
to-iceberg *args:
    @{{ lakeloop }} to-iceberg "$@"

# The case tables of local Athena against an Athena: `just truth on=aws`; `save` keeps its answers for the tests
[group('aws')]
[no-exit-message]
truth *args:
    @{{ lakeloop }} truth "$@"

# A shop's operational database, without Docker and without root: `just sources-up port=55432`, `just sources-up server=docker`
[group('sources')]
[no-exit-message]
sources-up *args:
    @{{ sources }} lakeloop-sources up "$@"

# Stop the shop's database and keep its data
[group('sources')]
[no-exit-message]
sources-down:
    @{{ sources }} lakeloop-sources down

# Remove the data of the shop's database
[group('sources')]
[no-exit-message]
sources-forget:
    @{{ sources }} lakeloop-sources forget

# Let the shop work upon its rows: `just sources-changes rate=20 seconds=60 seed=42`
[group('sources')]
[no-exit-message]
sources-changes *args:
    @{{ sources }} lakeloop-sources changes "$@"

# Capture the shop's changes into the lake's stream, in the background: `just cdc-up env=dev transport=kafka`, `just cdc-up again=snapshot`
[group('sources')]
[no-exit-message]
cdc-up *args:
    @{{ lakeloop }} cdc-up "$@"

# End the capture; the next start goes on where it stopped
[group('sources')]
[no-exit-message]
cdc-down *args:
    @{{ lakeloop }} cdc-down "$@"

# Records that the capture sent, by table, and how far it is behind
[group('sources')]
[no-exit-message]
cdc-status *args:
    @{{ lakeloop }} cdc-status "$@"

# The capture's image for Fargate, by Docker, and a look that it starts: `just capture-image REPOSITORY:TAG arm64`
[group('sources')]
[no-exit-message]
capture-image tag processor:
    docker buildx build --platform "linux/{{ processor }}" --file ingestion/capture/Dockerfile --tag "{{ tag }}" --load .
    docker run --rm --platform "linux/{{ processor }}" "{{ tag }}" 2>&1 | grep "CAPTURE_SOURCE is missing"

# The synthetic data API on loopback, until Ctrl-C: `just api port=8010`
[group('sources')]
[no-exit-message]
api *args:
    @PYTHONPATH=sample/src {{ sources }} lakeloop-api "$@"

# New rows of DynamoDB, a REST API or PostgreSQL into the raw bucket: `just ingest NAME`, `just ingest NAME raw=data/raw`
[group('sources')]
[no-exit-message]
ingest *args:
    @{{ lakeloop }} ingest "$@"

# The environments, which are the files in terraform/envs/
[group('account')]
[no-exit-message]
environments:
    @{{ lakeloop }} environments

# Once per account and environment: `just bootstrap env=dev`; `--dry-run` says what it would make
[group('account')]
[no-exit-message]
bootstrap *args:
    @{{ lakeloop }} bootstrap "$@"

# Take back what `just bootstrap` made
[group('account')]
[no-exit-message]
unbootstrap *args:
    @{{ lakeloop }} unbootstrap "$@"

# The changes that a deployment would make, read only
[group('account')]
[no-exit-message]
deploy-plan *args:
    @{{ lakeloop }} deploy-plan "$@"

# This commit to an environment: plan, apply that plan, try the new version, let it live: `just deploy env=staging`
[group('account')]
[no-exit-message]
deploy *args:
    @{{ lakeloop }} deploy "$@"

# This commit to dev
[group('account')]
[no-exit-message]
deploy-dev *args:
    @{{ lakeloop }} deploy env=dev "$@"

# This commit to prod; asks for the name of the environment, as wherever destroy would spare the data
[group('account')]
[no-exit-message]
deploy-prod *args:
    @{{ lakeloop }} deploy env=prod "$@"

# The version that was live before is live again: `just rollback env=prod`
[group('account')]
[no-exit-message]
rollback *args:
    @{{ lakeloop }} rollback "$@"

# Take away the lock that an interrupted apply has left: `just unlock env=dev`
[group('account')]
[no-exit-message]
unlock *args:
    @{{ lakeloop }} unlock "$@"

# Take an environment and all of its data out of the account: `just destroy env=dev`
[group('account')]
[no-exit-message]
destroy *args:
    @{{ lakeloop }} destroy "$@"

# All of it once in a scratch environment, from bootstrap to unbootstrap, onto a page: `just prove on=aws env=scratch`
[group('account')]
[no-exit-message]
prove *args:
    @{{ lakeloop }} prove "$@"

# The pages and the packages' reference as a site in .lakeloop/site, which opens without a network; a link that leads nowhere ends it
[group('quality')]
[no-exit-message]
site:
    @uv run --quiet --locked --project docs/site python docs/site/make.py

# Every linter; all they have to say before the exit
[group('quality')]
[no-exit-message]
check:
    @uv sync --quiet --locked --project emulator
    @{{ run_dev }} lakeloop check

# Mend what the linters can mend
[group('quality')]
[no-exit-message]
fix:
    @uv sync --quiet --locked --project emulator
    @{{ run_dev }} lakeloop fix

# All that CI asks of your project: parse, build, then apply, load, run, compare and prove in a local AWS of its own
[group('quality')]
[no-exit-message]
verify:
    @{{ lakeloop }} verify

# Every fast test; with words for pytest, those of the workspace that they name, slow or not
[group('quality')]
test *args:
    {{ if args == "" { suites + " fast " + more_suites } else { pytest + ' "$@"' } }}

# Local Athena's own fast tests; with words for pytest, those that they name, slow or not
[group('quality')]
test-athena *args:
    cd local-athena && {{ pytest_athena }} {{ if args == "" { fast } else { '"$@"' } }}

# The emulator's own fast tests; with words for pytest, those that they name, slow or not
[group('quality')]
test-emulator *args:
    cd emulator && {{ pytest_emulator }} {{ if args == "" { fast } else { '"$@"' } }}

# The fast tests of the sources, upon a real database; with words for pytest, those that they name, slow or not
[group('quality')]
test-sources *args:
    cd sources && uv run --quiet --locked pytest {{ if args == "" { fast } else { '"$@"' } }}

# The fast tests of the capture; with words for pytest, those that they name, slow or not
[group('quality')]
test-capture *args:
    cd ingestion/capture && uv run --quiet --locked pytest {{ if args == "" { fast } else { '"$@"' } }}

# The fast tests of batch ingestion; with words for pytest, those that they name, slow or not
[group('quality')]
test-ingest *args:
    cd ingestion/batch && uv run --quiet --locked pytest {{ if args == "" { fast } else { '"$@"' } }}

# The fast tests of the assets in Dagster; with words for pytest, those that they name, slow or not
[group('quality')]
test-dagster *args:
    cd orchestration && uv run --quiet --locked pytest {{ if args == "" { fast } else { '"$@"' } }}

# The tests of the suites of expectations; with words for pytest, those that they name, slow or not
[group('quality')]
test-quality *args:
    cd quality && uv run --quiet --locked pytest {{ if args == "" { fast } else { '"$@"' } }}

# The newest dbt and dbt-athena in an environment of their own, and which of the runner's patches they break
[group('quality')]
[no-exit-message]
patches-next:
    @{{ run_dev }} python lambda/tests/patches/which_break.py

# Every test
[group('quality')]
test-all:
    {{ suites }} {{ more_suites }}

# Speed and memory, against bare DuckDB or a naive function in the same run: local Athena, the runner; and files that arrive
[group('quality')]
bench: bench-athena bench-runner bench-arrivals bench-changes

# From a file in incoming/ to the marts, and files a minute: `just bench-arrivals rounds=5 files=500 quiet=2`
[group('quality')]
bench-arrivals *args:
    @PYTHONPATH=. {{ run_dev }} python bench/arrivals.py "$@"

# From a commit in the shop's database to a row that Athena reads, and changes a second: `just bench-changes rounds=30 rate=1000 seconds=10 transport=kafka`
[group('quality')]
bench-changes *args:
    @PYTHONPATH=. {{ run_dev }} python bench/changes.py "$@"

# dbt-athena as shipped and as the runner patches it: `just bench-adapter threads=1,4,16 models=60 seconds=0.5`
[group('quality')]
bench-adapter *args:
    @{{ run_dev }} python bench/athena_patches.py "$@"

# Local Athena through its API: `just bench-athena scale=1 rounds=3`
[group('quality')]
[no-exit-message]
bench-athena *args:
    @{{ run_dev }} --python 3.13 --project local-athena python bench/athena.py "$@"

# Local Athena under load, with endless queries beside: `just bench-load clients=100 seconds=60 endless=16`
[group('quality')]
[no-exit-message]
bench-load *args:
    @{{ run_dev }} --python 3.13 --project local-athena python bench/load.py "$@"

# Local Athena's functions and casts against DuckDB's nearest: `just bench-functions rows=1000000 only=json_parse`
[group('quality')]
[no-exit-message]
bench-functions *args:
    @{{ run_dev }} --python 3.13 --project local-athena python bench/functions.py "$@"

# The first query of many small files: `just bench-files files=10000`
[group('quality')]
[no-exit-message]
bench-files *args:
    @{{ run_dev }} --python 3.13 --project local-athena python bench/small_files.py "$@"

# One model built by recipes, on DuckDB and on an Athena that answers at once, against plain dbt: `just bench-daily models=20,500 rounds=5`
[group('quality')]
bench-daily *args:
    @PYTHONPATH=. {{ run_dev }} python bench/daily.py "$@"

# The runner's starts and builds: `just bench-runner models=10,1000 rounds=3 build=60 seconds=0,0.5 whole=500,2000`
[group('quality')]
bench-runner *args:
    @PYTHONPATH=.:lambda/tests {{ run_dev }} python bench/runner.py "$@"

# A build in invocations of 20 s, killed at random moments, against one long run: `just proof-rounds models=300 kills=20`
[group('quality')]
proof-rounds *args:
    PROOF="$*" {{ run_dev }} pytest -q -s --show-capture=no tests/rounds/test_proof.py

# Remove everything that recipes made: builds, raw data, environments
[confirm("Remove .lakeloop (the saved state of the local AWS too), data, and the virtual environments?")]
[group('quality')]
clean:
    rm -rf .lakeloop data .venv emulator/.venv local-athena/.venv sample/.venv sources/.venv ingestion/batch/.venv ingestion/capture/.venv orchestration/.venv quality/.venv docs/site/.venv .tools
