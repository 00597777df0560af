#!/usr/bin/env bash
# What the container runs in place of Isaac Sim's own entry point, which would stream a window.
# usage: in_container.sh COMMAND [arguments], e.g. generate engine=replicator frames.count=500
# Exit code 75 says that frames are left for the next process; the same command makes them.
set -u
python=${ISAAC_PYTHON:-/isaac-sim/python.sh}
while true; do
    "$python" -m palletjack_dr "$@"
    code=$?
    [ "$code" -eq 75 ] || exit "$code"
done
