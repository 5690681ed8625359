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
  rm -rf "${run_folder:?}"/{keys,softhsm,station,tls,secrets,transcripts,peer,log-state}
  mkdir -p "$secrets"
}

finish() {
  trap '' EXIT INT TERM HUP
  exec 2>&"$screen"
  [[ -z ${worker:-} ]] || { kill -TERM "$worker" && wait "$worker"; } 2>/dev/null || true
  strike_stage || true
  if (($1 == 0)); then
    rm -rf "$run_folder"
  else
    step_failed "stopped; logs are in $logs"
  fi
  exit "$1"
}

postmaster_pid() { head -n 1 "$(readlink -f "$cluster")/data/postmaster.pid"; }

# run_program ARGUMENT...: a program of ours, its output in $answer. In the background, so that a signal interrupts the wait for it.
run_program() {
  local status=0
  "$benchmarks_program" "$@" >"$answer" 2>>"$logs/load.log" 9>&- &
  worker=$!
  wait "$worker" || status=$?
  worker=''
  return "$status"
}

# load OPTION...: leaves a row of the table in $answer; against the authority that runs.
load() {
  run_program load --url "$api_address" --root "$tls/authority.pem" --certificate "$station/benchmark.crt" --key "$station/benchmark.key" \
    --devices "$devices" --cursor "$run_folder/cursor" --api "$(running_pid api)" --signer "$(running_pid signer)" \
    --postgres "$(postmaster_pid)" "$@"
}

# drain OPTION...: a row of the table, the key room alone with a full queue.
drain() {
  run_program drain --connection "$(connection api sa_api)" --devices "$devices" --cursor "$run_folder/cursor" \
    --signer "$(running_pid signer)" --postgres "$(postmaster_pid)" "$@"
}

singles() { load --kind single --seconds "$seconds" "$@"; }

# These end with their lines: after a time, what lies in the sockets' buffers would be certified nevertheless.
batches() { load --kind batch --seconds 300 "$@"; }

# The just-in-time compiler has to see the paths first, and looks a second time later: both kinds, until that is over.
warm_up_authority() {
  progress "warms up"
  load --label "warm-up" --kind single --clients 64 --seconds 30 --most "$((warm_up * 2 / 3))" || failed=1
  batches --label "warm-up" --clients 2 --most "$((warm_up / 3))" || failed=1
}

note_memory() { note "$1: memory in MiB: Api $(memory_of api), Signer $(memory_of signer); $(ask_database -c 'select count(*) from sa.certificate') certificates issued"; }

# Resident now, and the most it ever was.
memory_of() { awk '/^VmRSS:/ {now = $2} /^VmHWM:/ {most = $2} END {printf "%d (at most %d)", now / 1024, most / 1024}' "/proc/$(running_pid "$1")/status"; }

# What a run left that was killed: we hold the lock, so nobody else's.
sweep_earlier_runs() {
  local folder name local_folder cluster
  for folder in "$kept"/run-*/; do
    folder=${folder%/}
    [[ -d $folder && $folder != "$run_folder" ]] || continue
    local_folder=$folder
    cluster=$folder/postgres
    {
      for name in api signer peer; do stop_process "$name"; done
      stop_cluster
      remove_cluster
    } >/dev/null || true
    rm -rf "$folder"
  done
}

# Enrolled by the name that the growth mode looks for before it fills anything.
enrol_station() {
  mkdir -p "$station"
  openssl req -new -newkey rsa:2048 -nodes -sha256 -subj /CN=benchmark -keyout "$station/benchmark.key" \
    -out "$station/benchmark.csr" 2>>"$logs/operator.log"
  quietly "$logs/operator.log" operator station enrol benchmark --csr "$station/benchmark.csr" --out "$station/benchmark.crt"
}
