#!/usr/bin/env bash
#SBATCH --job-name=palletjack-dr-merge
#SBATCH --cpus-per-task=2
#SBATCH --mem=8G
#SBATCH --time=04:00:00
# Make one dataset of the shards of a run. Tested with a stand-in for sbatch; never with a real Slurm.
# usage: sbatch --dependency=afterok:JOB merge.sh FOLDER
set -eu
folder=$1
exec ${COMMAND:-palletjack-dr} merge "$folder"/part* --out "$folder/whole"
