#!/bin/bash
# What one agent costs beside the least that git needs: worktree add, commit, merge, worktree remove.
# Both run the same step, one agent after the other, on the same repository. Usage: agents.sh [agents]
set -e
here=$(cd "$(dirname "$0")/.." && pwd)
prodigy=${PRODIGY:-$here/dist/bin/prodigy}
agents=${1:-40}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PRODIGY_HOME=$work/home GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1

repository() { # path files
  mkdir -p "$1" && cd "$1" && git init -q -b main
  git config user.name bench && git config user.email bench@localhost
  for ((i = 0; i < $2; i++)); do
    mkdir -p "d$((i / 100))" && head -c 2000 /dev/urandom | base64 >"d$((i / 100))/f$i"
  done
  git add . && git commit -qm base
}

floor() { # repository: what a shell script would do
  cd "$1" && git worktree add -q -b session "$work/session-$2"
  local start=$(date +%s%N)
  for ((i = 1; i <= agents; i++)); do
    git worktree add -q -b "agent-$i" "$work/agent-$2-$i" session
    (cd "$work/agent-$2-$i" && sh -c "echo $i > n$i; git add n$i; git commit -qm i$i")
    (cd "$work/session-$2" && git merge -q --no-ff -m "Merge agent $i" "agent-$i")
    git worktree remove --force "$work/agent-$2-$i"
    git branch -q -D "agent-$i"
  done
  echo $((($(date +%s%N) - start) / 1000 / agents))
}

ours() { # repository
  cd "$1"
  cat >"$work/wf.yml" <<YAML
name: bench
mode: mapreduce
map:
  input: "seq 1 $agents"
  max_parallel: 1
  agent_template:
    - shell: "echo \${item} > n\${item}; git add n\${item}; git commit -qm i\${item}"
YAML
  local start=$(date +%s%N)
  "$prodigy" run "$work/wf.yml" >"$work/out" 2>&1 || { cat "$work/out" >&2; exit 1; }
  local whole=$((($(date +%s%N) - start) / 1000 / agents))
  cat "$PRODIGY_HOME"/events/"$(basename "$1")"/mapreduce-*/events-*.jsonl |
    jq -r 'select(.type == "MapPhaseStarted" or .type == "MapPhaseCompleted") | .timestamp' |
    sed 's/Z$//' | { read -r a; read -r b; echo "$whole $(((($(date -d "$b" +%s%N) - $(date -d "$a" +%s%N))) / 1000 / agents))"; }
}

printf '%-12s %14s %22s %10s %24s\n' files 'git floor, us' 'prodigy map phase, us' ratio 'with start and end, us'
for files in 100 5000; do
  repository "$work/floor$files" $files
  cp -r "$work/floor$files" "$work/ours$files"
  base=$(floor "$work/floor$files" $files)
  read -r whole phase <<<"$(ours "$work/ours$files")"
  printf '%-12s %14s %22s %10s %24s\n' $files "$base" "$phase" \
    "$(echo "scale=2; $phase / $base" | bc)" "$whole"
done
