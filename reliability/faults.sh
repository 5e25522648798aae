#!/bin/sh
# Kills prodigy before, or in the midst of, every single call that changes a file, and lets every
# one fail with EIO or ENOSPC; each time goes on as a user would and compares the result.
# Usage: faults.sh [-j parallel] [-e every] [scenario...]; prints a table. With -e 5 only each fifth
# call. Needs gcc, and what `./build -DskipTests package` makes.
here=$(cd "$(dirname "$0")/.." && pwd)
parallel=2
every=1
while [ $# -gt 1 ]; do
  case $1 in
    -j) parallel=$2 ;;
    -e) every=$2 ;;
    *) break ;;
  esac
  shift 2
done
exec "$here/reliability/harness.sh" faults.FaultEnumeration "$parallel" "$every" "$@"
