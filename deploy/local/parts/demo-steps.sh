# shellcheck shell=bash
# The demo's steps: each is a function that prints what came out, in a line or a few; its failure does not end the demo,
# but the exit status tells.

demo=$local_folder/demo
failures=0

# step TEXT FUNCTION [ARGUMENT...]
step() {
  local text=$1 said status
  shift
  # Not in an `if`: there `set -e` would be off inside the function.
  set +e
  said=$(
    set -e
    "$@" 2>&1
  )
  status=$?
  set -e
  if ((status == 0)); then
    step_done "$text"
  else
    step_failed "$text" 2>&1
    failures=$((failures + 1))
  fi
  [[ -z $said ]] || printf '      %s\n' "${said//$'\n'/$'\n'      }"
}

# expect WHAT WANTED GOT
expect() {
  [[ $2 == "$3" ]] && return
  printf '%s: expected %s, got %s\n' "$1" "$2" "$3"
  return 1
}

# A bearer token reaches curl through a file, so that no process list shows it.
write_sign_ins() {
  local role
  for role in provider auditor operator; do
    printf 'Authorization: Bearer %s\n' "$(<"$secrets/token-$role")" >"$demo/$role.header"
  done
}

# call ROLE METHOD PATH [CURL-OPTION...]: the answer's body goes to $demo/answer, its status to stdout.
call() {
  local role=$1 method=$2 path=$3
  shift 3
  curl --silent --show-error --max-time 120 --cacert "$tls/authority.pem" --header "@$demo/$role.header" --request "$method" \
    --output "$demo/answer" --write-out '%{http_code}' "$@" "$api_address$path"
}

# as_provider COMMAND...: signctl with the demo tenant's sign-in.
as_provider() {
  env SA_URL="$api_address" SA_CACERT="$tls/authority.pem" SA_PROVIDER_TOKEN="$(<"$secrets/token-provider")" "$signctl_program" "$@"
}

fetch_root() {
  curl --silent --show-error --fail --max-time 30 --cacert "$tls/authority.pem" --output "$2" "$api_address/roots/$1"
}

# Every violation of a refusal, one a line: code, field, what was found, how to mend it.
show_violations() {
  jq -r '.violations[] | "\(.code) [\(.field)]: \(.message)\(if .fix then "\n    mend: " + .fix else "" end)"' "$demo/answer"
}
