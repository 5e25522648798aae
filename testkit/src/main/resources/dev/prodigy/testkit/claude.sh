#!/bin/sh
# Stands in for the `claude` command line tool; written by ScriptedClaude, which puts its own
# directory in place of @HOME@. Rules are directories with
#   prompt  extended regular expression the prompt must contain
#   before, after  lines of the stream printed before and after
#   run     shell commands executed in the working directory
#   stderr, exit  what it writes to stderr, its exit code
home='@HOME@'
for argument in "$@"; do
  [ "$argument" = --version ] && { echo '2.1.197 (Claude Code)'; exit 0; }
  last=$argument
done
case $last in
  --verbose | --dangerously-skip-permissions | stream-json)
    prompt=$(cat; echo .)
    prompt=${prompt%.}
    ;;
  *) prompt=$last ;;
esac

call=$home/calls/$$
while ! mkdir "$call.new" 2>/dev/null; do call=${call}x; done
printf '%s\0' "$@" >"$call.new/argv"
printf '%s' "$prompt" >"$call.new/prompt"
pwd >"$call.new/cwd"
cat "/proc/$$/environ" >"$call.new/env"
mv "$call.new" "$call"

for rule in "$home"/rules/*/; do
  [ -e "$rule/prompt" ] || continue
  printf '%s\n' "$prompt" | grep -Eq -f "$rule/prompt" || continue
  cat "$rule/before"
  [ ! -e "$rule/run" ] || sh "$rule/run" >>"$call/run.log" 2>&1
  cat "$rule/after"
  [ ! -e "$rule/stderr" ] || cat "$rule/stderr" >&2
  read -r code <"$rule/exit"
  exit "$code"
done
case $prompt in
  /*) cat "$home/unknown-command.jsonl" ;;
  *) cat "$home/success.jsonl" ;;
esac
