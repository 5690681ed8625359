#!/usr/bin/env bash
# A line of N units (50,000) through `signctl station simulate`, against two Signers one of which is killed on the way; then counts
# certificates, addresses, serial numbers and keys, compares the log with the tables and verifies it. Sets up an authority of its own.
#   tests/line/run.sh [--devices N]
set -euo pipefail
exec </dev/null
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

devices=50000
while (($# > 0)); do
  case $1 in
    --devices)
      devices=${2:?--devices N}
      shift 2
      ;;
    *)
      sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' tests/line/run.sh
      [[ $1 == --help || $1 == -h ]] && exit 0 || exit 2
      ;;
  esac
done
[[ $devices =~ ^[1-9][0-9]*$ ]] || { echo "--devices is a number" >&2 && exit 2; }

deploy/local/install.sh --tests
dotnet build tests/SigningAuthority.IntegrationTests --configuration Release --nologo --verbosity quiet
SA_LINE_DEVICES=$devices dotnet test tests/SigningAuthority.IntegrationTests --configuration Release --no-build --nologo \
  --filter FullyQualifiedName~LineRunTests --logger 'console;verbosity=detailed'
