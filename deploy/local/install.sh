#!/usr/bin/env bash
# Installs, by apt, what the local set-up needs and this machine lacks. As root, or as a user with sudo.
#   deploy/local/install.sh            what up.sh and demo.sh need
#   deploy/local/install.sh --tests    and what tests/run.sh needs
#   deploy/local/install.sh --benchmarks   and what tests/benchmarks/compare.sh needs
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/parts/output.sh"
source "$(dirname "${BASH_SOURCE[0]}")/parts/folders.sh"

# package=probe: a probe that begins with / is a file (a pattern may be used), any other a command.
needed=(
  'postgresql=/usr/lib/postgresql/*/bin/initdb'
  'softhsm2=softhsm2-util'
  'libengine-pkcs11-openssl=/usr/lib/*/engines-3/pkcs11.so'
  'opensc=pkcs11-tool'
  'opensc-pkcs11=/usr/lib/*/pkcs11-spy.so'
  'nginx=nginx'
  'dnsmasq-base=dnsmasq'
  'openssl=openssl'
  'curl=curl'
  'ca-certificates=/etc/ssl/certs/ca-certificates.crt'
  'jq=jq'
  'util-linux=setsid'
)
needed_by_tests=(
  'procps=/bin/kill'
  'libxml2-utils=xmllint'
  'gnutls-bin=certtool'
  'libnss3-tools=certutil'
  'apache2-bin=apache2'
  'faketime=faketime'
  'nodejs=node'
  'npm=npm'
  'python3-aiosmtpd=/usr/bin/aiosmtpd'
  'golang-go=go'
  'golang-golang-x-mod-dev=/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog/tlog.go'
  'shellcheck=shellcheck'
  'docker-compose=docker-compose'
)

case ${1:-} in
  '') ;;
  --benchmarks) needed+=('golang-cfssl=cfssl') ;;
  --tests)
    needed+=("${needed_by_tests[@]}")
    if compgen -G "$repository/tests/*BrowserTests" >/dev/null; then needed+=('chromium=chromium'); fi
    ;;
  *) die "usage: install.sh [--tests | --benchmarks]" ;;
esac

is_present() {
  case $1 in
    /*) compgen -G "$1" >/dev/null ;;
    *) PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null ;;
  esac
}

missing=()
for entry in "${needed[@]}"; do
  is_present "${entry#*=}" || missing+=("${entry%%=*}")
done

dotnet --list-sdks 2>/dev/null | grep -q '^10\.' ||
  die "the .NET SDK 10 is needed and is not among Debian's packages: https://learn.microsoft.com/dotnet/core/install/linux-debian"

# PKI.js judges what we sign, in tests: the versions that its lock file names, checked by their hashes, no scripts of theirs run.
install_pkijs() {
  local folder=$repository/tests/pkijs
  [[ $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ]] && return
  make_folders
  quietly "$logs/install.log" npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund
  touch "$folder/node_modules/.package-lock.json"
  step_done "PKI.js is installed for the tests"
}

finish() {
  if [[ $1 == --tests ]]; then install_pkijs; fi
}

if ((${#missing[@]} == 0)); then
  step_done "everything needed is installed"
  finish "${1:-}"
  exit 0
fi

as_root=()
if [[ $(id -u) != 0 ]]; then
  command -v sudo >/dev/null || die "not root and no sudo; have an administrator run: apt-get install ${missing[*]}"
  as_root=(sudo)
fi
say "  installing by apt: ${missing[*]}"
make_folders
umask 022 # packages' scripts make files that others must read

# Debian's packages make a database cluster and start servers when they are installed. Ours are private, so for this one
# apt run both are switched off, and put back as they were. Servers that already run are not asked.
no_cluster=/etc/postgresql-common/createcluster.d/signing-authority.conf
policy=/usr/sbin/policy-rc.d
policy_kept=$local_folder/policy-rc.d.kept

put_back() {
  "${as_root[@]}" rm -f "$no_cluster" "$policy"
  if [[ -e $policy_kept ]]; then "${as_root[@]}" mv "$policy_kept" "$policy"; fi
}
trap put_back EXIT
[[ ! -e $policy ]] || "${as_root[@]}" mv "$policy" "$policy_kept"
printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
"${as_root[@]}" chmod 755 "$policy"
"${as_root[@]}" install -d -m 755 "${no_cluster%/*}"
echo 'create_main_cluster = false' | "${as_root[@]}" tee "$no_cluster" >/dev/null
"${as_root[@]}" chmod 644 "$no_cluster"

apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
log=$logs/install.log
install_missing() { "${apt[@]}" install --no-install-recommends "${missing[@]}" >>"$log" 2>&1 </dev/null; }

# Package lists are fetched only when they are absent or too old to name what is still on the server.
if ! install_missing; then
  quietly "$log" "${apt[@]}" update
  step_done "package lists fetched"
  quietly "$log" install_missing
fi

# A freshly installed nginx would start with the machine: the operator did not ask for that.
if [[ " ${missing[*]} " == *' nginx '* && -d /run/systemd/system ]]; then
  "${as_root[@]}" systemctl disable --quiet nginx.service 2>>"$log" || true
fi
step_done "installed: ${missing[*]}"
finish "${1:-}"
