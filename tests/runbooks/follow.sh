#!/usr/bin/env bash
# Follows a page: runs its sh blocks, in their order and in one shell, and stops at the first command that fails.
#   tests/runbooks/follow.sh FILE [HEADING]     FILE from the clone's root: deploy/runbooks/rollover.md
#                                               HEADING: only what stands below this one: README.md 'Revocation and publication'
# The commands are those of the running authority that the environment names; integration tests give one (RunbookTests):
#   PATH             has signer, signctl and restart-authority, as deploy/runbooks/README.md explains them
#   CA_CONFIG        the configuration of that authority, which a page may change: a copy, never that of the clone
#   SA_URL, SA_CACERT, SA_PLAIN_URL, SA_PROVIDER_TOKEN, SA_STATION_CERT, …     as .local/env has them
#   and what the page itself says that its reader sets; a variable that is missing ends it.
# Everything that a page writes goes to a folder of its own, which is left behind when it fails.
set -euo pipefail
file=${1:?usage: follow.sh FILE [HEADING]}
section=${2:-}
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# Shorter than what the tests wait: what was said until then is told.
longest=${FOLLOW_SECONDS:-170}
[[ -f $repository/$file ]] || {
  echo "follow.sh: there is no $file in $repository" >&2
  exit 2
}
for needed in CA_CONFIG SA_URL SA_CACERT SA_PLAIN_URL; do
  [[ -n ${!needed:-} ]] || {
    echo "follow.sh: $needed is not set" >&2
    exit 2
  }
done
if [[ $(cd "$CA_CONFIG" && pwd -P) == "$(cd "$repository/ca-config" && pwd -P)" ]]; then
  echo "follow.sh: CA_CONFIG is the clone's own; a page may change it" >&2
  exit 2
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/sa-follow-$(basename "$file" .md).XXXXXX")
# Each block is preceded by its heading and by the line it stands on, so that a failure says where it came from.
awk -v file="$file" -v section="$section" '
  BEGIN { wanted = section == "" }
  /^```/ && fence { fence = inside = 0; next }
  /^```/ {
    fence = 1
    if ($0 != "```sh" || !wanted) next
    inside = 1; blocks++
    printf "here=\047%s:%d (%s)\047\necho; echo \"== $here\"\n", file, NR, heading
    next
  }
  /^#+ / && !fence {
    level = length($1); heading = $0; sub(/^#+ /, "", heading)
    if (section != "" && heading == section) { wanted = 1; depth = level }
    else if (section != "" && wanted && level <= depth) wanted = 0
    gsub(/\047/, "", heading)
  }
  inside { print }
  END { if (!blocks || fence) exit 1 }
' "$repository/$file" >"$folder/.steps.sh" || {
  echo "follow.sh: ${section:+\"$section\" in }$file has no sh block, or one that does not end" >&2
  exit 2
}

# -x shows each command with what came of it; the page's reader sees the same lines.
cat >"$folder/.follow.sh" <<'FOLLOW'
set -euo pipefail
trap 'echo "follow.sh: failed in $here" >&2' ERR
set -E
PS4='$ '
set -x
source ./.steps.sh
FOLLOW

cd "$folder"
status=0
REPOSITORY=$repository timeout "$longest" bash ./.follow.sh 2>&1 </dev/null || status=$?
((status != 124)) || echo "follow.sh: not done after $longest s" >&2
if ((status == 0)); then rm -rf "$folder"; else echo "follow.sh: what it wrote is in $folder" >&2; fi
exit "$status"
