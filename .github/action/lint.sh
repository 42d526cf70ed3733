#!/usr/bin/env bash
# Runs `conncert lint` with the inputs of the action, which arrive as environment variables. Nothing of them is ever run or expanded.
# Runs on Linux, macOS (bash 3.2) and Windows.
set -euo pipefail

arguments=(lint)

# Adds an option with its value as one argument, so that no value can be taken for an option.
option() {
  if [ -n "$2" ]; then
    arguments+=("--$1=$2")
  fi
}

option track "${CONNCERT_TRACK:-}"
option stage "${CONNCERT_STAGE:-}"
option fail-on "${CONNCERT_FAIL_ON:-}"
option changed-since "${CONNCERT_CHANGED_SINCE:-}"
option format "${CONNCERT_FORMAT:-github}"

sarif=${CONNCERT_SARIF_FILE:-}
if [ -n "$sarif" ]; then
  case $sarif in
    *$'\n'* | *$'\r'*)
      printf '::error title=conncert::%s\n' "The input sarif-file is more than one line."
      exit 2
      ;;
  esac
  option format "sarif=$sarif"
  # Known before the check runs, because the step ends with it when there are findings.
  printf 'sarif-file=%s\n' "$sarif" >>"${GITHUB_OUTPUT:-/dev/null}"
fi

# `read -a` splits at blanks and does nothing else: no pattern is expanded, no quote is taken away.
while IFS= read -r line || [ -n "$line" ]; do
  words=()
  IFS=$' \t\r' read -r -a words <<<"$line"
  if [ "${#words[@]}" -gt 0 ]; then
    arguments+=("${words[@]}")
  fi
done <<<"${CONNCERT_ARGS:-}"

arguments+=(--)
paths=0
while IFS= read -r line || [ -n "$line" ]; do
  line=${line%$'\r'}
  if [ -n "$line" ]; then
    arguments+=("$line")
    paths=$((paths + 1))
  fi
done <<<"${CONNCERT_PATHS:-}"
if [ "$paths" -eq 0 ]; then
  arguments+=(.)
fi

exec conncert "${arguments[@]}"
