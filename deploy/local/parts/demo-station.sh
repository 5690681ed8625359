# shellcheck shell=bash
# The factory line: one device at once, then a batch of 200. Each run takes device addresses that none before it took.

line=$demo/line
batch_size=200

# take_devices COUNT: sets $first_device to the first of COUNT unused numbers; address and serial number follow from it.
take_devices() {
  local counter=$local_folder/next-device
  first_device=$(cat "$counter" 2>/dev/null || echo 1)
  printf '%s\n' $((first_device + $1)) >"$counter"
}

mac_of() { printf '000E08%06X' "$1"; }
serial_of() { printf 'FM500H%06d' "$1"; }

# station METHOD-PATH [CURL-OPTION...]
station_call() {
  local path=$1
  shift
  curl --silent --show-error --max-time 300 --cacert "$tls/authority.pem" --cert "$station/line-1.crt" --key "$station/line-1.key" \
    --write-out '%{http_code}' "$@" "$api_address/api/v1/station/$path"
}

# make_device NUMBER PRODUCT: key and CSR as the unit itself would make them, and the station's request for it.
make_device() {
  local mac
  mac=$(mac_of "$1")
  openssl req -new -newkey rsa:2048 -nodes -sha256 -subj "/CN=$mac" -keyout "$line/$mac.key" -out "$line/$mac.csr" 2>/dev/null
  jq -cn --arg mac "$mac" --arg serial "$(serial_of "$1")" --arg product "$2" --rawfile csr "$line/$mac.csr" \
    '{mac: $mac, serial: $serial, product: $product, csr: $csr}' >"$line/$mac.json"
}

certify_one_device() {
  local mac status
  mac=$(mac_of "$1")
  make_device "$1" "$2"
  status=$(station_call devices --json "@$line/$mac.json" --output "$line/answer")
  [[ $status == 201 ]] || cat "$line/answer"
  expect 'HTTP status' 201 "$status"
  jq -r .certificate "$line/answer" >"$line/$mac.crt"
  openssl verify -x509_strict -purpose sslclient -CAfile "$demo/roots/spacroot.crt" "$line/$mac.crt" >"$demo/verified"
  openssl x509 -in "$line/$mac.crt" -noout -subject -nameopt RFC2253
}

# A line that lost the answer asks again: the same certificate, byte for byte.
ask_again() {
  local mac
  mac=$(mac_of "$1")
  expect 'HTTP status' 200 "$(station_call devices --json "@$line/$mac.json" --output "$line/answer-again")"
  expect 'sha256' "$(jq -r .sha256 "$line/answer")" "$(jq -r .sha256 "$line/answer-again")"
  jq -r '"sha256 \(.sha256)"' "$line/answer-again"
}

# openssl takes a moment for 200 keys: as many at a time as there are processors, with the count on the way.
make_batch() {
  local first=$1 next=0 i mac
  while ((next < batch_size)); do
    for ((i = 0; i < $(nproc) && next < batch_size; i++, next++)); do make_device $((first + next)) SPA962 & done
    wait
    ((next % 40 != 0)) || printf '      %d of %d keys\n' "$next" "$batch_size"
  done
  for ((i = 0; i < batch_size; i++)); do
    mac=$(mac_of $((first + i)))
    cat "$line/$mac.json"
  done >"$line/batch.ndjson"
}

send_batch() {
  local status issued started=$EPOCHREALTIME
  status=$(station_call batches --header 'Content-Type: application/x-ndjson' --no-buffer \
    --data-binary "@$line/batch.ndjson" --output "$line/batch-answer.ndjson")
  expect 'HTTP status' 200 "$status"
  expect 'lines' "$batch_size" "$(wc -l <"$line/batch-answer.ndjson")"
  issued=$(jq -r 'select(.status == "Issued") | .mac' "$line/batch-answer.ndjson" | sort -u | wc -l)
  [[ $issued == "$batch_size" ]] || jq -c 'select(.status != "Issued")' "$line/batch-answer.ndjson" | head -n 3
  expect 'certificates for as many addresses' "$batch_size" "$issued"
  printf '%s certificates in %s ms\n' "$issued" "$(((${EPOCHREALTIME/./} - ${started/./}) / 1000))"
}

run_station() {
  heading "Factory station line-1, over mutual TLS"
  mkdir -p "$line"
  take_devices $((batch_size + 2))
  step "the request of a phone (SPA962) becomes its certificate at once" certify_one_device "$first_device" SPA962
  step "asked again: the same certificate" ask_again "$first_device"
  step "and that of another product (SPA504G)" certify_one_device $((first_device + 1)) SPA504G
  say "  … making $batch_size device keys and CSRs with openssl"
  make_batch $((first_device + 2))
  step "a batch of $batch_size as NDJSON" send_batch
}
