#!/usr/bin/env bash
# Builds and runs every test. The last line is `N passed, N failed, N skipped`; the exit status says whether all is well.
#   tests/run.sh            everything
#   tests/run.sh UnitTests  only test projects whose name holds the word; the checks of scripts and compose file always run
set -euo pipefail
exec </dev/null
cd "$(dirname "${BASH_SOURCE[0]}")/.."
only=${1:-}
results=$PWD/TestResults
passed=0 failed=0 skipped=0

# Whatever ends this script, the sum is said last, and a run without a passed test is no success.
finish() {
  local status=$?
  trap - EXIT
  if ((status != 0 && failed == 0)); then failed=1; fi
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  ((failed == 0 && passed > 0)) || exit 1
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

heading() { printf '\n== %s\n' "$*"; }
count() { sed -n "s/.*<Counters .*\\b$2=\"\\([0-9]*\\)\".*/\\1/p" "$1"; }

# check NAME COMMAND...: one test of its own, quiet unless it fails.
fails() { ! "$@"; }

check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    passed=$((passed + 1))
    printf '  ✔ %s\n' "$name"
  else
    failed=$((failed + 1))
    printf '  ✘ %s\n%s\n' "$name" "$output"
  fi
}

# A test host that dies leaves no or an unfinished report: that is a failure too, whatever was counted before.
run_project() {
  local name=$1 report=$results/$1.trx status=0 total=0 executed=0 good=0
  heading "$name"
  dotnet test "tests/$name" --configuration Release --no-build --nologo --results-directory "$results" \
    --logger "trx;LogFileName=$name.trx" --logger 'console;verbosity=minimal' \
    --blame-hang --blame-hang-timeout 10m --blame-hang-dump-type none || status=$?
  if [[ -f $report ]]; then
    total=$(count "$report" total) executed=$(count "$report" executed) good=$(count "$report" passed)
  fi
  passed=$((passed + good))
  failed=$((failed + executed - good))
  skipped=$((skipped + total - executed))
  if ((status != 0 && executed == good)); then
    printf '  ✘ %s ended with status %d before its report was complete\n' "$name" "$status"
    failed=$((failed + 1))
  fi
}

heading "what the tests need"
deploy/local/install.sh --tests

heading "build"
rm -rf "$results"
export MSBUILDDISABLENODEREUSE=1 # no build process outlives this script
dotnet restore --locked-mode --verbosity quiet
dotnet build --configuration Release --no-restore --nologo --verbosity quiet -p:UseSharedCompilation=false

# What they start is the same code, compiled before instead of each time.
tests/precompile.sh tests/SigningAuthority.IntegrationTests/bin/Release/net10.0 || :

heading "scripts, compose file, formatting"
mapfile -t scripts < <(find deploy tests .ci -name '*.sh' -not -path '*/parts/*' -not -path '*/bin/*' -not -path '*/obj/*' | sort)
check "shellcheck finds nothing in ${#scripts[@]} scripts and .ci/run" shellcheck --check-sourced "${scripts[@]}" .ci/run
dotnet tool restore --verbosity quiet
check "the C# is formatted (dotnet csharpier format .)" dotnet csharpier check .
compose=(docker-compose --file docker-compose.yml config --quiet)
check "docker-compose accepts docker-compose.yml" env PUBLICATION_ADDRESS=http://pki.test "${compose[@]}"
check "docker-compose wants the address that certificates will name" fails env PUBLICATION_ADDRESS= "${compose[@]}"

for project in tests/*Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  [[ $name == *"$only"* ]] && run_project "$name"
done
