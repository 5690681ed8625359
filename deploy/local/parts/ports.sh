# shellcheck shell=bash
# Free ports, chosen once and remembered in .local/ports as `name=port`.

ports_file=$local_folder/ports

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

remembered_port() { [[ ! -f $ports_file ]] || sed -n "s/^$1=//p" "$ports_file"; }

# Below the range the kernel hands to outgoing connections (32768 and up), so that none of those takes it between restarts.
choose_port() {
  local port
  for _ in {1..200}; do
    port=$((20000 + RANDOM % 12000))
    if port_is_free "$port" && ! grep -q "=$port\$" "$ports_file" 2>/dev/null; then
      printf '%s\n' "$port"
      return
    fi
  done
  die "no free port between 20000 and 32000"
}

# known_port NAME: the remembered one even while something listens there, else a new one.
known_port() {
  local port
  port=$(remembered_port "$1")
  printf '%s\n' "${port:-$(free_port "$1")}"
}

# free_port NAME: the remembered one, or another when a stranger has taken it meanwhile. Ask only while NAME is not running.
free_port() {
  local port
  port=$(remembered_port "$1")
  if [[ -z $port ]] || ! port_is_free "$port"; then
    port=$(choose_port)
    touch "$ports_file"
    sed -i "/^$1=/d" "$ports_file"
    printf '%s=%s\n' "$1" "$port" >>"$ports_file"
  fi
  printf '%s\n' "$port"
}
