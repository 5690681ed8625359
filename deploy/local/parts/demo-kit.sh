# shellcheck shell=bash
# The tenant kit, in use: unpacked, the provider's key laid beside it, nginx started from it as it is.

# Outside of .local, which only its owner may enter: nginx's workers are another user.
make_kit_folder() {
  kit=$(mktemp -d /tmp/sa-demo-kit.XXXXXX)
  printf '%s\n' "$kit" >"$local_folder/demo-kit"
  chmod 755 "$kit"
}

unpack_kit() {
  local port
  port=$(free_port kit)
  (umask 022 && as_provider kit "$(<"$demo/sprov.callme.com/id")" --unpack "$kit" --generation sipura --listen "127.0.0.1:$port" 2>&1)
  cp "$demo/sprov.callme.com/provserver.key" "$kit/provserver.key"
  printf '<flat-profile><!-- %s --></flat-profile>\n' "$(mac_of "$first_device")" >"$kit/www/$(mac_of "$first_device").cfg"
  chmod 644 "$kit"/www/*
  find "$kit" -type f -printf '%P\n' | sort | paste -sd ' ' | fold -sw 110
}

# The README's line, as it stands there.
fetch_kit_lists() {
  (umask 022 && cd "$kit" && eval "$(grep -o 'sh fetch-crl.sh .*' README.txt)")
}

start_kit() {
  (cd "$kit" && "$(nginx_program)" -p "$kit" -c nginx.conf -t 2>&1 | tail -n 1)
  start_process kit "$(nginx_program)" -p "$kit" -c nginx.conf -g 'daemon off;'
  wait_until 10 kit kit_answers
}

kit_answers() { ! port_is_free "$(remembered_port kit)"; }

phone_at_kit() {
  local own asked
  own=$(mac_of "$first_device")
  asked=$1
  "$signctl_program" phone "https://sprov.callme.com:$(remembered_port kit)/$asked.cfg" --root "$kit/server-roots/sipura.pem" \
    --cert "$line/$own.crt" --key "$line/$own.key" --mac "$own" --resolver "127.0.0.1:$(remembered_port resolver)" --out "$demo/fetched.cfg"
}

phone_is_served_by_kit() {
  rm -f "$demo/fetched.cfg"
  # shellcheck disable=SC2016
  phone_at_kit '$MAU'
  cmp "$demo/fetched.cfg" "$kit/www/$(mac_of "$first_device").cfg"
}

phone_is_refused_by_kit() {
  local status=0
  phone_at_kit "$(mac_of $((first_device + 1)))" >"$demo/refusal" 2>&1 || status=$?
  cat "$demo/refusal"
  expect 'exit status' 2 "$status"
  grep -q '^other-device-file' "$demo/refusal"
}

issue_test_device() {
  local number=$((16#FFFF00 + RANDOM % 256))
  test_mac=$(mac_of "$number")
  printf '%s\n' "$test_mac" >"$demo/test-mac"
  operator test-device --mac "$test_mac" --product SPA962 --out-certificate "$demo/test.crt" --out-key "$demo/test.key" 2>&1
}

check_kit_server() {
  local status=0
  as_provider check-server "https://sprov.callme.com:$(remembered_port kit)" --device SPA962,SPA504G@7.5.6 \
    --cert "$demo/test.crt" --key "$demo/test.key" --other-mac "$(mac_of "$first_device")" --resolver "127.0.0.1:$(remembered_port resolver)" || status=$?
  # The SPA504G has another generation, whose certificate this server does not send: said, with what to mend.
  expect 'exit status' 2 "$status"
}

stop_kit() {
  stop_process kit
  if [[ -s $local_folder/demo-kit ]]; then
    kit=$(<"$local_folder/demo-kit")
    [[ $kit == /tmp/sa-demo-kit.* ]] && rm -rf "$kit"
    rm -f "$local_folder/demo-kit"
  fi
}

use_kit() {
  heading "The provider's kit"
  make_kit_folder
  step "signctl kit unpacks certificates, client roots and configurations; the key is laid beside them" unpack_kit
  step "its fetch-crl.sh brings the lists of revoked devices" fetch_kit_lists
  step "nginx starts from it as it is" start_kit
  step "a phone fetches its file through it" phone_is_served_by_kit
  step "and not another's" phone_is_refused_by_kit
  step "an operator issues a device for tests, in the MAC range that no unit gets" issue_test_device
  step "signctl check-server: which phones would accept this server, and what to mend for the others" check_kit_server
}
