# shellcheck shell=bash
# The peer: Debian's cfssl serve over mutual TLS, with certificates stored in a Postgres of the same settings. It neither logs nor
# records what it is going to sign, and has no policy beyond a profile.

peer=$run_folder/peer

start_peer() {
  local port
  progress "sets up cfssl serve"
  rm -f "$run_folder/cursor"
  mkdir -p "$peer"
  make_cluster >&2
  start_cluster >&2
  superuser_psql postgres -Xqc 'create database cfssl'
  # cfssl's own certdb/pg/migrations of that version.
  superuser_psql cfssl -Xq <<'SQL'
create table certificates (
    serial_number bytea not null, authority_key_identifier bytea not null, ca_label bytea, status bytea not null, reason int,
    expiry timestamptz, revoked_at timestamptz, pem bytea not null, primary key (serial_number, authority_key_identifier));
create table ocsp_responses (
    serial_number bytea not null, authority_key_identifier bytea not null, body bytea not null, expiry timestamptz,
    primary key (serial_number, authority_key_identifier),
    foreign key (serial_number, authority_key_identifier) references certificates (serial_number, authority_key_identifier));
SQL
  make_peer_certificates >>"$logs/peer.log" 2>&1
  cat >"$peer/config.json" <<'JSON'
{"signing": {"default": {"expiry": "87600h", "usages": ["digital signature", "client auth"]}}}
JSON
  printf '{"driver": "postgres", "data_source": "postgres://postgres:%s@127.0.0.1:%s/cfssl?sslmode=disable"}\n' \
    "$(<"$secrets/postgres")" "$(remembered_port postgres)" >"$peer/db.json"
  port=$(free_port peer)
  start_process peer cfssl serve -address 127.0.0.1 -port "$port" -ca "$peer/ca.pem" -ca-key "$peer/ca.key" -config "$peer/config.json" \
    -db-config "$peer/db.json" -tls-cert "$peer/server.pem" -tls-key "$peer/server.key" -mutual-tls-ca "$peer/ca.pem" -loglevel 4
  peer_address=https://127.0.0.1:$port
  wait_until 30 peer curl -fsS --max-time 5 --cacert "$peer/ca.pem" --cert "$peer/client.pem" --key "$peer/client.key" \
    --data '{"label": ""}' "$peer_address/api/v1/cfssl/info"
}

make_peer_certificates() {
  local name
  openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 30 -subj /CN=peer -keyout "$peer/ca.key" -out "$peer/ca.pem"
  for name in server client; do
    openssl req -new -newkey rsa:2048 -nodes -sha256 -subj "/CN=$name" -keyout "$peer/$name.key" -out "$peer/$name.csr"
    openssl x509 -req -in "$peer/$name.csr" -CA "$peer/ca.pem" -CAkey "$peer/ca.key" -CAcreateserial -days 30 -out "$peer/$name.pem" \
      -extfile <(echo 'subjectAltName = IP:127.0.0.1')
  done
}

# cfssl is front door and key room in one: its CPU time stands in the key room's column.
load_peer() {
  run_program load --kind peer --url "$peer_address" --root "$peer/ca.pem" --certificate "$peer/client.pem" --key "$peer/client.key" \
    --devices "$devices" --cursor "$run_folder/cursor" --signer "$(running_pid peer)" --postgres "$(postmaster_pid)" "$@"
}
