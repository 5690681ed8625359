# shellcheck shell=bash
# The evidence, handed out and checked by somebody who does not trust this machine: with the log's public key alone, receipts
# without a network, the whole log from a copy of its files.

evidence=$demo/evidence

# as_auditor COMMAND...: signctl with the auditor's sign-in and the log's public key.
as_auditor() {
  env SA_URL="$api_address" SA_CACERT="$tls/authority.pem" SA_AUDITOR_TOKEN="$(<"$secrets/token-auditor")" SA_LOG_KEY="$log_key" \
    "$signctl_program" log "$@" 2>&1
}

# offline COMMAND...: signctl with no network at all, where the kernel lets this user make a namespace of its own.
offline() {
  local apart=(unshare --map-root-user --net)
  "${apart[@]}" true 2>/dev/null || apart=()
  "${apart[@]}" env --unset=SA_URL SA_LOG_KEY="$log_key" "$signctl_program" log "$@" 2>&1
}

# refused_as NAME COMMAND...: it must say no, and by that name.
refused_as() {
  local name=$1 status=0
  shift
  "$@" >"$evidence/refusal" || status=$?
  cat "$evidence/refusal"
  expect 'exit status' 2 "$status"
  grep -q "^signctl: $name: " "$evidence/refusal"
}

show_log_key() { "$signctl_program" log key show "$log_key" | head -n 3; }

# The log takes up to a second to give an entry its place: the service waits for it.
hand_out_receipt() {
  local folder generation
  folder=$demo/sprov.callme.com
  generation=$(head -n 1 "$folder/generations")
  cp "$folder/$generation.pem" "$evidence/provserver.crt"
  expect 'HTTP status' 200 "$(call provider GET "/api/v1/provider/requests/$(<"$folder/id")/certificates/$generation.tlog-proof?wait=30")"
  mv "$demo/answer" "$evidence/provserver.tlog-proof"
  printf '%s, %s octets\n' provserver.tlog-proof "$(stat -c %s "$evidence/provserver.tlog-proof")"
}

hand_out_device_receipt() {
  local mac fingerprint
  mac=$(mac_of "$first_device")
  fingerprint=$(openssl x509 -in "$line/$mac.crt" -outform DER | sha256sum | cut -d ' ' -f 1)
  cp "$line/$mac.crt" "$evidence/device.crt"
  expect 'HTTP status' 200 "$(station_call "receipts/$fingerprint.tlog-proof?wait=30" --output "$evidence/device.tlog-proof")"
  offline check-receipt "$evidence/device.crt" "$evidence/device.tlog-proof"
}

check_receipt_offline() { offline check-receipt "$evidence/provserver.crt" "$evidence/provserver.tlog-proof"; }

check_receipt_of_another() {
  refused_as another-certificate offline check-receipt "$evidence/device.crt" "$evidence/provserver.tlog-proof"
}

cosign() {
  as_auditor key make --name witness.example.org/demo --out "$evidence/witness.key" --public "$evidence/witness.pub" >/dev/null
  as_auditor witness --key "$evidence/witness.key" --log-key "$log_key" --state "$evidence/witness.state" --once \
    --out "$evidence/cosigned.checkpoint"
}

mirror_log() { as_auditor mirror --to "$evidence/mirror"; }

verify_mirror() { offline verify "$evidence/mirror"; }

# Somebody edits an entry in the copy: who asked for a certificate is now somebody else.
edit_an_entry() {
  local bundle
  bundle=$(grep -rl 'provider/demo' "$evidence/mirror/tile/entries" | sort | head -n 1)
  sed -i '0,\|provider/demo|s||provider/evil|' "$bundle"
  refused_as entry-altered offline verify "$evidence/mirror"
}

hand_out_evidence() {
  heading "Evidence: receipts and the log, checked with one public key"
  mkdir -p "$evidence"
  step "the log's public key, as auditors have it" show_log_key
  step "the provider downloads its certificate's receipt" hand_out_receipt
  step "signctl log check-receipt proves it, offline" check_receipt_offline
  step "the station's unit has one too" hand_out_device_receipt
  step "a receipt does not prove another certificate" check_receipt_of_another
  step "a witness remembers the log's checkpoint and cosigns it" cosign
  step "an auditor copies the log: tiles, entries, checkpoint" mirror_log
  step "and verifies the whole of it, offline" verify_mirror
  step "one entry edited in a copy is found and named" edit_an_entry
}
