#!/bin/sh
# See README.md. Needs what `./build -DskipTests package` makes.
here=$(cd "$(dirname "$0")/.." && pwd)
java_home=$("$here/support/find-jdk25") || exit
application=$here/dist/$(grep -o "lib/[^\"]*\.jar" "$here/dist/bin/prodigy")
exec "$java_home/bin/java" -cp "$here/benchmarks/target/classes:$application" \
  dev.prodigy.benchmarks.LoadBenchmark "$@"
