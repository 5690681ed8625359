#!/usr/bin/env bash
# Measures this authority beside its limit (openssl speed) and a peer (cfssl serve) on this machine and prints Markdown.
#   tests/benchmarks/compare.sh                    the whole table: about a quarter of an hour on two cores
#   tests/benchmarks/compare.sh --quick            the same in short, about three minutes: does it work, where does it stand roughly
#   tests/benchmarks/compare.sh --only PART[,…]    some parts: limit, peer, file, softhsm, growth
#   tests/benchmarks/compare.sh --growth LARGEST   growth goes on to so many certificates in the tables (default 1000000);
#                                                  10000000 takes half an hour more and 50 GB of disk
# limit is openssl speed; peer is cfssl; file and softhsm are this authority with such keys: single requests with 1 to 1,000 clients, and
# batches; growth is what a certificate costs with 0, 100 thousand, 1 million, 10 million of them in the tables.
# The first run builds programs and makes test keys (some minutes, kept in .local/benchmarks for the next).
# Sets up authorities of its own there, on 127.0.0.1 only, and removes them however it ends. Nothing else in the clone is touched.
# Needs: deploy/local/install.sh --benchmarks
# Exit status: 0 all was measured and checked; 1 something failed, which is said; 2 wrong options; 130, 143 interrupted.
set -euo pipefail
exec </dev/null
cd "$(dirname "${BASH_SOURCE[0]}")"
usage() { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' compare.sh; }

parts=(limit peer file softhsm growth)
seconds=6 lines=20000 warm_up=9000 device_count=120000 largest='' only=$(IFS=,; echo "${parts[*]}")
while (($# > 0)); do
  case $1 in
    --quick) seconds=1.5 lines=4000 warm_up=4500 device_count=32000 largest=${largest:-100000} ;;
    --growth | --only)
      (($# > 1)) || { usage >&2 && exit 2; }
      if [[ $1 == --growth ]]; then largest=$2; else only=$2; fi
      shift
      ;;
    --help | -h)
      usage
      exit 0
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  shift
done
largest=${largest:-1000000}
[[ $largest =~ ^[0-9]{1,8}$ ]] || { usage >&2 && exit 2; }
for part in ${only//,/ }; do
  [[ " ${parts[*]} " == *" $part "* ]] || { usage >&2 && exit 2; }
done

source parts/all.sh
source parts/checks.sh
source parts/peer.sh
source parts/table.sh
source parts/ratios.sh
source parts/growth.sh

is_wanted() { [[ ,$only, == *,$1,* ]]; }

# Single requests with more and more clients, then batches, against the authority that runs.
measure_authority() {
  local name=$1 clients
  check_settings
  check_policy "$name"
  warm_up_authority
  note_memory "$name, warmed up"
  for clients in 1 8 64 256 1000; do
    row "$name, single, $(clients_of "$clients")" singles --clients "$clients"
  done
  row "$name, one batch of $lines" batches --clients 1 --most "$lines"
  row "$name, 4 batches at once" batches --clients 4 --most "$lines"
  row "$name, a full queue worked off, nobody at the door" drain
  note_memory "$name, at the end"
  check_log "$name"
}

clients_of() { if (($1 == 1)); then echo "1 client"; else echo "$1 clients"; fi; }

measure_peer() {
  local clients
  load_peer --label "warm-up" --clients 8 --seconds 1
  # Beyond a hundred clients it opens more connections than Postgres gives, and answers some with 500.
  for clients in 8 64; do
    row "cfssl serve, $clients clients" load_peer --clients "$clients" --seconds "$seconds"
  done
}

compare() {
  if is_wanted limit; then measure_limit; fi
  if is_wanted peer; then
    start_peer
    measure_peer
    strike_stage
  fi
  if is_wanted file; then
    set_stage file
    measure_authority "key in a file"
    strike_stage
  fi
  if is_wanted softhsm; then
    set_stage softhsm
    measure_authority "SoftHSM"
    measure_token
    strike_stage
  fi
  if is_wanted growth; then
    set_stage file
    grow
    strike_stage
  fi
}

require_tools
# An interruption may come while a step writes to its log.
exec {screen}>&2
trap 'finish $?' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
sweep_earlier_runs
make_stage_folders
build_programs
make_devices
begin_table
compare
print_table
