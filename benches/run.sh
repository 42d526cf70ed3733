#!/usr/bin/env bash
# Measures whole runs of the release build: start-up, small and large connectors, how cost grows, and, where reference data lies beside the
# checkout, all published connectors, beside what serde_json needs to read the same files on one thread. Ratios tell; times depend on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --locked --release
bin=target/release/conncert
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Median of 15 runs, in milliseconds, the largest memory of one of them, and how many cores were busy.
measure() {
  local name=$1
  shift
  python3 - "$name" "$@" <<'PY'
import os, resource, statistics, subprocess, sys, time
name, command = sys.argv[1], sys.argv[2:]
times = []
before = resource.getrusage(resource.RUSAGE_CHILDREN)
for _ in range(int(os.environ.get("RUNS", "15"))):
    begin = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    times.append((time.perf_counter() - begin) * 1000)
after = resource.getrusage(resource.RUSAGE_CHILDREN)
busy = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000 / sum(times)
print(f"{name:52} {statistics.median(times):9.1f} ms   {after.ru_maxrss / 1024:7.1f} MB   {busy:4.1f} cores")
PY
}

write() {
  mkdir -p "$work/$1"
  cargo bench --locked --quiet --bench write -- "$1" "$work/$1"
}

measure "start of a process" true
measure "start-up (conncert --version)" "$bin" --version
mkdir "$work/smallest"
echo '{"swagger": "2.0"}' >"$work/smallest/apiDefinition.swagger.json"
measure "start-up and the smallest definition" "$bin" lint "$work/smallest" --format concise
for size in 7 137 219; do
  write "$size"
  measure "connector with $size operations" "$bin" lint "$work/$size" --stage pull-request --format concise
done

echo "cost by size: twice the operations should take twice as long"
for size in 14 28 56 112 224 448; do
  write "$size"
  RUNS=7 measure "  $size operations" "$bin" lint "$work/$size" --stage pull-request --format concise
done
mkdir "$work/line"
python3 -c 'import json, sys; json.dump(json.load(open(sys.argv[1])), open(sys.argv[2], "w"))' \
  "$work/219/apiDefinition.swagger.json" "$work/line/apiDefinition.swagger.json"
RUNS=7 measure "  219 operations for people" "$bin" lint "$work/219" --stage pull-request --format human
RUNS=7 measure "  the same in one line" "$bin" lint "$work/line" --stage pull-request --format human

corpus=${CORPUS:-../shared/corpus}
if [ -d "$corpus" ]; then
  RUNS=5 measure "all published connectors" "$bin" lint "$corpus" --format json
  RUNS=5 cargo bench --locked --quiet --bench write -- read "$corpus"
  mkdir "$work/many"
  for copy in $(seq 14); do cp -r "$corpus" "$work/many/$copy"; done
  RUNS=1 measure "the same fourteen times (about 10,000)" "$bin" lint "$work/many" --format json
else
  echo "skipped: no connectors at $corpus (set CORPUS)"
fi
