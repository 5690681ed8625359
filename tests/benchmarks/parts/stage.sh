# shellcheck shell=bash
# One authority at a time: database, keys, Signer, Api, station. Struck, nothing of it is left.

# set_stage file|softhsm
set_stage() {
  progress "sets up an authority with ${1/file/keys in files}"
  rm -f "$run_folder/cursor"
  make_cluster >&2
  start_cluster >&2
  make_database
  choose_keys "$1"
  {
    migrate
    hold_ceremony
    start_signer
    enrol_station
    make_standing_order
    make_service_certificate
    start_api
  } >>"$logs/stage.log"
}

choose_keys() {
  case $1 in
    file)
      mkdir -p "$run_folder/keys"
      keep_secret "$secrets/key-passphrase"
      key_settings=(Keys__Store=file Keys__File__Folder="$run_folder/keys" Keys__File__PassphraseFile="$secrets/key-passphrase")
      ;;
    softhsm)
      make_token
      key_settings=("${token_settings[@]}")
      ;;
  esac
}

strike_stage() {
  local name
  {
    for name in api signer peer; do stop_process "$name"; done
    stop_cluster
    remove_cluster
  } >>"$logs/stage.log"
  rm -rf "${run_folder:?}"/{keys,softhsm,station,tls,secrets,transcripts,peer}
  mkdir -p "$secrets"
}

finish() {
  trap - EXIT
  strike_stage || true
  if (($1 == 0)); then
    rm -rf "$run_folder"
  else
    step_failed "stopped; logs are in $logs"
  fi
  exit "$1"
}

postmaster_pid() { head -n 1 "$(readlink -f "$cluster")/data/postmaster.pid"; }

# load LABEL OPTION...: a row of the table, against the authority that runs.
load() {
  local label=$1
  shift
  "$benchmarks_program" load --label "$label" --url "$api_address" --root "$tls/authority.pem" \
    --certificate "$station/benchmark.crt" --key "$station/benchmark.key" --devices "$devices" --cursor "$run_folder/cursor" \
    --api "$(running_pid api)" --signer "$(running_pid signer)" --postgres "$(postmaster_pid)" "$@"
}

# The just-in-time compiler has to see the paths first; some thousand certificates are enough, and as many as are waited for.
warm_up_authority() {
  load "warm-up" --kind batch --clients 2 --seconds 60 --most "$((warm_up / 2))" >>"$logs/load.log"
  load "warm-up" --kind single --clients 32 --seconds 60 --most "$((warm_up / 2))" >>"$logs/load.log"
}

# Enrolled by the name that the growth mode looks for before it fills anything.
enrol_station() {
  mkdir -p "$station"
  openssl req -new -newkey rsa:2048 -nodes -sha256 -subj /CN=benchmark -keyout "$station/benchmark.key" \
    -out "$station/benchmark.csr" 2>>"$logs/operator.log"
  quietly "$logs/operator.log" operator station enrol benchmark --csr "$station/benchmark.csr" --out "$station/benchmark.crt"
}
