#!/usr/bin/env bash
# Makes the container's SoftHSM token when a ceremony finds none, then runs the Signer. A token is never made by
# anything but a ceremony: a Signer whose volume is missing must wait and say so, not start with an empty token.
set -euo pipefail
: "${SOFTHSM2_CONF:?}" "${Keys__Pkcs11__Module:?}" "${Keys__Pkcs11__PinFile:?}"

token_folder=$(dirname "$SOFTHSM2_CONF")
if [[ ${1:-} == ceremony && -n ${Keys__Pkcs11__Token:-} && ! -f $token_folder/complete ]]; then
  umask 077
  rm -rf "$token_folder/objects"
  mkdir "$token_folder/objects"
  cat >"$SOFTHSM2_CONF" <<CONF
directories.tokendir = $token_folder/objects
objectstore.backend = file
log.level = ERROR
slots.removable = false
CONF
  SA_SO_PIN=$(cat /run/secrets/so-pin) SA_PIN=$(cat "$Keys__Pkcs11__PinFile")
  export SA_SO_PIN SA_PIN
  pkcs11-tool --module "$Keys__Pkcs11__Module" --slot-index 0 \
    --init-token --label "$Keys__Pkcs11__Token" --so-pin env:SA_SO_PIN
  pkcs11-tool --module "$Keys__Pkcs11__Module" --token-label "$Keys__Pkcs11__Token" \
    --login --login-type so --so-pin env:SA_SO_PIN --init-pin --new-pin env:SA_PIN
  unset SA_SO_PIN SA_PIN
  touch "$token_folder/complete"
fi
exec /opt/signing-authority/SigningAuthority.Signer "$@"
