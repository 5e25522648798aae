#!/bin/sh
# Kills the coordinator of MapReduce jobs of 30 items with `kill -9` at random moments and resumes
# them, until so many kills were survived. Usage: kill.sh [kills, 200] [seed]
# Needs what `./build -DskipTests package` makes.
exec "$(dirname "$0")/harness.sh" KillHarness "$@"
