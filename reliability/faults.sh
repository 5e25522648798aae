#!/bin/sh
# Kills prodigy before, or in the midst of, every single call that changes a file, and lets every
# one fail with EIO or ENOSPC; each time goes on as a user would and compares the result.
# Usage: faults.sh [-j parallel] [scenario...]; prints a table. Needs gcc, and what
# `./build -DskipTests package` makes.
here=$(cd "$(dirname "$0")/.." && pwd)
parallel=2
if [ "${1-}" = -j ]; then
  parallel=$2
  shift 2
fi
exec "$here/reliability/harness.sh" faults.FaultEnumeration "$parallel" "$@"
