#!/usr/bin/env bash
# Measures how long the key room takes for a revocation list of many entries, and how much memory, in a database made for it; openssl
# judges what came out.
#   tests/benchmarks/crl.sh                   1,000,000 entries: some 1 GB of disk under /var/tmp, removed at the end
#   tests/benchmarks/crl.sh --entries N
# A list may take 30 seconds for up to 1,000,000 entries, and 30 more for each further million; the process may have 512 MiB at most,
# however many there are; and openssl must say "verify OK" of each list.
# Needs: deploy/local/install.sh
# Exit status: 0 measured, and as it may be; 1 a list took longer or more, doesn't verify, or something failed, which is said; 2 wrong
# options.
set -euo pipefail
exec </dev/null
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

entries=1000000
while (($# > 0)); do
  case $1 in
    --entries)
      entries=${2:?--entries N}
      shift 2
      ;;
    *)
      sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' tests/benchmarks/crl.sh
      [[ $1 == --help || $1 == -h ]] && exit 0 || exit 2
      ;;
  esac
done
[[ $entries =~ ^[1-9][0-9]{0,7}$ ]] || { echo "--entries is a number" >&2 && exit 2; }

[[ -n ${SA_BENCHMARKS_BUILT:-} ]] || dotnet build tests/SigningAuthority.Benchmarks --configuration Release --nologo --verbosity quiet
program=tests/SigningAuthority.Benchmarks/bin/Release/net10.0/SigningAuthority.Benchmarks.dll

# The server refuses to run as root; then the user postgres, whom the package made, runs it.
as_owner() { if [[ $(id -u) == 0 ]]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }
tools=$(find /usr/lib/postgresql/*/bin -maxdepth 0 | sort -V | tail -n 1)
folder=$(mktemp -d /var/tmp/signing-authority-crl-XXXXXX)
finish() {
  as_owner "$tools/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap finish EXIT
chmod 755 "$folder"
[[ $(id -u) != 0 ]] || chown postgres "$folder"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
as_owner "$tools/initdb" -D "$folder/data" -A trust -U postgres -E UTF8 --locale=C >/dev/null
as_owner "$tools/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
  -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c shared_buffers=256MB -c max_wal_size=4GB" start >/dev/null
psql -Xqh 127.0.0.1 -p "$port" -U postgres postgres -c 'create database crl'

connection="Host=127.0.0.1;Port=$port;Database=crl;Username"
mkdir "$folder/lists"
printf '%s cores of %s; %s; Postgres %s, durable.\n\n' "$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
  "$(openssl version | cut -d' ' -f1,2)" "$("$tools/postgres" --version | grep -oE '[0-9.]+' | head -n 1)"
echo "| list | entries | seconds | entries/s | MiB at most | octets |"
echo "|---|--:|--:|--:|--:|--:|"
dotnet "$program" crl --superuser "$connection=postgres" --signer "$connection=sa_signer" --entries "$entries" --out "$folder/lists" |
  tee "$folder/table"
echo

failed=0
for list in complete delta; do
  said=$(openssl crl -inform der -in "$folder/lists/$list.crl" -noout -CAfile "$folder/lists/root.pem" 2>&1) || true
  printf -- '- openssl crl, %s: %s\n' "$list" "${said//$'\n'/; }"
  [[ $said == *'verify OK'* ]] || { echo "The $list list does not verify." >&2 && failed=1; }
done
# Columns: list, entries, seconds, entries/s, MiB at most, octets.
awk -F'|' -v entries="$entries" '
  { gsub(/[ ,]/, "") }
  NF > 6 { rows++ }
  NF > 6 && $4 > 30 * (entries > 1000000 ? entries / 1000000 : 1) { print "The " $2 " list took " $4 " seconds."; broken = 1 }
  NF > 6 && $6 > 512 { print "With the " $2 " list the process had " $6 " MiB."; broken = 1 }
  END { if (rows != 2) { print rows + 0 " lists were measured, not 2."; broken = 1 } exit broken }
' "$folder/table" >&2 || failed=1
((failed == 0))
