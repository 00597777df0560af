#!/usr/bin/env bash
# Submit a run as an array of COUNT jobs, one for each shard, and a job that merges them when all are done.
# Tested with a stand-in for sbatch; never with a real Slurm.
# usage: submit.sh COUNT FOLDER [hydra overrides], e.g. submit.sh 16 /shared/far frames.count=100000 corner_case=far_and_small
#   FOLDER    is seen by all machines; FOLDER/part1 ... are the shards, FOLDER/whole is the dataset
#   OPTIONS   more options for sbatch, e.g. OPTIONS="--partition=gpu --gres=gpu:1"
#   COMMAND   palletjack-dr, or what stands for it, e.g. COMMAND="apptainer run --nv palletjack-dr.sif"
# A shard that did not finish goes on when it is submitted again: sbatch --array=3 shard.sh COUNT FOLDER [overrides]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
count=$1
folder=$(realpath -m "$2")
shift 2
mkdir -p "$folder"
options=(--parsable --export=ALL --output="$folder/%x-%j.log")
# shellcheck disable=SC2206  # several words
options+=(${OPTIONS:-})
shards=$(sbatch "${options[@]}" --array="1-$count" "$here/shard.sh" "$count" "$folder" "$@")
shards=${shards%%;*} # "job;cluster" where there are several clusters
merge=$(sbatch "${options[@]}" --dependency="afterok:$shards" --kill-on-invalid-dep=yes "$here/merge.sh" "$folder")
echo "shards: job $shards, then merge: job ${merge%%;*}, into $folder/whole"
