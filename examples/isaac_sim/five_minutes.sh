#!/usr/bin/env bash
# Does engine=replicator work on this Isaac Sim? Five minutes, five answers.
# usage: five_minutes.sh [COMMAND]    COMMAND: palletjack-dr, or "/isaac-sim/python.sh -m palletjack_dr"
set -u
command=${1:-palletjack-dr}
folder=$(mktemp -d)
failed=0
answer() { # NAME COMMAND...
    local name=$1
    shift
    echo "== $name"
    if "$@"; then echo "-- $name: yes"; else echo "-- $name: NO (exit code $?)"; failed=1; fi
}
small=(frames.count=4 'resolution=[640,384]' quality=draft seed=5 engine=replicator)
answer "the machine has what it takes" $command doctor
answer "ids, boxes, depth, light and paint are what geometry says" $command selftest engine=replicator
answer "four frames of generated content" $command generate "${small[@]}" output_dir="$folder/own"
answer "their labels hold" $command validate "$folder/own"
answer "Isaac Sim's own content loads" $command generate "${small[@]}" experiment=isaac_seed_none output_dir="$folder/isaac"
echo "pictures: $folder/own/Camera/rgb $folder/isaac/Camera/rgb"
exit "$failed"
