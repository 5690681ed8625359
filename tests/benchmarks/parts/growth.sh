# shellcheck shell=bash
# What a certificate costs when many were issued before.

sizes=(0 100000 1000000 10000000)

grow() {
  local size free
  free=$(($(stat -f -c '%a * %S' "$run_folder") / 1000000000))
  ((free * 1000000000 > largest * 5000)) || die "growing to $largest certificates takes $((largest * 5000 / 1000000000)) GB; only $free are free"
  for size in "${sizes[@]}"; do
    ((size <= largest)) || break
    ((size == 0)) || fill_to "$size"
    warm_up_authority
    row "$(thousands "$size") certificates before, single, 64 clients" singles --clients 64 --most "$((lines / 2))"
    row "$(thousands "$size") certificates before, 4 batches at once" batches --clients 4 --most "$((lines / 2))"
    note "$(thousands "$size") certificates: the database has $(ask_database -c 'select pg_size_pretty(pg_database_size(current_database()))')"
  done
}

thousands() { printf "%'d" "$1" | sed 's/,/ /g'; }

# Nobody else writes meanwhile, and nothing is lost that a rerun could not make: filled without the disk's confirmation.
fill_to() {
  local began=$SECONDS
  progress "fills the tables to $1 certificates"
  {
    stop_process api
    stop_process signer
    restart_cluster "alter system set fsync = off; alter system set full_page_writes = off; alter system set wal_level = minimal;
      alter system set max_wal_senders = 0; alter system set autovacuum = off; alter system set checkpoint_timeout = '1h';
      alter system set max_wal_size = '16GB'"
    run_program fill --connection "$(connection postgres postgres)" --to "$1"
    restart_cluster "alter system reset all"
    start_signer
    start_api
  } >>"$logs/stage.log"
  note "filled to $(thousands "$1") in $((SECONDS - began)) s"
}

restart_cluster() {
  local statement
  while read -r -d ';' statement || [[ -n $statement ]]; do
    superuser_psql postgres -Xqc "$statement"
  done <<<"$1"
  stop_cluster
  start_cluster
}
