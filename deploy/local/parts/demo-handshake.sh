# shellcheck shell=bash
# nginx as the providers' provisioning servers, from the example in deploy/nginx; signctl as the phones.

provisioning=$demo/provisioning
example=$repository/deploy/nginx/provserver.conf

# make_server NAME PORT LABEL CERTIFICATE KEY: one server { } of the example, with our folders and port.
make_server() {
  local name=$1 port=$2 folder=$provisioning/$3-$2
  mkdir -p "$folder"
  cp "$4" "$folder/provserver.crt"
  cp "$5" "$folder/provserver.key"
  cp "$demo/roots/client-bundle.pem" "$folder/client-bundle.pem"
  sed -n '/^server {/,$p' "$example" | sed \
    -e "s|listen 443 ssl;|listen 127.0.0.1:$port ssl;|" \
    -e "s|server_name [^;]*;|server_name $name;|" \
    -e "s|/etc/nginx/provisioning/client-crl.pem|$lists|" \
    -e "s|/etc/nginx/provisioning/|$folder/|" \
    -e "s|root /srv/provisioning;|root $provisioning/files;|" >"$provisioning/$3-$2.conf"
}

# The stranger's root has the very name of the real one: only the key tells them apart.
make_spoof() {
  local folder=$demo/spoof subject
  mkdir -p "$folder"
  subject=$(openssl x509 -in "$demo/roots/sipura.pem" -noout -subject -nameopt compat | sed 's/^subject=//')
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "$subject" -keyout "$folder/root.key" -out "$folder/root.pem" 2>/dev/null
  openssl req -new -newkey rsa:2048 -nodes -subj /CN=sprov.callme.com -keyout "$folder/server.key" -out "$folder/server.csr" 2>/dev/null
  openssl x509 -req -in "$folder/server.csr" -CA "$folder/root.pem" -CAkey "$folder/root.key" -days 30 -out "$folder/server.crt" \
    -extfile <(printf 'subjectAltName=DNS:sprov.callme.com\nkeyUsage=digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth\n') 2>/dev/null
}

write_provisioning() {
  local name fqdn port
  mkdir -p "$provisioning/files" "$provisioning/temporary"
  for name in $(mac_of "$first_device") $(mac_of $((first_device + 1))); do
    printf '<flat-profile><!-- %s --></flat-profile>\n' "$name" >"$provisioning/files/$name.cfg"
  done
  for name in "${guide_names[@]}"; do
    fqdn=$(fqdn_of "$name")
    port=$(free_port "provisioning-$fqdn")
    make_server "$fqdn" "$port" "$fqdn" "$demo/$fqdn/sipura.pem" "$demo/$fqdn/provserver.key"
  done
  port=$(free_port provisioning-newer)
  make_server sprov.callme.com "$port" newer "$demo/sprov.callme.com/cisco-sb.pem" "$demo/sprov.callme.com/provserver.key"
  make_spoof
  port=$(free_port provisioning-spoof)
  make_server sprov.callme.com "$port" spoof "$demo/spoof/server.crt" "$demo/spoof/server.key"
  write_nginx_frame
}

# As root, workers would become another user, who may not read this folder.
write_nginx_frame() {
  local kind
  {
    [[ $(id -u) != 0 ]] || printf 'user root;\n'
    printf 'daemon off;\npid %s;\nerror_log %s;\nevents {}\nhttp {\n' "$provisioning/nginx.pid" "$logs/nginx-error.log"
    printf 'access_log %s;\n' "$logs/nginx-access.log"
    for kind in client_body proxy fastcgi uwsgi scgi; do printf '%s_temp_path %s;\n' "$kind" "$provisioning/temporary/$kind"; done
    sed '/^server {/,$d' "$example"
    printf 'include %s;\n}\n' "$provisioning/*-*.conf"
  } >"$provisioning/nginx.conf"
}

nginx_program() { PATH=$PATH:/usr/sbin command -v nginx; }

start_provisioning() {
  start_process nginx "$(nginx_program)" -p "$provisioning" -e "$logs/nginx-error.log" -c "$provisioning/nginx.conf"
  wait_until 10 nginx provisioning_answers
  printf 'listening on %s\n' "$(grep -h listen "$provisioning"/*-*.conf | tr -d ';' | awk '{print $2}' | tr '\n' ' ')"
}

provisioning_answers() { ! port_is_free "$(remembered_port provisioning-spoof)"; }

# phone NAME SERVER GENERATION DEVICE ADDRESS-OF: signctl as the phone DEVICE, asking SERVER for the file of ADDRESS-OF.
phone() {
  local fqdn=$1 server=$2 generation=$3 mac=$4 file=$5
  "$signctl_program" phone "https://$fqdn:$(remembered_port "provisioning-$server")/$file.cfg" --root "$demo/roots/$generation.pem" \
    --cert "$line/$mac.crt" --key "$line/$mac.key" --mac "$mac" --resolver "127.0.0.1:$(remembered_port resolver)" \
    --out "$demo/fetched.cfg"
}

# phone_is_served NAME SERVER GENERATION DEVICE: the phone itself puts its address in the place of $MAU.
phone_is_served() {
  local mac=$4
  rm -f "$demo/fetched.cfg"
  # shellcheck disable=SC2016
  phone "$1" "$2" "$3" "$mac" '$MAU'
  cmp "$demo/fetched.cfg" "$provisioning/files/$mac.cfg"
}

# phone_refuses CODE PHONE-ARGUMENT...: exit status 2, and the reason with its stable code.
phone_refuses() {
  local code=$1 status=0
  shift
  phone "$@" >"$demo/refusal" 2>&1 || status=$?
  cat "$demo/refusal"
  expect 'exit status' 2 "$status"
  grep -q "^$code" "$demo/refusal" || expect 'reason' "$code" "$(cut -d: -f1 "$demo/refusal")"
}

browser_is_refused() {
  local status
  status=$(curl --silent --show-error --max-time 20 --cacert "$demo/roots/sipura.pem" --output "$demo/answer" --write-out '%{http_code}' \
    --resolve "sprov.callme.com:$(remembered_port provisioning-sprov.callme.com):127.0.0.1" \
    "https://sprov.callme.com:$(remembered_port provisioning-sprov.callme.com)/$(mac_of "$first_device").cfg")
  expect 'HTTP status' 400 "$status"
  sed -n 's|.*<center>\(No .*\)</center>.*|HTTP 400: \1|p' "$demo/answer"
}

stop_provisioning() {
  stop_process nginx
  stop_kit
  stop_process resolver
}

shake_hands() {
  local name own other
  own=$(mac_of "$first_device")
  other=$(mac_of $((first_device + 1)))
  heading "Provisioning servers (nginx) and phones (signctl phone)"
  step "fetch-crl.sh brings the lists of revoked devices, which the servers check" fetch_first_lists
  step "the providers' servers and a spoofed one are written from deploy/nginx" write_provisioning
  step "nginx runs, verifying clients with its default depth" start_provisioning
  for name in "${guide_names[@]}"; do
    step "the phone accepts $(fqdn_of "$name") and fetches /\$MAU.cfg" \
      phone_is_served "$(fqdn_of "$name")" "$(fqdn_of "$name")" sipura "$own"
  done
  step "an SPA504G, of another generation, accepts the server that has its generation's certificate" \
    phone_is_served sprov.callme.com newer cisco-sb "$other"
  heading "Refused, each with its reason"
  step "a browser without a client certificate" browser_is_refused
  step "a spoofed server, its certificate signed by another CA of the same name" \
    phone_refuses chain-not-to-root sprov.callme.com spoof sipura "$own" "$own"
  step "a phone of the wrong generation: the SPA504G, at the server for the SPA962" \
    phone_refuses chain-not-to-root sprov.callme.com sprov.callme.com cisco-sb "$other" "$other"
  step "a device that asks for another's file ($other.cfg)" \
    phone_refuses other-device-file sprov.callme.com sprov.callme.com sipura "$own" "$other"
}
