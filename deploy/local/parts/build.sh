# shellcheck shell=bash
# The executables, published to .local/bin: api, signer, outreach, signctl.

signer_program=$binaries/signer/SigningAuthority.Signer
api_program=$binaries/api/SigningAuthority.Api
outreach_program=$binaries/outreach/SigningAuthority.Outreach
signctl_program=$binaries/signctl/signctl

# Depends on every source file's content, so that a second start builds nothing.
source_fingerprint() {
  (
    cd "$repository"
    find src ca-config deploy/postgres Directory.Build.props Directory.Packages.props global.json .editorconfig -type f \
      -not -path '*/bin/*' -not -path '*/obj/*' -print0 2>/dev/null | sort -z | xargs -0 sha256sum | sha256sum
  )
}

is_built() { [[ $(cat "$binaries/built-from" 2>/dev/null) == "$(source_fingerprint)" ]]; }

publish() {
  rm -rf "${binaries:?}/$2"
  quietly "$logs/build.log" dotnet publish "$repository/src/$1" --configuration Release --output "$binaries/$2" \
    --nologo --verbosity quiet --disable-build-servers
}

# No build server stays behind (it would outlive this script, and hold its lock).
build() {
  if is_built; then
    step_done "built already"
    return
  fi
  rm -f "$binaries/built-from"
  quietly "$logs/build.log" dotnet restore "$repository" --locked-mode --verbosity quiet --disable-build-servers
  publish SigningAuthority.Signer signer
  publish SigningAuthority.Api api
  publish SigningAuthority.Outreach outreach
  publish SigningAuthority.Client signctl
  source_fingerprint >"$binaries/built-from"
  step_done "built: signer, api, outreach, signctl"
}
