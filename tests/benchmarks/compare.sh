#!/usr/bin/env bash
# Measures this authority beside its limit (openssl speed) and a peer (cfssl serve) on this machine and prints one Markdown table.
#   tests/benchmarks/compare.sh            everything but growth; about ten minutes on two cores
#   tests/benchmarks/compare.sh --quick    the same in short: does it work, where does it stand roughly
#   tests/benchmarks/compare.sh --growth   cost with 0, 100 thousand, 1 and 10 million certificates in the tables (50 GB free)
#   tests/benchmarks/compare.sh --growth --largest 1000000
#   tests/benchmarks/compare.sh --only file|softhsm|peer|limit[,…]   these parts alone
# Sets up authorities of its own under .local/benchmarks, on 127.0.0.1 only, and removes them however it ends; test keys and programs
# are kept there for the next run. Needs: deploy/local/install.sh --benchmarks
set -euo pipefail
exec </dev/null
cd "$(dirname "${BASH_SOURCE[0]}")"
usage() { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' compare.sh; }

mode=compare seconds=6 warm_up=8000 device_count=160000 largest=10000000 only=limit,peer,file,softhsm
while (($# > 0)); do
  case $1 in
    --quick) seconds=2 warm_up=2000 device_count=40000 ;;
    --growth) mode=growth ;;
    --largest | --only)
      (($# > 1)) || { usage >&2 && exit 2; }
      [[ $1 == --largest ]] && largest=$2 || only=$2
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

source ../../deploy/local/parts/output.sh
source ../../deploy/local/parts/folders.sh
source parts/folders.sh
source ../../deploy/local/parts/ports.sh
source ../../deploy/local/parts/processes.sh
source ../../deploy/local/parts/postgres.sh
source ../../deploy/local/parts/token.sh
source ../../deploy/local/parts/build.sh
source ../../deploy/local/parts/authority.sh
source parts/tools.sh
source parts/stage.sh
source parts/peer.sh
source parts/table.sh
source parts/growth.sh

is_wanted() { [[ ,$only, == *,$1,* ]]; }

# Single requests with more and more clients, then batches, against the authority that runs.
measure_authority() {
  local name=$1 clients
  warm_up_authority
  for clients in 1 8 64 256 1000; do
    row load "$name, single, $(clients_of "$clients")" --kind single --clients "$clients" --seconds "$seconds"
  done
  row load "$name, one batch" --kind batch --clients 1 --seconds "$seconds"
  row load "$name, 4 batches at once" --kind batch --clients 4 --seconds "$seconds"
}

clients_of() { if (($1 == 1)); then echo "1 client"; else echo "$1 clients"; fi; }

compare() {
  if is_wanted limit; then measure_limit; fi
  if is_wanted peer; then
    start_peer
    load_peer "warm-up" --clients 8 --seconds 2 >/dev/null
    for clients in 8 64; do
      row load_peer "cfssl serve, $clients clients" --clients "$clients" --seconds "$seconds"
    done
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
}

require_tools
trap 'finish $?' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
make_stage_folders
build_programs
make_devices
begin_table
if [[ $mode == growth ]]; then grow; else compare; fi
print_table
