# shellcheck shell=bash
# A SoftHSM token of our own: configuration, objects and PINs under .local/softhsm; the machine's tokens are not touched.

token_folder=$local_folder/softhsm
token_label=signing-authority
pkcs11_module=/usr/lib/softhsm/libsofthsm2.so
# Handed to the Signer only: the front door is not told where the token is.
token_configuration=$token_folder/softhsm2.conf
token_settings=(SOFTHSM2_CONF="$token_configuration" Keys__Store=pkcs11 Keys__Pkcs11__Module="$pkcs11_module"
  Keys__Pkcs11__Token="$token_label" Keys__Pkcs11__PinFile="$token_folder/pin")
# Where the Signer finds its keys; tests/benchmarks puts others here.
key_settings=("${token_settings[@]}")

make_token() {
  [[ ! -f $token_folder/complete ]] || return 0
  [[ -e $pkcs11_module ]] || die "$pkcs11_module is missing: run deploy/local/install.sh"
  rm -rf "$token_folder"
  mkdir -p "$token_folder/tokens"
  # PINs of digits only, as hardware tokens ask.
  random_pin >"$token_folder/pin"
  random_pin >"$token_folder/so-pin"
  cat >"$token_configuration" <<CONF
directories.tokendir = $token_folder/tokens
objectstore.backend = file
log.level = ERROR
slots.removable = false
CONF
  # env: keeps the PINs out of the process list.
  (
    SOFTHSM2_CONF=$token_configuration SA_SO_PIN=$(<"$token_folder/so-pin") SA_PIN=$(<"$token_folder/pin")
    export SOFTHSM2_CONF SA_SO_PIN SA_PIN
    quietly "$logs/token.log" pkcs11-tool --module "$pkcs11_module" --slot-index 0 \
      --init-token --label "$token_label" --so-pin env:SA_SO_PIN
    quietly "$logs/token.log" pkcs11-tool --module "$pkcs11_module" --token-label "$token_label" \
      --login --login-type so --so-pin env:SA_SO_PIN --init-pin --new-pin env:SA_PIN
  )
  touch "$token_folder/complete"
}

random_pin() { od -An -N16 -tu4 /dev/urandom | tr -d ' \n' | head -c 16; }
