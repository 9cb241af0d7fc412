#!/usr/bin/env bash
# Once per account and environment: ./bootstrap_account.sh [REGION] [ENV]. `just bootstrap` does it; this fetches just if need be.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
make --silent tools
PATH="$PWD/.tools/bin:$PATH" exec just bootstrap ${1:+"region=$1"} "env=${2:-dev}" "${@:3}"
