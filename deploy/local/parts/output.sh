# shellcheck shell=bash
# What the scripts say: one line a step, ✔ or ✘ in front.

say() { printf '%s\n' "$*"; }
step_done() { printf '  ✔ %s\n' "$*"; }
step_failed() { printf '  ✘ %s\n' "$*" >&2; }
heading() { printf '\n%s\n' "$*"; }

die() {
  step_failed "$*"
  exit 1
}

# quietly LOG COMMAND...: the output goes to LOG; its end is shown only when the command fails.
# Descriptor 9 is the lock of folders.sh: nobody else may hold it.
quietly() {
  local log=$1
  shift
  if ! "$@" >>"$log" 2>&1 </dev/null 9>&-; then
    step_failed "failed: ${*:1:4}; the end of $log:"
    tail -n 25 "$log" >&2
    return 1
  fi
}
