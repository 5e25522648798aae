#!/bin/bash
# The commands that read events, on real logs of several sizes, beside what a user would otherwise
# type. Whole processes are timed, the best of three; the last column is the most memory ours had.
# Usage: commands.sh [MB...], default 10 1000. Beyond 2000 MB jq and SQLite are left out: they take
# minutes. Needs what `./build -DskipTests package` makes, jq, sqlite3 and GNU time.
set -e
here=$(cd "$(dirname "$0")/.." && pwd)
java_home=$("$here/support/find-jdk25")
application=$here/dist/$(grep -o "lib/[^\"]*\.jar" "$here/dist/bin/prodigy")
work=$(mktemp -d "${TMPDIR:-/tmp}/commands-benchmark-XXXXXX")
trap 'rm -rf "$work"' EXIT
job=mapreduce-benchmark
git init -q "$work/demo"
cd "$work/demo"

# best <variable> <command>: milliseconds of the fastest of three runs; peak memory in MB in $peak.
best() {
  local least= run
  for run in 1 2 3; do
    /usr/bin/time -f '%e %M' -o "$work/time" sh -c "$2" > /dev/null
    read -r seconds kilobytes < "$work/time"
    local millis=$(awk "BEGIN { printf \"%d\", $seconds * 1000 + 0.5 }")
    [ -z "$least" ] || [ "$millis" -lt "$least" ] && least=$millis
    [ "$millis" -gt 8000 ] && break
  done
  peak=$((kilobytes / 1000))
  eval "$1=$least"
}

# row <name> <ours> [<peer's name> <peer>]
row() {
  best ours "exec $2"
  local memory=$peak
  if [ $# -gt 2 ]; then
    best theirs "$4"
    local ratio=$(awk "BEGIN { printf \"%.1f\", $theirs / ($ours ? $ours : 1) }")
    printf '| %s | %d | %s | %d | %s | %d |\n' "$1" "$ours" "$3" "$theirs" "$ratio" "$memory"
  else
    printf '| %s | %d | | | | %d |\n' "$1" "$ours" "$memory"
  fi
}

for size in ${*:-10 1000}; do
  export PRODIGY_HOME=$work/home-$size
  events=$PRODIGY_HOME/events/demo
  mkdir -p "$events"
  "$java_home/bin/java" -cp "$here/benchmarks/target/classes:$application" \
    dev.prodigy.benchmarks.SampleLog "$events" "${size}000000"
  log="$events/$job/events-*.jsonl"
  prodigy="$here/dist/bin/prodigy --repo demo"
  echo
  echo "$size MB, $(cat $log | wc -l) events in $(ls $log | wc -l) files"
  echo
  echo "| case | ours, ms | beside | ms | ratio | our memory, MB |"
  echo "|---|---|---|---|---|---|"
  row "newest event of 1 KB" "$prodigy events ls --job-id mapreduce-small --limit 1"
  row "newest event" "$prodigy events ls --job-id $job --limit 1" \
    "tail, jq" "tail -qn 1 $log | tail -n 1 | jq -c ."
  row "newest 20" "$prodigy events ls --job-id $job --limit 20" \
    "tail, jq" "tail -qn 20 $log | tail -n 20 | jq -c ."
  if [ "$size" -le 2000 ]; then
    row "one type, newest first" "$prodigy events ls --event-type AgentCompleted --limit 0" \
      jq "jq -c 'select(.type == \"AgentCompleted\")' $log"
    row "search for a text" "$prodigy events search '12 tests, 3 failures'" \
      jq "jq -c 'select([.. | strings | test(\"12 tests, 3 failures\")] | any)' $log"
    row "search for an expression" "$prodigy events search '[1-9][0-9]* failures'" \
      jq "jq -c 'select([.. | strings | test(\"[1-9][0-9]* failures\")] | any)' $log"
    row "count by type" "$prodigy events stats" \
      "jq, sort, uniq" "jq -r .type $log | sort | uniq -c"
    row "export as CSV" "$prodigy events export --format csv" \
      jq "jq -r '[.timestamp, .type, .job_id, .agent_id, tostring] | @csv' $log"
    cat $log > "$work/lines"
    sqlite3 "$work/events.db" 'create table events (line text);' '.mode ascii' \
      '.separator "\001" "\n"' ".import '$work/lines' events"
    row "verify every line" "$prodigy storage verify" \
      "SQLite, integrity_check" "sqlite3 $work/events.db 'pragma integrity_check;'"
    rm -f "$work/lines" "$work/events.db"
  else
    row "one type, newest first" "$prodigy events ls --event-type AgentCompleted --limit 0" \
      "grep" "LC_ALL=C grep -h '^{\"type\":\"AgentCompleted\"' $log | cat" # into /dev/null it stops early
    row "count by type" "$prodigy events stats"
    row "export as JSON" "$prodigy events export"
    row "verify every line" "$prodigy storage verify" "sha256sum" "sha256sum $log"
  fi
  row "usage" "$prodigy storage usage" "du" "du -sb $PRODIGY_HOME"
  rm -rf "$PRODIGY_HOME"
done
