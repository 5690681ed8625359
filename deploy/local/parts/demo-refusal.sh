# shellcheck shell=bash
# A refusal teaches: every broken rule at once, each with the line that mends it, and the second try passes.

second_try=$demo/second-try

# The guides' own example key has 1024 bits; the challenge password is what openssl asks everybody for.
send_weak_csr() {
  local status
  mkdir -p "$second_try"
  printf '[req]\nprompt=no\ndistinguished_name=dn\nattributes=attributes\n[dn]\nCN=second.callme.com\n[attributes]\nchallengePassword=secret\n' \
    >"$second_try/openssl.cnf"
  openssl req -new -newkey rsa:1024 -nodes -sha256 -config "$second_try/openssl.cnf" \
    -keyout "$second_try/provserver.key" -out "$second_try/provserver.csr" 2>/dev/null
  status=$(call provider POST '/api/v1/provider/requests?device=SPA962&device=SPA504G' \
    --header 'Content-Type: application/pkcs10' --data-binary "@$second_try/provserver.csr")
  expect 'HTTP status' 422 "$status"
  show_violations
  expect 'codes' 'challenge-password key-too-small' "$(jq -r '[.violations[].code] | sort | join(" ")' "$demo/answer")"
  jq -r '.violations[] | select(.code == "key-too-small") | .fix' "$demo/answer" >"$second_try/fix"
}

# The line is run as the refusal gave it: it carries the provider's own name.
do_as_told() {
  (cd "$second_try" && bash "$second_try/fix" 2>/dev/null)
  printf '$ %s\n' "$(<"$second_try/fix")"
  openssl req -in "$second_try/provserver.csr" -noout -subject -nameopt RFC2253
}

check_offline() { "$signctl_program" check "$second_try/provserver.csr" --device SPA962 --device SPA504G@7.5.6 --name callme.com; }

try_dry() {
  expect 'HTTP status' 200 "$(call provider POST '/api/v1/provider/requests?device=SPA962&device=SPA504G&dryRun=true' \
    --header 'Content-Type: application/pkcs10' --data-binary "@$second_try/provserver.csr")"
  jq -r '"accepted: \(.accepted); nothing is queued"' "$demo/answer"
}

try_again() {
  expect 'HTTP status' 202 "$(call provider POST '/api/v1/provider/requests?device=SPA962&device=SPA504G' \
    --header 'Content-Type: application/pkcs10' --data-binary "@$second_try/provserver.csr")"
  jq -r .id "$demo/answer" >"$second_try/id"
  call provider GET "/api/v1/provider/requests/$(<"$second_try/id")?wait=30" >/dev/null
  expect status Issued "$(jq -r .status "$demo/answer")"
  jq -r '.certificates[] | "\(.generation): until \(.notAfter)"' "$demo/answer"
}

learn_from_refusal() {
  heading "A refusal and its second try"
  step "a CSR with a 1024-bit key and a challenge password is refused; each rule says how to mend it" send_weak_csr
  step "the refusal's own line makes another" do_as_told
  step "signctl check: the same rules, offline, and which phones will accept the result" check_offline
  step "a dry run at the service says the same" try_dry
  step "the second try is signed" try_again
}
