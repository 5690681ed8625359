#!/usr/bin/env bash
# Stops what up.sh and demo.sh started in this clone, and nothing else.
#   deploy/local/down.sh            keeps database, keys and certificates for the next up.sh
#   deploy/local/down.sh --purge    deletes them all
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source parts/output.sh
source parts/folders.sh
source parts/ports.sh
source parts/processes.sh
source parts/postgres.sh

case ${1:-} in
  '' | --purge) ;;
  *) die "usage: down.sh [--purge]" ;;
esac
if [[ ! -d $local_folder ]]; then
  step_done "nothing to stop"
  exit 0
fi
take_turn

heading "Stopping the signing authority"
# The front door first, so that nothing is taken in that no one will sign.
for name in kit nginx resolver api outreach signer; do stop_process "$name"; done
stop_cluster
if [[ ${1:-} == --purge ]]; then
  remove_cluster
  rm -rf "$local_folder"
  step_done "data deleted"
fi
