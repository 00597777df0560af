#!/usr/bin/env bash
# Install this package into Isaac Sim's Python without touching what Isaac Sim brings (pxr, numpy, Pillow, ...).
# usage: install.sh [PYTHON]   PYTHON: /isaac-sim/python.sh, or the python of a pip install
set -eu
python=${1:-/isaac-sim/python.sh}
source=$(cd "$(dirname "$0")/../.." && pwd)
kept=$(mktemp)
trap 'rm -f "$kept"' EXIT

# What is there stays as it is: pip may add packages, and fails rather than change one of these.
"$python" -m pip list --format=freeze | grep -v '^palletjack-dr==' > "$kept"
# No extra: [embedded] would bring usd-core, a second pxr.
"$python" -m pip install --constraint "$kept" "$source"
"$python" -m palletjack_dr doctor || true
