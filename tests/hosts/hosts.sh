#!/usr/bin/env bash
# Runs a command as a rank under Open MPI 4's mpirun on each of several hosts that this machine plays: network namespaces with host
# names of their own, joined by a bridge, each sending at most so much. What ranks exchange goes through TCP over these links and never
# through shared memory. Needs root, iproute2, util-linux and openmpi-bin; takes everything down again however it ends.
#
#   hosts.sh HOSTS RATE COMMAND...      RATE as tc has it, such as 200mbit, or "unlimited"
#
# Ends with mpirun's exit code, or 77 with the reason where this machine cannot do it.
set -uo pipefail

cannot() { echo "hosts.sh: skipped: $1" >&2; exit 77; }
[ $# -ge 3 ] || { echo "usage: hosts.sh HOSTS RATE COMMAND..." >&2; exit 2; }
hosts=$1 rate=$2
shift 2
[[ $hosts =~ ^[1-9][0-9]?$ ]] || { echo "hosts.sh: HOSTS is '$hosts'; expected 1 to 99" >&2; exit 2; }
[[ $rate =~ ^(unlimited|[1-9][0-9]*[kmg]bit)$ ]] || { echo "hosts.sh: RATE is '$rate'; expected a number with kbit, mbit or gbit, such as 200mbit, or unlimited" >&2; exit 2; }
[ "$(id -u)" = 0 ] || cannot "needs root, for network namespaces"
for tool in ip tc unshare mpirun; do command -v $tool >/dev/null || cannot "needs $tool (apt-get install iproute2 util-linux openmpi-bin)"; done
mpirun --version | grep -q ' 4\.' || cannot "needs Open MPI 4, whose launcher it sets up"

id=$(( $$ % 65536 ))
# Addresses set aside for measurements (RFC 2544), which no network uses, but for another run of this script.
while
  net=198.$(( 18 + id / 256 % 2 )).$(( id % 256 ))
  ip -o addr show to $net.0/24 | grep -q .
do id=$(( (id + 1) % 65536 )); done
bridge=btb$id
work=$(mktemp -d)
name() { echo "btnet$id-$1"; }

down() {
  trap '' INT TERM
  for ((host = 1; host <= hosts; host++)); do
    for pid in $(ip netns pids "$(name $host)" 2>/dev/null); do kill -9 "$pid" 2>/dev/null; done
    ip link del bt${id}h$host 2>/dev/null
    ip netns del "$(name $host)" 2>/dev/null
  done
  ip link del $bridge 2>/dev/null
  rm -rf "$work"
}
trap down EXIT
# mpirun passes this signal on, and the ranks save and end.
trap '[ -n "${mpirun:-}" ] && kill -USR1 "$mpirun" 2>/dev/null' INT TERM

up() {
  ip link add $bridge type bridge && ip addr add $net.254/24 dev $bridge && ip link set $bridge up || return 1
  for ((host = 1; host <= hosts; host++)); do
    local ns link=bt${id}h$host
    ns=$(name $host)
    ip netns add "$ns" || return 1
    ip link add "$link" type veth peer name eth0 netns "$ns" && ip link set "$link" master $bridge up || return 1
    ip -n "$ns" addr add $net.$host/24 dev eth0 && ip -n "$ns" link set eth0 up && ip -n "$ns" link set lo up || return 1
    if [ "$rate" != unlimited ]; then
      ip netns exec "$ns" tc qdisc add dev eth0 root tbf rate "$rate" burst 128kb latency 100ms || return 1
    fi
    echo "$net.$host slots=1" >>"$work/hostfile"
  done
}
if ! up 2>"$work/why"; then
  grep -qiE 'not permitted|permission denied|not supported|unknown device type|read-only' "$work/why" && cannot "no network namespaces here: $(tail -n 1 "$work/why")"
  echo "hosts.sh: the hosts could not be set up: $(cat "$work/why")" >&2
  exit 1
fi

# What mpirun calls in place of ssh: a host's address and a command line.
cat >"$work/agent" <<AGENT
#!/bin/sh
host=\${1##*.}
shift
exec ip netns exec btnet$id-\$host unshare --uts sh -c "hostname host\$host; \$*"
AGENT
chmod +x "$work/agent"

export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1} TERM=dumb # ranks write to a terminal of mpirun
# In a session of its own, for the terminal's Ctrl-C would reach it as well, and in the background, so that this script handles it.
setsid mpirun --allow-run-as-root --hostfile "$work/hostfile" -np "$hosts" --map-by node --bind-to none \
  --mca plm_rsh_agent "$work/agent" --mca plm_rsh_no_tree_spawn 1 \
  --mca oob_tcp_if_include $net.0/24 --mca btl tcp,self --mca btl_tcp_if_include $net.0/24 \
  --mca btl_tcp_links 2 --mca mpi_yield_when_idle 1 \
  -x OMP_NUM_THREADS -x TERM "$@" &
mpirun=$!
while :; do
  wait $mpirun
  code=$?
  kill -0 $mpirun 2>/dev/null || break
done
exit $code
