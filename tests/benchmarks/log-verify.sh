#!/usr/bin/env bash
# Measures `signctl log verify` on a log made for it, from a folder and from an address: how long, and how much memory.
#   tests/benchmarks/log-verify.sh                   10,000,000 entries: some 6 GB of disk under .local/benchmarks, removed at the end
#   tests/benchmarks/log-verify.sh --entries N
# Needs: deploy/local/install.sh
# Exit status: 0 measured; 1 something failed, which is said; 2 wrong options.
set -euo pipefail
exec </dev/null
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

entries=10000000
while (($# > 0)); do
  case $1 in
    --entries)
      entries=${2:?--entries N}
      shift 2
      ;;
    *)
      sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' tests/benchmarks/log-verify.sh
      [[ $1 == --help || $1 == -h ]] && exit 0 || exit 2
      ;;
  esac
done
[[ $entries =~ ^[1-9][0-9]{0,8}$ ]] || { echo "--entries is a number" >&2 && exit 2; }

kept=.local/benchmarks
mkdir -p "$kept/bin"
dotnet build tests/SigningAuthority.Benchmarks --configuration Release --nologo --verbosity quiet
program=tests/SigningAuthority.Benchmarks/bin/Release/net10.0/SigningAuthority.Benchmarks.dll
signctl=tests/SigningAuthority.Benchmarks/bin/Release/net10.0/signctl.dll
folder=$(mktemp -d "$kept/log-XXXXXX")
web=''
finish() {
  [[ -z $web ]] || kill "$web" 2>/dev/null || true
  rm -rf "$folder" "$folder.pub" "$folder.web"
}
trap finish EXIT

# measure TEXT COMMAND...: wall-clock time, processor time and the most memory, as the kernel counted them (wait4(2)).
measure() {
  local text=$1
  shift
  python3 - "$text" "$entries" "$@" <<'PYTHON'
import os, resource, subprocess, sys, time
text, entries, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
start = time.monotonic()
process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
_, status, use = os.wait4(process.pid, 0)
seconds = time.monotonic() - start
print(f"| {text} | {entries:,} | {seconds:.1f} | {entries / seconds:,.0f} | {use.ru_utime + use.ru_stime:.1f} | {use.ru_maxrss / 1024:.0f} |", flush=True)
sys.exit(os.waitstatus_to_exitcode(status))
PYTHON
}

echo "| what | entries | seconds | entries/s | CPU seconds | MiB at most |"
echo "|---|--:|--:|--:|--:|--:|"
measure "the log is made" dotnet "$program" log-tiles --to "$folder" --entries "$entries"
measure "signctl log verify, from a folder" dotnet "$signctl" log verify "$folder" --key "$folder.pub"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkdir -p "$folder.web"
cat >"$folder.web/nginx.conf" <<CONF
$([[ $(id -u) != 0 ]] || echo 'user root;') daemon off; worker_processes 1; pid nginx.pid; error_log error.log;
events { }
http { access_log off; client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
  server { listen 127.0.0.1:$port; root $PWD/$folder; location /log/ { alias $PWD/$folder/; } } }
CONF
PATH=$PATH:/usr/sbin nginx -p "$PWD/$folder.web" -c nginx.conf &
web=$!
curl -fsS --retry 50 --retry-connrefused --retry-delay 1 --retry-max-time 20 --output "$folder.web/checkpoint" "http://127.0.0.1:$port/log/checkpoint"
measure "signctl log verify, from an address" dotnet "$signctl" log verify "http://127.0.0.1:$port/log" --key "$folder.pub"
