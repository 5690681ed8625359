# shellcheck shell=bash
# A provider's way from `openssl req` to the installed certificate, for the three CSRs of the vendor's guides.

guide_names=(sprov.callme.com pv.telco.net/mailto:admin@telco.net prof.voice.com/info@voice.com)

fqdn_of() { printf '%s\n' "${1%%/*}"; }

make_csr() {
  local name=$1 folder
  folder=$demo/$(fqdn_of "$name")
  mkdir -p "$folder"
  # In -subj a slash separates attributes; the one inside the CN is escaped.
  openssl req -new -newkey rsa:2048 -nodes -sha256 -subj "/CN=${name//\//\\/}" \
    -keyout "$folder/provserver.key" -out "$folder/provserver.csr" 2>/dev/null
  openssl req -in "$folder/provserver.csr" -noout -subject -nameopt RFC2253
}

upload_csr() {
  local folder status
  folder=$demo/$(fqdn_of "$1")
  status=$(call provider POST '/api/v1/provider/requests?device=SPA962&device=SPA504G' \
    --header 'Content-Type: application/pkcs10' --data-binary "@$folder/provserver.csr")
  [[ $status == 202 ]] || cat "$demo/answer"
  expect 'HTTP status' 202 "$status"
  jq -r .id "$demo/answer" >"$folder/id"
  jq -r '"request \(.id), \(.status)"' "$demo/answer"
}

wait_for_certificates() {
  local folder
  folder=$demo/$(fqdn_of "$1")
  call provider GET "/api/v1/provider/requests/$(<"$folder/id")?wait=30" >/dev/null
  cp "$demo/answer" "$folder/request.json"
  expect status Issued "$(jq -r .status "$folder/request.json")"
  jq -r '.certificates[] | "\(.generation): serial number \(.serialNumber), until \(.notAfter)"' "$folder/request.json"
  jq -r '.certificates[].generation' "$folder/request.json" >"$folder/generations"
  (($(wc -l <"$folder/generations") >= 2))
}

# One certificate a generation in three forms; the three must be one and the same certificate.
download_certificates() {
  local folder generation format seen
  folder=$demo/$(fqdn_of "$1")
  while read -r generation; do
    for format in pem der p7b; do
      expect "HTTP status of $generation.$format" 200 \
        "$(call provider GET "/api/v1/provider/requests/$(<"$folder/id")/certificates/$generation.$format")"
      mv "$demo/answer" "$folder/$generation.$format"
    done
    seen=$({
      openssl x509 -in "$folder/$generation.pem" -noout -fingerprint -sha256
      openssl x509 -in "$folder/$generation.der" -inform DER -noout -fingerprint -sha256
      first_of_pkcs7 "$folder/$generation.p7b" | openssl x509 -noout -fingerprint -sha256
    } | sort -u)
    expect "certificates of $generation" 1 "$(wc -l <<<"$seen")"
    printf '%s.{pem,der,p7b}  %s\n' "$generation" "${seen#*=}"
  done <"$folder/generations"
}

# PKCS#7 comes as PEM or DER, whichever the service sends.
first_of_pkcs7() {
  openssl pkcs7 -in "$1" -print_certs 2>/dev/null || openssl pkcs7 -inform DER -in "$1" -print_certs
}

download_roots() {
  local generation
  mkdir -p "$demo/roots"
  fetch_root client-bundle.pem "$demo/roots/client-bundle.pem"
  fetch_root server-bundle.pem "$demo/roots/server-bundle.pem"
  fetch_root spacroot.crt "$demo/roots/spacroot.crt"
  cat "$demo"/*/generations | sort -u >"$demo/generations"
  while read -r generation; do fetch_root "$generation.pem" "$demo/roots/$generation.pem"; done <"$demo/generations"
  printf 'client roots: %s certificate(s); server roots: %s\n' "$(grep -c BEGIN "$demo/roots/client-bundle.pem")" \
    "$(grep -c BEGIN "$demo/roots/server-bundle.pem")"
}

verify_certificates() {
  local folder generation
  folder=$demo/$(fqdn_of "$1")
  while read -r generation; do
    openssl verify -x509_strict -purpose sslserver -verify_hostname "$(fqdn_of "$1")" \
      -CAfile "$demo/roots/$generation.pem" "$folder/$generation.pem" >"$demo/verified"
    printf '%s: verified against %s\n' "$generation" "$(openssl x509 -in "$demo/roots/$generation.pem" -noout -subject -nameopt RFC2253)"
  done <"$folder/generations"
}

follow_provider() {
  local name
  for name in "${guide_names[@]}"; do
    heading "Provider: $name"
    step "openssl req makes the CSR" make_csr "$name"
    step "curl uploads it for SPA962 and SPA504G" upload_csr "$name"
    step "one certificate a generation is signed" wait_for_certificates "$name"
    step "downloaded as PEM, DER and PKCS#7" download_certificates "$name"
  done
  heading "Roots"
  step "downloaded, with the client-root bundle" download_roots
  for name in "${guide_names[@]}"; do
    step "openssl verify accepts the certificates of $(fqdn_of "$name")" verify_certificates "$name"
  done
}
