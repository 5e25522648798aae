#!/bin/sh
# Runs one of the harnesses among the end-to-end tests as a program: harness.sh <class> [argument...]
# Needs what `./build -DskipTests package` makes.
here=$(cd "$(dirname "$0")/.." && pwd)
java_home=$("$here/support/find-jdk25") || exit
repository=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
assertj=$(find "$repository/org/assertj/assertj-core" "$repository/net/bytebuddy/byte-buddy" -name '*.jar' | tr '\n' ':')
application=$here/dist/$(grep -o "lib/[^\"]*\.jar" "$here/dist/bin/prodigy")
class=$1
shift
exec "$java_home/bin/java" -Dprodigy.executable="${PRODIGY:-$here/dist/bin/prodigy}" \
  -cp "$here/cli/target/test-classes:$here/testkit/target/classes:$application:$assertj" \
  "dev.prodigy.cli.e2e.$class" "$@"
