#!/usr/bin/env bash
# The main job, step by step, on real parts: providers' CSRs and phones' requests become certificates, and real handshakes
# prove them. Each step says ✔ or ✘ and what came out; the exit status is 0 only if all went well.
#   deploy/local/demo.sh           leaves the service running
#   deploy/local/demo.sh --once    stops everything at the end
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source parts/output.sh
source parts/folders.sh
source parts/ports.sh
source parts/processes.sh
source parts/postgres.sh
source parts/token.sh
source parts/build.sh
source parts/authority.sh
source parts/demo-steps.sh
source parts/demo-provider.sh
source parts/demo-station.sh
source parts/demo-handshake.sh
source parts/demo-refusal.sh
source parts/demo-names.sh
source parts/demo-approval.sh
source parts/demo-revocation.sh
source parts/demo-kit.sh
source parts/demo-audit.sh
source parts/demo-evidence.sh

once=false
case ${1:-} in
  '') ;;
  --once) once=true ;;
  *) die "usage: demo.sh [--once]" ;;
esac
finish() {
  if $once; then ./down.sh; fi
}
trap finish EXIT

./up.sh
stop_provisioning
rm -rf "$demo"
mkdir -p "$demo"
api_address=https://127.0.0.1:$(remembered_port api)
write_sign_ins
demo_started=$(date -u +%Y-%m-%dT%H:%M:%SZ)

follow_provider
learn_from_refusal
run_station
prove_name
approve_by_two
shake_hands
turn_stolen_phone_away
use_kit
read_audit_log
hand_out_evidence

if ((failures > 0)); then
  heading "$failures step(s) failed. Logs: $logs"
  exit 1
fi
heading "Every step went well."
if ! $once; then ./up.sh; fi
