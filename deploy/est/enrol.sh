#!/bin/bash
# Enrols one unit as any EST client does (RFC 7030, RFC 8951), with nothing but curl and openssl, step by step with the
# RFC's sections. Leaves unit.key, unit.crt and client-roots.pem in the folder given.
#   EST_URL=https://ca.example:8443 EST_CACERT=service-root.pem EST_CERT=line-1.crt EST_KEY=line-1.key EST_ORDER=po-4711 \
#       ./enrol.sh '/OU=SPA962/serialNumber=FM500H000001/CN=000E08ABCDEF' folder
set -euo pipefail
[ $# -eq 2 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 64; }
subject=$1
mkdir -p "$2"
cd "$2"

# Section 3.2.2: the label is the production order; without one the authority chooses it.
est="$EST_URL/.well-known/est${EST_ORDER:+/$EST_ORDER}"

# Section 3.3.1: the server is known by the root given beforehand (section 3.6.1), nothing else is trusted.
ask() { curl --silent --show-error --fail-with-body --cacert "$EST_CACERT" --dump-header "$1.head" --output "$1" "${@:2}"; }
# Section 3.3.2: the station is known by its certificate.
ask_as_station() { ask "$@" --cert "$EST_CERT" --key "$EST_KEY"; }
# Section 3.2.4: the message's type stands in its header.
is_of_type() { grep -qi "^content-type: *$2" "$1.head" || { echo "$1 is no $2" >&2; exit 1; }; }
# Sections 4.1.3 and 4.2.3: base64 of a CMS SignedData that only carries certificates.
take_certificates() {
    is_of_type "$1" application/pkcs7-mime
    openssl base64 -d -in "$1" | openssl pkcs7 -inform DER -print_certs -out "$2"
}

echo "4.1 Distribution of CA certificates"
ask cacerts "$est/cacerts"
take_certificates cacerts client-roots.pem

echo "4.5 CSR attributes"
ask_as_station csrattrs "$est/csrattrs"
# Section 4.5.2: without attributes the answer would be 204 and nothing.
is_of_type csrattrs application/csrattrs
openssl base64 -d -in csrattrs | openssl asn1parse -inform DER | grep -o 'OBJECT *:.*'

echo "4.2.1 Simple enrollment"
[ -e unit.key ] || (umask 077 && openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out unit.key)
openssl req -new -sha256 -key unit.key -subj "$subject" -outform DER | openssl base64 -out request
send=(--header 'Content-Type: application/pkcs10' --header 'Content-Transfer-Encoding: base64' --data-binary)
while :; do
    ask_as_station enrolled "$est/simpleenroll" "${send[@]}" @request
    # Section 4.2.3: 202 says when to send the same request again.
    grep -q '^HTTP/[0-9.]* 202' enrolled.head || break
    sleep "$(tr -d '\r' <enrolled.head | sed -n 's/^[Rr]etry-[Aa]fter: *//p')"
done

echo "4.2.3 Simple enroll response"
take_certificates enrolled unit.crt
openssl verify -purpose sslclient -CAfile client-roots.pem unit.crt
[ "$(openssl x509 -in unit.crt -noout -pubkey)" = "$(openssl pkey -in unit.key -pubout)" ] || { echo "another unit's certificate" >&2; exit 1; }

echo "4.2.2 Simple re-enrollment"
openssl x509 -x509toreq -in unit.crt -signkey unit.key -out renewal.pem 2>/dev/null
openssl req -in renewal.pem -outform DER | openssl base64 -out renewal
ask_as_station renewed "$est/simplereenroll" "${send[@]}" @renewal
take_certificates renewed renewed.crt
# One certificate a device: the same key gets the one that it has.
cmp unit.crt renewed.crt

rm -f cacerts csrattrs enrolled renewed request renewal renewal.pem renewed.crt ./*.head
