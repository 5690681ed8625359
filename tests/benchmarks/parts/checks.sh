# shellcheck shell=bash
# What is measured is the authority as it is run: durable, logged, decided twice. Each is looked at, not believed.

# Of a session of each role that works, since a role or a connection could have settings of its own.
check_settings() {
  local role found wanted='fsync=on full_page_writes=on synchronous_commit=on'
  for role in api signer; do
    found=$(PGPASSWORD=$(<"$secrets/$role") psql "postgresql://sa_$role@127.0.0.1:$(remembered_port postgres)/$database" -XAtqc \
      "select string_agg(name || '=' || setting, ' ' order by name) from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')")
    [[ $found == "$wanted" ]] || die "sa_$role works with $found; measured is with $wanted only"
  done
  settings_checked=$wanted
}

# A device of a product that no family has: the door refuses it; put into the queue behind the door's back, the key room refuses it.
check_policy() {
  local name=$1 device csr request status state=''
  device=$(tail -n 1 "$devices" | jq -c '.product = "NOSUCH"')
  status=$(curl -sS --max-time 20 -o "$run_folder/refusal" -w '%{http_code}' --cacert "$tls/authority.pem" --cert "$station/benchmark.crt" \
    --key "$station/benchmark.key" -H 'Content-Type: application/json' --data-binary "$device" "$api_address/api/v1/station/devices")
  [[ $status == 422 ]] || die "$name: the door answers $status where policy refuses (422)"

  csr=$(jq -r .csr <<<"$device" | base64 -d | od -An -v -tx1 | tr -d ' \n')
  request=$(ask_database -v csr="$csr" -v key="$(public_key_hash "$device")" \
    -v mac="$(jq -r .mac <<<"$device")" -v serial="$(jq -r .serial <<<"$device")" <<'SQL'
insert into sa.signing_request
    (id, kind, lane, station_id, csr, csr_sha256, spki_sha256, mac, serial, product, authorities, submitted_by, order_id)
select gen_random_uuid(), 'Device', 'Device', s.id, decode(:'csr', 'hex'), sha256(decode(:'csr', 'hex')), decode(:'key', 'hex'), :'mac',
    :'serial', 'NOSUCH', array['client'], 'station/benchmark', o.id
from sa.station s, sa.production_order o where s.name = 'benchmark' and o.name = 'demo'
returning id;
SQL
  )
  for _ in {1..100}; do
    state=$(ask_database -c "select state from sa.signing_request where id = '$request'")
    [[ $state != Refused ]] || break
    sleep 0.2
  done
  [[ $state == Refused ]] || die "$name: the key room left a request ${state:-unknown} that policy refuses"
  policy_checked=1
}

public_key_hash() {
  jq -r .csr <<<"$1" | base64 -d | openssl req -inform der -noout -pubkey | openssl pkey -pubin -outform der | sha256sum | cut -d' ' -f1
}

# The whole log is read again: entries, tree, signed checkpoints, and that each certificate has its entries.
check_log() {
  local verdict
  progress "reads the log again"
  verdict=$(signer_command auditor log verify 2>>"$logs/log.log") || failed=1
  note "$1: $verdict"
}
