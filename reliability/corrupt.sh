#!/bin/sh
# Spoils files of a store, one at a time, and checks that it is noticed, mended and that no finished
# item would run again. Usage: corrupt.sh [mutations, 10000] [seed]
# Needs what `./build -DskipTests package` makes.
exec "$(dirname "$0")/harness.sh" faults.CorruptionHarness "$@"
