#!/bin/sh
# Reads workflows that were spoilt at random (bytes flipped, lines and tokens mixed up, nesting,
# alias bombs, scalars of 10 MB) in a JVM of 256 MB: each must load or be refused with a place, within
# a second. Usage: mutate.sh [count, 100000] [seed]
# Needs what `./build -DskipTests package` makes.
here=$(cd "$(dirname "$0")/.." && pwd)
java_home=$("$here/support/find-jdk25") || exit
application=$here/dist/$(grep -o "lib/[^\"]*\.jar" "$here/dist/bin/prodigy")
exec "$java_home/bin/java" -Xmx256m -XX:+UseSerialGC \
  -cp "$here/workflow/target/test-classes:$application" \
  dev.prodigy.workflow.MutationHarness "${1:-100000}" "${2:-1}" "$here/examples"
