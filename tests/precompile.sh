#!/usr/bin/env bash
# Compiles the programs under test ahead of time (ReadyToRun), where they are: tests start them hundreds of times, and each would spend half
# of its first second on compiling itself. What can't be compiled stays as it was; so does all where the compiler is not to be had.
#   tests/precompile.sh FOLDER    with the .dll of programs and of what they use
# Exit status: 0 compiled; 1 nothing was, which is said.
set -euo pipefail
exec </dev/null
folder=$(cd "${1:?usage: precompile.sh FOLDER}" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! said=$(dotnet restore precompile.proj --verbosity quiet 2>&1); then
  printf 'Nothing is compiled ahead of time, the tests take longer: %s\n' "$said" >&2
  exit 1
fi
tell() { dotnet msbuild precompile.proj -getProperty:"$1"; }
compiler=$(tell Compiler)
frameworks=$(tell Frameworks)
version=$(tell BundledNETCoreAppPackageVersion)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export compiler frameworks version folder work

# compile FILE: in place, and only as a whole.
compile() {
  local file=$1
  "$compiler" "$folder/$file" --out "$work/$file" --targetos linux -O --reference "$folder/*.dll" \
    --reference "$frameworks/Microsoft.NETCore.App/$version/*.dll" \
    --reference "$frameworks/Microsoft.AspNetCore.App/$version/*.dll" >"$work/$file.log" 2>&1 || return 0
  mv "$work/$file" "$folder/$file"
  echo "$file"
}
export -f compile

compiled=$(find "$folder" -maxdepth 1 -name '*.dll' -not -name 'xunit*' -not -name 'testhost*' -not -name '*Tests.dll' \
  -not -name 'Microsoft.TestPlatform*' -not -name 'Microsoft.VisualStudio*' -not -name 'BouncyCastle*' -printf '%f\n' |
  xargs -P "$(nproc)" -I{} bash -c 'compile {}' | wc -l)
((compiled > 0)) || { echo "Nothing is compiled ahead of time, the tests take longer" >&2 && exit 1; }
printf '  %d libraries and programs are compiled ahead of time\n' "$compiled"
