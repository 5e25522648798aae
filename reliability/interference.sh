#!/bin/sh
# Runs jobs while files and worktrees are deleted under them (deletions), or while every command
# that cleans, archives and repairs runs on their store (upkeep); goes on as a user would and checks
# the result. Usage: interference.sh deletions|upkeep [jobs, 20] [seed]
# Needs what `./build -DskipTests package` makes.
here=$(cd "$(dirname "$0")/.." && pwd)
kind=${1:-deletions}
jobs=${2:-20}
[ $# -gt 2 ] && set -- "$3" || set --
exec "$here/reliability/harness.sh" faults.InterferenceHarness "$kind" "$jobs" "$@"
