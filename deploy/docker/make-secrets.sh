#!/usr/bin/env bash
# Writes the secrets that docker-compose.yml mounts to .local/compose, each once: database passwords and token PINs.
# The folder is open to its owner only; the files must be readable inside the containers, whose user is another.
set -euo pipefail
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)/.local/compose
umask 077
mkdir -p "$folder"

# once FILE TEXT
once() {
  [[ -s $folder/$1 ]] || printf '%s\n' "$2" >"$folder/$1"
  chmod 444 "$folder/$1"
}
random_text() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
random_pin() { od -An -N16 -tu4 /dev/urandom | tr -d ' \n' | head -c 16; }

for role in postgres api signer auditor operator outreach; do
  once "password-$role" "$(random_text)"
  user=sa_$role
  [[ $role != postgres ]] || user=postgres
  once "pgpass-$role" "postgres:5432:*:$user:$(cat "$folder/password-$role")"
done
for lane in provider device log; do
  once "pin-$lane" "$(random_pin)"
  once "so-pin-$lane" "$(random_pin)"
done
printf 'secrets are in %s\n' "$folder"
