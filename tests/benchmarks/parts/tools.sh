# shellcheck shell=bash
# Programs and devices, made once and kept.

benchmarks_program=$binaries/benchmarks/SigningAuthority.Benchmarks
devices=$kept/devices.ndjson

require_tools() {
  local tool
  for tool in openssl cfssl psql jq pkcs11-tool dotnet; do
    command -v "$tool" >/dev/null || die "$tool is missing: run deploy/local/install.sh --benchmarks"
  done
}

build_programs() {
  local project
  if ! is_built; then
    rm -f "$binaries/built-from"
    quietly "$logs/build.log" dotnet restore "$repository" --locked-mode --verbosity quiet --disable-build-servers
    publish SigningAuthority.Signer signer
    publish SigningAuthority.Api api
    source_fingerprint >"$binaries/built-from"
  fi
  project=$repository/tests/SigningAuthority.Benchmarks
  quietly "$logs/build.log" dotnet publish "$project" --configuration Release --output "$binaries/benchmarks" --nologo \
    --verbosity quiet --disable-build-servers
  progress "programs are built"
}

make_devices() {
  [[ -s $devices ]] || progress "makes $device_count devices with keys and CSRs (some minutes, once)"
  "$benchmarks_program" devices --count "$device_count" --file "$devices"
  progress "devices are there"
}

progress() { printf '  … %s\n' "$*" >&2; }
