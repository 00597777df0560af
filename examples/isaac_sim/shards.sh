#!/usr/bin/env bash
# Spread one run over several containers, one for each GPU; each makes its share into a folder of its own.
# usage: ACCEPT_EULA=Y shards.sh GPU_COUNT generate engine=replicator experiment=isaac_seed_warehouse
# The output_dir of shard i of n is /data/shard_i_of_n; the frames of all shards together are those of one run.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
count=$1
shift
running=()
for ((i = 1; i <= count; i++)); do
    GPUS="device=$((i - 1))" CACHE="${CACHE:-isaac-cache}/gpu$((i - 1))" \
        "$here/docker.sh" "$@" "frames.shard=$i/$count" "output_dir=/data/shard_${i}_of_$count" &
    running+=($!)
done
failed=0
for process in "${running[@]}"; do
    wait "$process" || failed=1
done
exit "$failed"
