#!/bin/sh
# Kills prodigy before, or in the midst of, every single call that changes a file, and lets every
# one fail with EIO or ENOSPC; each time goes on as a user would and compares the result.
# Usage: faults.sh [-j parallel] [-e every] [-k kinds] [scenario...]; prints a table. With -e 5 only
# each fifth call, with -k kill,EIO only these faults. Needs gcc, and what
# `./build -DskipTests package` makes.
here=$(cd "$(dirname "$0")/.." && pwd)
parallel=2
every=1
kinds=all
while [ $# -gt 1 ]; do
  case $1 in
    -j) parallel=$2 ;;
    -e) every=$2 ;;
    -k) kinds=$2 ;;
    *) break ;;
  esac
  shift 2
done
exec "$here/reliability/harness.sh" faults.FaultEnumeration "$parallel" "$every" "$kinds" "$@"
