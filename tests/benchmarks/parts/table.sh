# shellcheck shell=bash
# The table, built row by row; printed whole at the end, each row also as it comes.

begin_table() {
  {
    printf '%s\n\n' "$(describe_machine)"
    echo '| what | certificates/s | p50 ms | p99 ms | CPU µs a certificate: Api | Signer | Postgres | load generator | together | MiB: Api / Signer / Postgres / load | remarks |'
    echo '|---|--:|--:|--:|--:|--:|--:|--:|--:|---|---|'
  } >"$table"
}

describe_machine() {
  printf '%s cores of %s, %s MiB; %s; .NET %s, Postgres %s (fsync=on, synchronous_commit=on), %s, %s; load average before: %s; commit %s, %s.' \
    "$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(awk '/MemTotal/ {print int($2 / 1024)}' /proc/meminfo)" \
    "$(uname -sr)" "$(dotnet --version)" "$("$(postgres_tool postgres)" --version | grep -oE '[0-9.]+' | head -n 1)" \
    "$(openssl version | cut -d' ' -f1,2)" "cfssl $(cfssl version | sed -n 's/^Version: //p')" "$(cut -d' ' -f1-3 /proc/loadavg)" \
    "$(git -C "$repository" rev-parse --short HEAD)" "$(date -u +%FT%RZ)"
}

# row COMMAND...: a load that prints a row; a failed one is said, and the rest is measured nevertheless.
row() {
  local line
  if ! line=$("$@" 2>>"$logs/load.log"); then
    progress "a load failed: ${line:-${*:1:3}; see $logs/load.log}"
    failed=1
  fi
  add_row "${line:-| ${2} | failed | | | | | | | | | |}"
}

add_row() {
  printf '%s\n' "$1" >>"$table"
  progress "$1"
}

print_table() {
  printf '\n'
  cat "$table"
  if [[ -s $run_folder/notes ]]; then printf '\n' && cat "$run_folder/notes"; fi
  ((${failed:-0} == 0))
}

note() { printf '%s\n' "- $*" >>"$run_folder/notes"; }

# What the processors could sign if nothing else had to be done.
measure_limit() {
  local rate
  progress "openssl speed"
  rate=$(openssl speed -seconds "$((seconds < 3 ? seconds : 5))" -multi "$(nproc)" rsa2048 2>/dev/null | awk '/^rsa 2048/ {print int($6)}')
  add_row "| openssl speed -multi $(nproc) rsa2048 (the limit) | $rate | – | – | – | – | – | – | $(($(nproc) * 1000000 / rate)) | – | signatures alone |"
}

measure_token() {
  local rate
  progress "the token alone"
  rate=$(env "${token_settings[@]}" "$benchmarks_program" token-rate --module "$pkcs11_module" --token "$token_label" \
    --pin-file "$token_folder/pin" --key "$(jq -r .id "$ca_config/authorities/client.json")" --seconds "$seconds")
  add_row "| SoftHSM alone, $(nproc) sessions | $rate | – | – | – | – | – | – | $(($(nproc) * 1000000 / rate)) | – | signatures alone |"
}
