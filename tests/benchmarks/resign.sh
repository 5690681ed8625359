#!/usr/bin/env bash
# The parts are shared with compare.sh; what they have for it alone is neither set nor read here.
# shellcheck disable=SC2034,SC2154
# Issues 100,000 devices' certificates, lets the client root be succeeded, and has all of them signed anew by the next generation: how long
# that takes, that each was signed anew once, and that the log is sound. Then the drill's plan for what is left, which is nothing.
#   tests/benchmarks/resign.sh [--devices N] [--keys file|softhsm]
# Sets up an authority of its own under .local/benchmarks, on 127.0.0.1 only, and removes it however it ends.
# Needs: deploy/local/install.sh --benchmarks
# Exit status: 0 measured and checked; 1 something failed, which is said; 2 wrong options; 130, 143 interrupted.
set -euo pipefail
exec </dev/null
cd "$(dirname "${BASH_SOURCE[0]}")"
usage() { sed -n '4,/^set/{/^set/d;s/^# \{0,1\}//;p}' resign.sh; }

device_count=100000 keys=file
while (($# > 0)); do
  case $1 in
    --devices | --keys)
      (($# > 1)) || { usage >&2 && exit 2; }
      if [[ $1 == --devices ]]; then device_count=$2; else keys=$2; fi
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
[[ $device_count =~ ^[1-9][0-9]{0,6}$ && $keys =~ ^(file|softhsm)$ ]] || { usage >&2 && exit 2; }

source parts/all.sh
source parts/checks.sh
ca_config=$run_folder/ca-config

# Roots sign as soon as they are published: what is measured is not the waiting.
copy_configuration() {
  cp -r "$repository/ca-config" "$ca_config"
  change "$ca_config/policies/policy.json" '.roots.publishedDaysAhead = 0'
}

change() { jq "$2" "$1" >"$1.new" && mv "$1.new" "$1"; }

issue_devices() {
  local issued
  progress "issues $device_count certificates"
  batches --label issue --clients 4 --most "$device_count"
  issued=$(count "authority = 'client'")
  ((issued == device_count)) || die "$issued of $device_count certificates were issued; see $logs/load.log"
}

count() { ask_database -c "select count(*) from sa.certificate where $1"; }

succeed_client_root() {
  jq '.id = "client-2" | .keyLabel = "client-2" | .displayName = "Client Root, second generation" | .succeeds = "client"
    | .activeFrom = "2020-01-01T00:00:00Z" | del(.publishedAs)' "$ca_config/authorities/client.json" >"$ca_config/authorities/client-2.json"
  {
    stop_process api
    stop_process signer
    hold_ceremony
    signer_command signer ceremony cross client client-2 --confirmed-by benchmark --out "$run_folder/crosses"
    start_signer
    wait_until 60 signer is_published
    # A Signer that runs hears of it within ten seconds, and refuses what comes sooner; one that starts knows.
    stop_process signer
    start_signer
  } >>"$logs/stage.log"
}

# By the Signer of lane Log, some moments after its start: none signs with a root before.
is_published() { [[ $(ask_database -c "select count(*) from sa.root_published where authority = 'client-2'") == 1 ]]; }

sign_anew() {
  local once
  progress "signs $device_count certificates anew"
  operator resign --authority client --with client-2 --confirm >"$run_folder/resign" || die "see $run_folder/resign"
  once=$(ask_database -c "select count(distinct r.succeeds) from sa.signing_request r join sa.certificate c on c.request_id = r.id
    where r.kind = 'ResignedDevice' and c.authority = 'client-2'")
  ((once == device_count && $(count "authority = 'client-2'") == device_count)) || die "$once of $device_count are signed anew"
}

report() {
  local device verified sound
  device=$run_folder/device.pem
  ask_database -c "select encode(der, 'base64') from sa.certificate where authority = 'client-2' order by request_id limit 1" |
    base64 -d | openssl x509 -inform der >"$device"
  operator root client >"$run_folder/client.pem"
  verified=$(openssl verify -x509_strict -CAfile "$run_folder/client.pem" -untrusted "$run_folder/crosses/client-client-2-cross.pem" "$device")
  say "keys: $keys; $(nproc) cores; commit $(git -C "$repository" rev-parse --short HEAD), $(date -u +%FT%RZ)"
  tail -n 1 "$run_folder/resign"
  say "Signer: MiB $(memory_of signer)"
  say "through newWithOld, the old root alone trusted: ${verified##*: }"
  sound=$(signer_command auditor log verify) || die "the log is not sound: $sound"
  say "log: $sound"
  signer_command operator drill compromise --authority client --with client-2 --plan-only
}

require_tools
exec {screen}>&2
trap 'finish $?' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
sweep_earlier_runs
make_stage_folders
build_programs
make_devices
copy_configuration
set_stage "$keys"
check_settings
issue_devices
succeed_client_root
sign_anew
report
