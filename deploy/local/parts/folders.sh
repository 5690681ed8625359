# shellcheck shell=bash
# Where everything of the local set-up lives. Nothing outside .local is written, except the database's files when
# the user postgres may not enter this clone (see postgres.sh).

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd -P)
local_folder=$repository/.local
logs=$local_folder/logs
binaries=$local_folder/bin
secrets=$local_folder/secrets
environment_file=$local_folder/env
export repository local_folder logs binaries secrets environment_file

umask 077

# The folder itself may be passed through (the user postgres must reach its cluster); what is in it is 0600 and 0700.
make_folders() {
  mkdir -p "$local_folder"
  chmod 711 "$local_folder"
  mkdir -p "$logs" "$binaries" "$secrets" "$local_folder/run"
}

# One up.sh or down.sh at a time; the lock goes with the process that holds it.
take_turn() {
  exec 9>"$local_folder/lock"
  flock --timeout 600 9 || die "another up.sh or down.sh has been at work in this clone for ten minutes"
}

random_secret() { openssl rand -hex "${1:-24}"; }

# keep_secret FILE [BYTES]: written once, never replaced.
keep_secret() { [[ -s $1 ]] || random_secret "${2:-24}" >"$1"; }
