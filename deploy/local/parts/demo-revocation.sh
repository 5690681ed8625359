# shellcheck shell=bash
# A stolen phone: accepted, revoked, turned away. What the providers' servers go by are the authority's lists, fetched as a provider does.

revocation=$demo/revocation
lists=$demo/client-crl.pem

# fetch_lists [COMMAND...]: deploy/nginx/fetch-crl.sh, as a provider's timer runs it.
fetch_lists() {
  "$repository/deploy/nginx/fetch-crl.sh" "$(plain_address)/crl/client-bundle.pem" "$demo/roots/client-bundle.pem" "$lists" "$@"
}

plain_address() { printf 'http://127.0.0.1:%s' "$(remembered_port api-plain)"; }

# Made by the key room as soon as it sees that there is none; a demo on a new set-up may be faster.
fetch_first_lists() {
  local deadline=$((SECONDS + 60))
  until fetch_lists 2>"$demo/fetch-error"; do
    ((SECONDS < deadline)) || {
      cat "$demo/fetch-error"
      return 1
    }
    sleep 0.5
  done
  openssl crl -in "$lists" -noout -issuer -crlnumber -nextupdate
}

stolen_is_served() { phone_is_served sprov.callme.com sprov.callme.com sipura "$(mac_of "$stolen")"; }

ask_responder() {
  openssl ocsp -issuer "$demo/roots/spacroot.crt" -cert "$line/$(mac_of "$1").crt" -url "$(plain_address)/ocsp/client" \
    -CAfile "$demo/roots/spacroot.crt" -no-CApath -no-CAstore -no_nonce >"$revocation/status" 2>&1
  grep -q '^Response verify OK' "$revocation/status"
  sed -n "s|^$line/||p" "$revocation/status"
  grep 'Reason\|Revocation Time' "$revocation/status" || true
}

responder_says() {
  ask_responder "$1"
  grep -q ": $2\$" "$revocation/status"
}

# By the unit's own key here: who reports a theft may have it or not; operators and officers need none.
revoke_stolen() {
  local mac
  mac=$(mac_of "$stolen")
  "$signctl_program" revoke --certificate "$line/$mac.crt" --key "$line/$mac.key" --reason keyCompromise \
    --url "$api_address" --cacert "$tls/authority.pem"
}

stolen_is_on_the_list() {
  local serial deadline=$((SECONDS + 60))
  serial=$(openssl x509 -in "$line/$(mac_of "$stolen").crt" -noout -serial | cut -d= -f2)
  until fetch_lists "$(nginx_program)" -p "$provisioning" -e "$logs/nginx-error.log" -c "$provisioning/nginx.conf" -s reload &&
    openssl crl -in "$lists" -noout -text | grep -A 4 "Serial Number: $serial" >"$revocation/entry"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.5
  done
  openssl crl -in "$lists" -noout -crlnumber -lastupdate -nextupdate
  cat "$revocation/entry"
}

# nginx' new workers read the new lists; the old ones answer until the reload is done.
stolen_is_turned_away() {
  local deadline=$((SECONDS + 15))
  until phone_refuses client-certificate-refused sprov.callme.com sprov.callme.com sipura "$(mac_of "$stolen")" "$(mac_of "$stolen")"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.3
  done
}

turn_stolen_phone_away() {
  heading "A stolen phone"
  mkdir -p "$revocation"
  local earlier=$first_device
  take_devices 1
  stolen=$first_device first_device=$earlier
  step "a phone gets its certificate" certify_one_device "$stolen" SPA962
  printf '<flat-profile><!-- %s --></flat-profile>\n' "$(mac_of "$stolen")" >"$provisioning/files/$(mac_of "$stolen").cfg"
  step "and its file from the provider's server, which checks the authority's lists" stolen_is_served
  step "OCSP: good" responder_says "$stolen" good
  step "it is stolen: signctl revoke" revoke_stolen
  step "OCSP: revoked, at once" responder_says "$stolen" revoked
  step "it stands on the list, which fetch-crl.sh has brought to the provider" stolen_is_on_the_list
  step "the provider's server turns it away" stolen_is_turned_away
  step "other phones are served on" phone_is_served sprov.callme.com sprov.callme.com sipura "$(mac_of "$earlier")"
}
