#!/usr/bin/env bash
#SBATCH --job-name=palletjack-dr
#SBATCH --cpus-per-task=8
#SBATCH --mem=16G
#SBATCH --time=12:00:00
#SBATCH --requeue
# One shard of a run. Tested with a stand-in for sbatch; never with a real Slurm.
# usage: sbatch --array=1-COUNT shard.sh COUNT FOLDER [hydra overrides]
# COUNT stays the same when a single shard is submitted again (--array=3), which then makes what it lacks.
set -eu
count=$1
folder=$2
shift 2
runtime=()
cpus=${SLURM_CPUS_PER_TASK:-1}
if [ "$cpus" -gt 2 ]; then # one process keeps two busy
    runtime=(runtime=local "runtime.workers=$((cpus / 2))")
    export LP_NUM_THREADS=2
fi
exec ${COMMAND:-palletjack-dr} generate "${runtime[@]}" "$@" \
    "frames.shard=$SLURM_ARRAY_TASK_ID/$count" "output_dir=$folder/part$SLURM_ARRAY_TASK_ID"
