# shellcheck shell=bash
# A private Postgres cluster: own data, own port, own passwords. A system cluster is never looked at.

database=signing_authority
cluster=$local_folder/postgres

postgres_tool() {
  local newest
  newest=$(find /usr/lib/postgresql/*/bin -maxdepth 1 -name "$1" 2>/dev/null | sort -V | tail -n 1)
  [[ -n $newest ]] || die "PostgreSQL's $1 is missing: run deploy/local/install.sh"
  printf '%s\n' "$newest"
}

# The server refuses to run as root; then the user postgres, whom the package made, runs it.
as_cluster_owner() {
  if [[ $(id -u) == 0 ]]; then
    (cd / && runuser -u postgres -- "$@")
  else
    "$@"
  fi
}

# When the clone lies where the user postgres may not go (/root, a 0700 folder), the data is kept under /var/tmp,
# which outlives a restart of the machine, and .local/postgres is a link to it.
make_cluster_folder() {
  [[ ! -d $cluster/ ]] || return 0
  rm -f "$cluster"
  if [[ $(id -u) != 0 ]]; then
    mkdir "$cluster"
  elif runuser -u postgres -- test -x "$local_folder"; then
    install -d -o postgres -g postgres -m 700 "$cluster"
  else
    local elsewhere
    elsewhere=$(mktemp -d /var/tmp/signing-authority-XXXXXXXX)
    chown postgres:postgres "$elsewhere"
    ln -s "$elsewhere" "$cluster"
  fi
}

make_cluster() {
  keep_secret "$secrets/postgres"
  make_cluster_folder
  [[ ! -f $cluster/complete ]] || return 0
  local folder password_file
  folder=$(readlink -f "$cluster")
  rm -rf "$folder/data"
  password_file=$folder/initial-password
  cp "$secrets/postgres" "$password_file"
  [[ $(id -u) != 0 ]] || chown postgres "$password_file"
  quietly "$logs/initdb.log" as_cluster_owner "$(postgres_tool initdb)" --pgdata="$folder/data" --username=postgres \
    --pwfile="$password_file" --auth=scram-sha-256 --encoding=UTF8 --locale=C --data-checksums
  rm -f "$password_file"
  cat >>"$folder/data/postgresql.conf" <<'CONF'
listen_addresses = '127.0.0.1'
max_connections = 200
shared_buffers = 256MB
max_wal_size = 4GB
log_line_prefix = '%m [%p] %u@%d '
CONF
  touch "$folder/complete"
}

# The postmaster writes its own id into postmaster.pid; the process of that id must be a server of our data folder.
cluster_is_running() {
  local folder pid
  folder=$(readlink -f "$cluster")/data
  pid=$(head -n 1 "$folder/postmaster.pid" 2>/dev/null) || return 1
  [[ -r /proc/$pid/cmdline ]] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "-D $folder "
}

# After a crash Postgres judges its old postmaster.pid itself, except that it takes any living process of that id for a
# server. Only then, when the id is a stranger's by now, is the file in the way.
remove_stranger_pid_file() {
  local file=$1/data/postmaster.pid pid
  pid=$(head -n 1 "$file" 2>/dev/null) || return 0
  [[ ! -d /proc/$pid ]] || rm -f "$file"
}

start_cluster() {
  local folder port
  folder=$(readlink -f "$cluster")
  if ! cluster_is_running; then
    remove_stranger_pid_file "$folder"
    port=$(free_port postgres)
    # The socket's path may have 107 bytes at most (unix(7)); a clone's path may be longer, so only TCP is offered.
    if ! as_cluster_owner "$(postgres_tool pg_ctl)" start --wait --timeout=300 --silent --pgdata="$folder/data" \
      --log="$folder/postgres.log" --options="-p $port -c unix_socket_directories=''" >/dev/null 9>&-; then
      step_failed "Postgres did not start; the end of $folder/postgres.log:"
      tail -n 15 "$folder/postgres.log" >&2
      return 1
    fi
  fi
  ln -sfn "$folder/postgres.log" "$logs/postgres.log"
}

superuser_address() { printf 'postgresql://postgres:%s@127.0.0.1:%s/%s' "$(<"$secrets/postgres")" "$(remembered_port postgres)" "$database"; }

# superuser_psql DATABASE ARGUMENT...: the password goes by the environment, which only this user can read; not by ps.
superuser_psql() {
  local name=$1
  shift
  PGPASSWORD=$(<"$secrets/postgres") psql "postgresql://postgres@127.0.0.1:$(remembered_port postgres)/$name" "$@"
}

make_database() {
  [[ $(superuser_psql postgres -XAtc "select 1 from pg_database where datname = '$database'") == 1 ]] ||
    superuser_psql postgres -Xqc "create database $database"
}

# connection ROLE USER: Npgsql's form. The password stays in a file that only this user reads, out of sight of ps and /proc.
connection() {
  local role=$1 user=$2
  printf '127.0.0.1:*:*:%s:%s\n' "$user" "$(cat "$secrets/$role")" >"$secrets/pgpass-$role"
  printf 'Host=127.0.0.1;Port=%s;Database=%s;Username=%s;Passfile=%s' \
    "$(remembered_port postgres)" "$database" "$user" "$secrets/pgpass-$role"
}

stop_cluster() {
  local folder
  folder=$(readlink -f "$cluster" || true)
  [[ -n $folder && -d $folder/data ]] && cluster_is_running || return 0
  as_cluster_owner "$(postgres_tool pg_ctl)" stop --wait --timeout=60 --silent --mode=fast --pgdata="$folder/data" >/dev/null
  step_done "Postgres stopped"
}

remove_cluster() {
  local folder
  folder=$(readlink -f "$cluster" || true)
  # Only what make_cluster_folder made: a folder of ours under /var/tmp, or the one inside .local.
  case $folder in
    /var/tmp/signing-authority-* | "$local_folder/postgres") rm -rf "$folder" ;;
  esac
}
