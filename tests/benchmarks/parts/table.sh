# shellcheck shell=bash
# The table, built row by row; printed whole at the end, each row also as it comes.

begin_table() {
  whole_seconds=$(printf '%.0f' "$seconds")
  answer=$run_folder/answer
  {
    printf '%s\n\n' "$(describe_machine)"
    echo '| what | certificates/s | p50 ms | p99 ms | CPU µs a certificate: Api | Signer | Postgres | load generator | together | MiB: Api / Signer / Postgres / load | remarks |'
    echo '|---|--:|--:|--:|--:|--:|--:|--:|--:|---|---|'
  } >"$table"
}

describe_settings() {
  printf 'Run: parts %s; single requests for %s s a row, batches of %s lines, growth to %s certificates. ' "$only" "$seconds" "$lines" \
    "$(thousands "$largest")"
  [[ -z ${settings_checked:-} ]] || printf 'Checked in sessions of sa_api and sa_signer: %s. ' "$settings_checked"
  [[ -z ${policy_checked:-} ]] || printf 'Checked: what policy refuses is refused by the door, and by the key room when it is put into the queue. '
  printf '\n\n'
}

describe_machine() {
  printf '%s cores of %s, %s MiB; %s; .NET %s, Postgres %s, %s, %s; load average before: %s; commit %s, %s.' \
    "$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(awk '/MemTotal/ {print int($2 / 1024)}' /proc/meminfo)" \
    "$(uname -sr)" "$(dotnet --version)" "$("$(postgres_tool postgres)" --version | grep -oE '[0-9.]+' | head -n 1)" \
    "$(openssl version | cut -d' ' -f1,2)" "cfssl $(cfssl version | sed -n 's/^Version: //p')" "$(cut -d' ' -f1-3 /proc/loadavg)" \
    "$(git -C "$repository" rev-parse --short HEAD)" "$(date -u +%FT%RZ)"
}

# row LABEL COMMAND...: a load that prints a row; a failed one is said, and the rest is measured nevertheless.
row() {
  local label=$1 status=0
  shift
  "$@" --label "$label" || status=$?
  ((status == 0)) || failed=1
  if [[ -s $answer ]]; then add_row "$(<"$answer")"; else add_row "| $label | FAILED, see $logs/load.log | | | | | | | | | |"; fi
}

add_row() {
  printf '%s\n' "$1" >>"$table"
  progress "$1"
}

print_table() {
  printf '\n'
  describe_settings
  cat "$table"
  print_ratios
  if [[ -s $run_folder/notes ]]; then printf '\n' && cat "$run_folder/notes"; fi
  ((${failed:-0} == 0))
}

note() { printf '%s\n' "- $*" >>"$run_folder/notes"; }

# What the processors could sign if nothing else had to be done.
measure_limit() {
  local rate
  progress "openssl speed"
  rate=$(openssl speed -seconds "$whole_seconds" -multi "$(nproc)" rsa2048 2>/dev/null | awk '/^rsa 2048/ {print int($6)}')
  add_row "| openssl speed -multi $(nproc) rsa2048 (the limit) | $rate | – | – | – | – | – | – | $(($(nproc) * 1000000 / rate)) | – | signatures alone |"
}

# The same library, module and key as the Signer has, one session a thread and as many as the Signer signs with.
measure_token() {
  local rate
  progress "the token alone"
  SOFTHSM2_CONF=$token_configuration run_program token-rate --module "$pkcs11_module" --token "$token_label" \
    --pin-file "$token_folder/pin" --key "$(jq -r .id "$ca_config/authorities/client.json")" --seconds "$whole_seconds"
  rate=$(<"$answer")
  add_row "| SoftHSM alone, $(nproc) sessions | $rate | – | – | – | – | – | – | $(($(nproc) * 1000000 / rate)) | – | signatures alone |"
}
