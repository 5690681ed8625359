# shellcheck shell=bash
# Starting processes and ending exactly those. A process is known by its id *and* its start time (proc(5), stat, field 22):
# ids are used again, the pair is not.

start_time() {
  local line fields
  line=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # The command name may hold spaces and brackets: count from the last bracket. State is field 3, the start time field 22.
  read -ra fields <<<"${line##*) }"
  [[ ${fields[0]} != Z ]] || return 1
  printf '%s\n' "${fields[19]}"
}

# running_pid NAME: prints the id if the process that we started still lives.
running_pid() {
  local file=$local_folder/run/$1.pid pid started
  [[ -s $file ]] || return 1
  read -r pid started <"$file"
  [[ $(start_time "$pid") == "$started" ]] || return 1
  printf '%s\n' "$pid"
}

# start_process NAME [VARIABLE=value...] PROGRAM [ARGUMENT...]: in a session of its own, so that no terminal's Ctrl-C reaches it; output to .local/logs/NAME.log.
start_process() {
  local name=$1 pid
  shift
  setsid env "$@" </dev/null >>"$logs/$name.log" 2>&1 9>&- &
  pid=$!
  disown "$pid"
  printf '%s %s\n' "$pid" "$(start_time "$pid" || echo gone)" >"$local_folder/run/$name.pid"
}

# stop_process NAME: asks first; whoever has not gone after 30 seconds is killed, and that is said.
stop_process() {
  local pid
  if ! pid=$(running_pid "$1"); then
    rm -f "$local_folder/run/$1.pid"
    return 0
  fi
  kill -TERM "$pid" 2>/dev/null || true
  for _ in {1..300}; do
    running_pid "$1" >/dev/null || break
    sleep 0.1
  done
  if running_pid "$1" >/dev/null; then
    say "  $1 (process $pid) did not stop within 30 seconds: killed"
    kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$local_folder/run/$1.pid"
  step_done "$1 stopped"
}

# wait_until SECONDS NAME COMMAND...: polls COMMAND; gives up at once when process NAME is gone.
wait_until() {
  local seconds=$1 name=$2 deadline
  shift 2
  deadline=$((SECONDS + seconds))
  until "$@" >/dev/null 2>&1; do
    if ! running_pid "$name" >/dev/null; then
      step_failed "$name ended; the end of $logs/$name.log:"
      tail -n 25 "$logs/$name.log" >&2
      return 1
    fi
    if ((SECONDS >= deadline)); then
      step_failed "$name is not ready after $seconds seconds; the end of $logs/$name.log:"
      tail -n 25 "$logs/$name.log" >&2
      return 1
    fi
    sleep 0.2
  done
}
