#!/usr/bin/env bash
# Measures whole runs of the release build: start-up, a median and the largest connector, and, where reference data lies beside the checkout,
# all published connectors, beside what serde_json needs to read the same files on one thread. Ratios tell; absolute times depend on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --locked --release
bin=target/release/conncert
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Median of 15 runs, in milliseconds, and the largest memory of one of them.
measure() {
  local name=$1
  shift
  python3 - "$name" "$@" <<'PY'
import os, resource, statistics, subprocess, sys, time
name, command = sys.argv[1], sys.argv[2:]
times = []
for _ in range(int(os.environ.get("RUNS", "15"))):
    begin = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    times.append((time.perf_counter() - begin) * 1000)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"{name:44} {statistics.median(times):9.1f} ms   {peak:7.1f} MB")
PY
}

measure "start of a process" true
measure "start-up: all rules read (conncert rules)" "$bin" rules
for size in 7 137 219; do
  mkdir -p "$work/$size"
  cargo bench --locked --quiet --bench write -- "$size" "$work/$size"
  measure "connector with $size operations" "$bin" lint "$work/$size" --stage pull-request --format concise
done
corpus=${CORPUS:-../shared/corpus}
if [ -d "$corpus" ]; then
  RUNS=5 measure "all published connectors" "$bin" lint "$corpus" --format json
  RUNS=5 cargo bench --locked --quiet --bench write -- read "$corpus"
else
  echo "skipped: no connectors at $corpus (set CORPUS)"
fi
