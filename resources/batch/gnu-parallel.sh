#!/bin/sh
# Restores a folder by several processes of this machine, then merges their reports.
#
#   gnu-parallel.sh PROCESSES IN_DIR OUT_DIR [options of langevin batch]
#   gnu-parallel.sh 4 photos restored --task inpaint --mask-dir masks --recursive
#
# On a graphics card one process is usually best; on a CPU, processes times threads should be the number of cores:
# add --threads. Run it again to go on after an interruption.
set -eu

if [ "$#" -lt 3 ]; then
  echo "usage: $0 PROCESSES IN_DIR OUT_DIR [options of langevin batch]" >&2
  exit 2
fi
processes=$1 input=$2 output=$3
shift 3

status=0
seq 0 "$((processes - 1))" |
  parallel --quote --jobs "$processes" --line-buffer --tag --halt never \
    langevin batch "$input" -o "$output" --shard "{}/$processes" --resume "$@" || status=$?

# More than 100: parallel itself was stopped.
[ "$status" -le 100 ] || exit "$status"
exec langevin batch merge "$output" --report "$output/report.json"
