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
  if [[ $(cat "$binaries/built-from" 2>/dev/null) != "$(benchmarks_fingerprint)" ]]; then
    progress "builds"
    rm -f "$binaries/built-from"
    quietly "$logs/build.log" dotnet restore "$repository" --locked-mode --verbosity quiet --disable-build-servers
    publish src/SigningAuthority.Signer signer
    publish src/SigningAuthority.Api api
    publish tests/SigningAuthority.Benchmarks benchmarks
    benchmarks_fingerprint >"$binaries/built-from"
  fi
  progress "programs are built"
}

publish() {
  rm -rf "${binaries:?}/$2"
  quietly "$logs/build.log" dotnet publish "$repository/$1" --configuration Release --output "$binaries/$2" --nologo --verbosity quiet \
    --disable-build-servers
}

benchmarks_fingerprint() {
  (
    source_fingerprint
    cd "$repository/tests/SigningAuthority.Benchmarks"
    find . -type f -not -path './bin/*' -not -path './obj/*' -print0 | sort -z | xargs -0 sha256sum
  ) | sha256sum
}

make_devices() {
  progress "makes $device_count devices with keys and CSRs, unless they are there"
  answer=$run_folder/answer
  run_program devices --count "$device_count" --file "$devices"
}

progress() { printf '  … %s\n' "$*" >&2; }
