#!/bin/sh
# Restores a folder by a Slurm job array, a shard a task:
#
#   IN_DIR=/scratch/photos OUT_DIR=/scratch/restored sbatch slurm-array.sh --task inpaint --mask-dir /scratch/masks
#   sbatch --dependency=afterany:JOB --wrap 'langevin batch merge /scratch/restored --report /scratch/report.json'
#
# SHARDS must be the number of tasks of the whole array. It does not change when only some of them are run again
# (sbatch --array=3,7 ...), which is why it is not taken from SLURM_ARRAY_TASK_COUNT.
#
#SBATCH --job-name=langevin
#SBATCH --array=0-15
#SBATCH --cpus-per-task=8
#SBATCH --mem=8G
#SBATCH --time=12:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
# A minute before the time is over: langevin finishes its records and ends; the job goes on when it is submitted again.
#SBATCH --signal=B:TERM@60
set -eu

: "${SHARDS:=16}"
: "${IN_DIR:?is the folder with the pictures}"
: "${OUT_DIR:?is the folder for the results}"

exec langevin batch "$IN_DIR" -o "$OUT_DIR" \
  --shard "$SLURM_ARRAY_TASK_ID/$SHARDS" \
  --threads "${SLURM_CPUS_PER_TASK:-1}" \
  --resume "$@"
