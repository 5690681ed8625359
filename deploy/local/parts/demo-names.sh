# shellcheck shell=bash
# A name that no operator registered: the provider proves it by a record in DNS, and may then ask certificates for it.

dns_records=()

# dnsmasq is the world's DNS of this demo: it knows the providers' names, and the records that are published on the way.
start_resolver() {
  local name arguments=()
  for name in "${guide_names[@]}" "$proven_name"; do arguments+=("--address=/$(fqdn_of "$name")/127.0.0.1"); done
  resolver_port=$(known_port resolver)
  start_process resolver "$(PATH=$PATH:/usr/sbin command -v dnsmasq)" --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts \
    --user="$(id -un)" --pid-file= --listen-address=127.0.0.1 --bind-interfaces --port="$resolver_port" "${arguments[@]}" "${dns_records[@]}"
  wait_until 10 resolver resolver_answers
  printf 'A records of %s %s\n' "${guide_names[*]%%/*}" "$proven_name"
}

resolver_answers() { ! port_is_free "$(remembered_port resolver)"; }

make_unproven_csr() {
  mkdir -p "$demo/$proven_name"
  openssl req -new -newkey rsa:2048 -nodes -sha256 -subj "/CN=$proven_name" \
    -keyout "$demo/$proven_name/provserver.key" -out "$demo/$proven_name/provserver.csr" 2>/dev/null
}

upload_unproven() {
  make_unproven_csr
  expect 'HTTP status' 422 "$(call provider POST '/api/v1/provider/requests?device=SPA962' \
    --header 'Content-Type: application/pkcs10' --data-binary "@$demo/$proven_name/provserver.csr")"
  show_violations
  expect 'code' name-not-registered "$(jq -r '.violations[0].code' "$demo/answer")"
}

ask_for_challenge() {
  as_provider name prove "$proven_name" --dns >"$demo/challenge"
  jq -r '.how' "$demo/challenge"
}

publish_record() {
  dns_records=("--txt-record=$(jq -r .record "$demo/challenge"),$(jq -r .value "$demo/challenge")")
  stop_process resolver >/dev/null
  start_resolver >/dev/null
}

prove_it() {
  as_provider name prove "$proven_name" --dns --wait 60 >"$demo/proof" 2>"$demo/proof.log" || { cat "$demo/proof.log"; return 1; }
  expect status proven "$(jq -r .status "$demo/proof")"
  as_provider name list | jq -r --arg name "$proven_name" '.names[] | select(.name == $name) | "\(.name): \(.status), until \(.validUntil)"'
}

upload_proven() {
  expect 'HTTP status' 202 "$(call provider POST '/api/v1/provider/requests?device=SPA962&address=127.0.0.2' \
    --header 'Content-Type: application/pkcs10' --data-binary "@$demo/$proven_name/provserver.csr")"
  jq -r .id "$demo/answer" >"$demo/$proven_name/id"
  call provider GET "/api/v1/provider/requests/$(<"$demo/$proven_name/id")?wait=30" >/dev/null
  expect status Issued "$(jq -r .status "$demo/answer")"
}

# The address given is not the A record's: said, and nothing is held up.
address_is_warned_of() {
  local deadline=$((SECONDS + 30))
  until call provider GET "/api/v1/provider/requests/$(<"$demo/$proven_name/id")" >/dev/null && jq -e '.warnings | length > 0' "$demo/answer" >/dev/null; do
    ((SECONDS < deadline)) || return 1
    sleep 0.3
  done
  jq -r '.warnings[] | "\(.code): \(.message)"' "$demo/answer"
}

prove_name() {
  proven_name=phones-$first_device.example.org
  heading "A name that the provider proves"
  step "dnsmasq answers for the providers' names" start_resolver
  step "nobody registered $proven_name: refused" upload_unproven
  step "signctl name prove says which record to publish" ask_for_challenge
  # Not a step: it remembers the record for the next start of the resolver.
  publish_record
  step "the record stands in DNS; the authority looks, and the name is proven" prove_it
  step "the same CSR is now signed" upload_proven
  step "its A record is another address than the provider gave: a warning, no refusal" address_is_warned_of
}
