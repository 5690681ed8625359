#!/usr/bin/env bash
# Starts the whole authority on this machine: private Postgres, SoftHSM token, Signer, Outreach, Api. Safe to run again.
#   deploy/local/up.sh      then: source .local/env; curl --cacert "$SA_CACERT" "$SA_URL/health/ready"
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
(($# == 0)) || die "usage: up.sh (it takes no arguments)"

# The tokens open nothing but this machine's own set-up; they are said because its user signs in with them.
show_addresses() {
  say "
  front door      $api_address   (trust $tls/authority.pem)
  roots           $api_address/roots/
  without TLS     http://127.0.0.1:$(remembered_port api-plain)/aia/client.cer  …/health/ready
  provider demo   Bearer $(<"$secrets/token-provider")
  auditor         Bearer $(<"$secrets/token-auditor")
  operator        Bearer $(<"$secrets/token-operator")
  station line-1  $station/line-1.crt, line-1.key
  log's key       $log_key
  all of these    source $environment_file
  logs            $logs
  stop            deploy/local/down.sh"
}

make_folders
take_turn

if cluster_is_running && running_pid signer >/dev/null && running_pid outreach >/dev/null && running_pid api >/dev/null &&
  [[ -s $environment_file ]] && api_is_ready; then
  api_address=https://127.0.0.1:$(remembered_port api)
  step_done "already up"
  is_built || say "  (the sources have changed since: down.sh and up.sh to run them)"
  show_addresses
  exit 0
fi

heading "Starting the signing authority"
./install.sh 9>&-
# What still runs while something else is down stays up, unless its build is an older one.
is_built || {
  stop_process api
  stop_process outreach
  stop_process signer
}
build
make_cluster
start_cluster
make_database
step_done "Postgres runs on 127.0.0.1:$(remembered_port postgres)"
make_token
step_done "SoftHSM token \"$token_label\" is there"
migrate
hold_ceremony
start_signer
start_outreach
register_demo_provider
widen_limits
make_missing_tokens
enrol_station
make_standing_order
make_service_certificate
start_api
renew_refused_tokens
write_log_key
write_environment
show_addresses
