#!/bin/sh
# Measures start-up of the image in dist/: benchmarks/startup.sh [ROUNDS, 40 if not given]
here=$(cd "$(dirname "$0")" && pwd)
java_home=$("$here/../support/find-jdk25") || exit
exec "$java_home/bin/java" "$here/src/main/java/dev/prodigy/benchmarks/StartUp.java" \
  "$here/.." "${1:-40}"
