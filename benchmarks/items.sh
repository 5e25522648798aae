#!/bin/bash
# A job of many items that do nothing, in a heap of 512 MB: time per item at the beginning and at the
# end, and bytes written under state/. Usage: items.sh [items]
set -e
here=$(cd "$(dirname "$0")/.." && pwd)
prodigy=${PRODIGY:-$here/dist/bin/prodigy}
items=${1:-10000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PRODIGY_HOME=$work/home GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export PRODIGY_JAVA_OPTIONS=-Xmx512m
mkdir -p "$work/repo" && cd "$work/repo" && git init -q -b main
git config user.name bench && git config user.email bench@localhost
git commit -q --allow-empty -m base
cat >"$work/wf.yml" <<YAML
name: items
mode: mapreduce
map:
  input: "seq 1 $items | sed 's/.*/{\"id\": &, \"path\": \"src\\\\/main\\\\/file-&.txt\"}/'"
  max_parallel: 4
  agent_template:
    - shell: "true"
YAML
time "$prodigy" run "$work/wf.yml" >"$work/out" 2>&1 || { tail -5 "$work/out"; exit 1; }
job=$(ls "$PRODIGY_HOME/events/repo" | head -1)
state=$PRODIGY_HOME/state/repo/mapreduce/jobs/$job
checkpoints=$(cat "$PRODIGY_HOME"/events/repo/"$job"/events-*.jsonl |
  jq -s '[.[] | select(.type == "CheckpointCreated") | .size_bytes] | add')
journal=$(stat -c %s "$state/map-progress.jsonl")
final=$(ls "$state"/map-checkpoint-*.json | tail -1)
content=$(jq -c '.work_item_state.completed_items' "$final" | wc -c)
last=$(stat -c %s "$final")
echo "items and results: $content bytes compact, $last as stored"
echo "written: checkpoints $checkpoints + journal $journal = $((checkpoints + journal)) bytes;" \
  "ratio $(echo "scale=2; ($checkpoints + $journal) / $last" | bc) of stored," \
  "$(echo "scale=2; ($checkpoints + $journal) / $content" | bc) of compact"
jq -r 'select(.outcome == "Completed") | .timestamp' "$state/map-progress.jsonl" >"$work/times"
ms() { date -d "$(sed -n "$1p" "$work/times" | sed 's/Z$//')" +%s%3N; }
n=$(wc -l <"$work/times")
part=$((n / 10))
echo "ms per item: first $part: $(echo "scale=3; ($(ms $part) - $(ms 1)) / $part" | bc)," \
  "last $part: $(echo "scale=3; ($(ms "$n") - $(ms $((n - part)))) / $part" | bc)"
