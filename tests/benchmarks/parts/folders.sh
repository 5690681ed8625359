# shellcheck shell=bash
# Replaces the local set-up's folders by those of this run: nothing of deploy/local/up.sh is touched.

kept=$repository/.local/benchmarks
mkdir -p "$kept"
chmod 711 "$repository/.local" "$kept"
exec 9>"$kept/lock"
flock --nonblock 9 || die "another run measures in this clone"
run_folder=$(mktemp -d "$kept/run-XXXXXX")
chmod 711 "$run_folder"
local_folder=$run_folder
logs=$run_folder/logs
secrets=$run_folder/secrets
binaries=$kept/bin
table=$run_folder/table

make_stage_folders() {
  mkdir -p "$logs" "$secrets" "$run_folder/run" "$binaries"
}
