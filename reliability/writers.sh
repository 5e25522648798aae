#!/bin/sh
# Several processes append events of 0.2 to 64 KB to one job while two readers run; afterwards every
# line and number is checked. Usage: writers.sh [processes, 8] [events each, 125000]
# Needs what `./build -DskipTests package` makes, and about 2.5 KB of disk for each event.
here=$(cd "$(dirname "$0")/.." && pwd)
java_home=$("$here/support/find-jdk25") || exit
application=$here/dist/$(grep -o "lib/[^\"]*\.jar" "$here/dist/bin/prodigy")
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
"$java_home/bin/java" -Xmx256m -cp "$here/storage/target/test-classes:$application" \
  dev.prodigy.storage.file.WritersHarness "$directory/events" "${1:-8}" "${2:-125000}"
