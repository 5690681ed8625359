#!/usr/bin/env bash
# The parts are shared with compare.sh; what they have for it alone is neither set nor read here.
# shellcheck disable=SC2034,SC2154
# Measures OCSP answers of an authority made for it, key in a SoftHSM token: signed on demand, stored, with a nonce; prints Markdown.
#   tests/benchmarks/ocsp.sh                        with 100,000 certificates in the tables
#   tests/benchmarks/ocsp.sh --certificates 1000000 some ten minutes more and 5 GB of disk under .local/benchmarks, removed at the end
# The rate at which the front door passes questions on (ocsp.mostOnDemandPerSecond) is lifted for this.
# Needs: deploy/local/install.sh --benchmarks
# Exit status: 0 all was measured; 1 something failed, which is said; 2 wrong options; 130, 143 interrupted.
set -euo pipefail
exec </dev/null
cd "$(dirname "${BASH_SOURCE[0]}")"

largest=100000 seconds=8
while (($# > 0)); do
  case $1 in
    --certificates)
      largest=${2:?--certificates N}
      shift 2
      ;;
    *)
      sed -n '4,/^set/{/^set/d;s/^# \{0,1\}//;p}' ocsp.sh
      [[ $1 == --help || $1 == -h ]] && exit 0 || exit 2
      ;;
  esac
done
[[ $largest =~ ^[1-9][0-9]{0,7}$ ]] || { echo "--certificates is a number" >&2 && exit 2; }

source parts/all.sh
source parts/table.sh
source parts/growth.sh

# ask OPTION...: leaves a row of the table in $answer.
ask() {
  run_program ocsp --url "http://127.0.0.1:$(remembered_port api-plain)" --connection "$(connection postgres postgres)" --seconds "$seconds" "$@"
}

lift_rate() {
  cp -r "$ca_config" "$run_folder/ca-config"
  ca_config=$run_folder/ca-config
  jq '.ocsp.mostOnDemandPerSecond = 100000 | .ocsp.mostOnDemandPerAddress = 100000' "$ca_config/policies/policy.json" >"$run_folder/policy.json"
  mv "$run_folder/policy.json" "$ca_config/policies/policy.json"
}

measure() {
  local of
  of="$(thousands "$largest") certificates"
  ask --label "warm-up" --certificates 3000 || failed=1
  ask --label "warm-up" --certificates 3000 --nonce || failed=1
  row "$of: signed on demand, each another certificate, 64 clients" ask --skip 3000 --certificates 10000 --once
  row "$of: the same, 256 clients" ask --skip 13000 --certificates 10000 --once --clients 256
  # Whatever of these the rows before did not come to: from here on all are stored.
  ask --label "fill" --skip 3000 --certificates 3000 --once || failed=1
  row "$of: stored, 1 client" ask --skip 3000 --certificates 3000 --clients 1
  row "$of: stored, 64 clients" ask --skip 3000 --certificates 3000
  row "$of: stored, 256 clients" ask --skip 3000 --certificates 3000 --clients 256
  row "$of: with a nonce, 64 clients" ask --nonce --certificates 10000
  note_memory "at the end"
}

require_tools
exec {screen}>&2
trap 'finish $?' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
sweep_earlier_runs
make_stage_folders
lift_rate
build_programs
begin_table
{
  printf '%s\n\n' "$(describe_machine)"
  echo '| what | answers/s | p50 ms | p99 ms | answers | remarks |'
  echo '|---|--:|--:|--:|--:|---|'
} >"$table"
set_stage softhsm
fill_to "$largest"
measure
strike_stage
printf '\n'
cat "$table"
if [[ -s $run_folder/notes ]]; then printf '\n' && cat "$run_folder/notes"; fi
((${failed:-0} == 0))
