# shellcheck shell=bash
# Approval by two: a generation whose requests two different officers must approve, each with a key of their own.

officers=$local_folder/officers
officer_names=(duty-officer second-officer)

# as_officer NAME COMMAND...
as_officer() {
  local name=$1
  shift
  env SA_URL="$api_address" SA_CACERT="$tls/authority.pem" SA_OFFICER_TOKEN="$(<"$officers/$name.token")" "$signctl_program" officer "$@"
}

# A run that was interrupted between key and token leaves an officer whose token nobody has: such a one is made again.
register_officers() {
  local name
  mkdir -p "$officers"
  for name in "${officer_names[@]}"; do
    [[ ! -s $officers/$name.token ]] || continue
    operator officer revoke "$name" >/dev/null 2>&1 || true
    rm -f "$officers/$name".*
    printf '%s: key SHA-256 %s\n' "$name" "$("$signctl_program" officer keygen --out "$officers/$name.key" --public "$officers/$name.pub" 2>/dev/null)"
    operator officer add "$name" --public-key "$officers/$name.pub" >"$officers/$name.token.new" 2>>"$logs/operator.log"
    mv "$officers/$name.token.new" "$officers/$name.token"
  done
}

require_two() { operator approval set demo --generation cisco-2k --mode TwoOfficers; }

upload_for_approval() {
  mkdir -p "$demo/approval"
  openssl req -new -newkey rsa:2048 -nodes -sha256 -subj '/CN=gold.callme.com' \
    -keyout "$demo/approval/provserver.key" -out "$demo/approval/provserver.csr" 2>/dev/null
  expect 'HTTP status' 202 "$(call provider POST '/api/v1/provider/requests?device=SPA504G@7.5.6' \
    --header 'Content-Type: application/pkcs10' --data-binary "@$demo/approval/provserver.csr")"
  jq -r .id "$demo/answer" >"$demo/approval/id"
  expect status AwaitingApproval "$(jq -r .status "$demo/answer")"
  jq -r '"\(.status): \(.approvalsGiven // 0) of \(.approvalsNeeded), until \(.approvalExpiresAt)"' "$demo/answer"
}

show_to_officer() {
  as_officer "${officer_names[0]}" show "$(<"$demo/approval/id")" >"$demo/approval/review"
  jq -r '"\(.fqdn), \(.facts.keyBits) bits, \(.facts.signatureAlgorithm); of \(.history.provider), \(.history.requests.Issued // 0) issued before; looks like: \([.nearDuplicates[]?.name] | join(", ") | if . == "" then "no other name" else . end)"' \
    "$demo/approval/review"
}

approve() {
  as_officer "$1" approve "$(<"$demo/approval/id")" --reason "customer called back" --key "$officers/$1.key" >"$demo/approval/$1"
  jq -r '"\(.status): \(.approvalsGiven) of \(.approvalsNeeded)"' "$demo/approval/$1"
}

approve_twice() {
  local status=0
  as_officer "$1" approve "$(<"$demo/approval/id")" --reason "once more" --key "$officers/$1.key" >"$demo/refusal" 2>&1 || status=$?
  cat "$demo/refusal"
  ((status != 0))
}

approved_is_signed() {
  call provider GET "/api/v1/provider/requests/$(<"$demo/approval/id")?wait=30" >/dev/null
  expect status Issued "$(jq -r .status "$demo/answer")"
  jq -r '.certificates[] | "\(.generation): until \(.notAfter)"' "$demo/answer"
}

approve_by_two() {
  heading "Approval by two officers"
  step "two officers, each with a key of their own" register_officers
  step "an operator asks for two approvals for generation cisco-2k" require_two
  step "a request for an SPA504G with firmware 7.5.6 waits" upload_for_approval
  step "an officer sees what there is to decide by" show_to_officer
  step "the first officer approves: a statement signed with the officer's own key" approve "${officer_names[0]}"
  step "the same officer can't approve twice" approve_twice "${officer_names[0]}"
  step "the second approves" approve "${officer_names[1]}"
  step "and it is signed" approved_is_signed
  step "the generation is as the policy says again" operator approval set demo --generation cisco-2k --mode Policy
}
