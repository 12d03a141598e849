#!/usr/bin/env bash
# Measures training steps on 1, 2 and 3 hosts that this machine plays, a thread each, over links of several speeds, beside what the
# model of docs/scaling.md says. Arguments go to the measurement: --backbone, --width, --batch, --steps.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dotnet build -c Release bench/BTNet.Benchmarks >&2
program=$PWD/bench/BTNet.Benchmarks/bin/Release/net10.0/BTNet.Benchmarks
"$program" ranks --header
tests/hosts/hosts.sh 1 unlimited "$program" ranks --link none "$@"
for rate in unlimited 1gbit 200mbit; do
  for hosts in 2 3; do tests/hosts/hosts.sh $hosts $rate "$program" ranks --link $rate "$@"; done
done
