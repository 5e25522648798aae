#!/bin/sh
# See README.md. Needs what `./build -DskipTests package` makes.
here=$(cd "$(dirname "$0")/.." && pwd)
java_home=$("$here/support/find-jdk25") || exit
sqlite=$(ls "${MAVEN_REPOSITORY:-$HOME/.m2/repository}"/org/xerial/sqlite-jdbc/*/sqlite-jdbc-*.jar | tail -n 1)
application=$here/dist/$(grep -o "lib/[^\"]*\.jar" "$here/dist/bin/prodigy")
exec "$java_home/bin/java" --enable-native-access=ALL-UNNAMED \
  -cp "$here/benchmarks/target/classes:$application:$sqlite" dev.prodigy.benchmarks.ScanBenchmark "$@"
