#!/usr/bin/env bash
# The parts are shared with compare.sh; what they have for it alone is neither set nor read here.
# shellcheck disable=SC2034,SC2154
# Recalls all devices of an authority made for it: how long until the recall is approved and has taken effect, until the complete revocation
# list has them, and how long a single revocation waits meanwhile.
#   tests/benchmarks/recall.sh                        100,000 certificates
#   tests/benchmarks/recall.sh --certificates 1000000 some fifteen minutes more and 5 GB of disk under .local/benchmarks, removed at the end
# Needs: deploy/local/install.sh --benchmarks
# Exit status: 0 all was measured; 1 something failed, which is said; 2 wrong options; 130, 143 interrupted.
set -euo pipefail
exec </dev/null
cd "$(dirname "${BASH_SOURCE[0]}")"

certificates=100000
while (($# > 0)); do
  case $1 in
    --certificates)
      certificates=${2:?--certificates N}
      shift 2
      ;;
    *)
      sed -n '4,/^set/{/^set/d;s/^# \{0,1\}//;p}' recall.sh
      [[ $1 == --help || $1 == -h ]] && exit 0 || exit 2
      ;;
  esac
done
[[ $certificates =~ ^[1-9][0-9]{0,6}$ ]] || { echo "--certificates is a number" >&2 && exit 2; }

source parts/all.sh
source parts/table.sh
source parts/growth.sh

officers=(first-officer second-officer)

# One operator asks for more single ones here than one asker otherwise may.
lift_limit() {
  cp -r "$ca_config" "$run_folder/ca-config"
  ca_config=$run_folder/ca-config
  jq '.revocation.mostAlone = 10000' "$ca_config/policies/policy.json" >"$run_folder/policy.json"
  mv "$run_folder/policy.json" "$ca_config/policies/policy.json"
}

# as_officer NAME COMMAND...
as_officer() {
  local name=$1
  shift
  env SA_URL="$api_address" SA_CACERT="$tls/authority.pem" SA_OFFICER_TOKEN="$(<"$run_folder/$name.token")" "$signctl_program" officer "$@"
}

register_officers() {
  local name
  for name in "${officers[@]}"; do
    "$signctl_program" officer keygen --out "$run_folder/$name.key" --public "$run_folder/$name.pub" >>"$logs/stage.log" 2>&1
    operator officer add "$name" --public-key "$run_folder/$name.pub" >"$run_folder/$name.token" 2>>"$logs/stage.log"
  done
}

state_of_recall() { ask_database -c "select state from sa.recall"; }

is_effective() {
  [[ $(state_of_recall) != Refused ]] || die "the recall was refused: $(ask_database -c 'select violations from sa.recall')"
  [[ $(state_of_recall) == Effective ]]
}

is_listed() {
  (($(ask_database -c "select coalesce(max(c.entries), 0) from sa.crl c join sa.crl_issued i on i.crl_id = c.id where c.authority = 'client' and c.kind = 'Complete'") >= members))
}

milliseconds() { date +%s%3N; }

# One after the other while the recall is carried out: a certificate of the recall's end, by its key's loss, which outweighs the recall.
revoke_single_ones() {
  local longest=0 count=0 number began took
  until is_effective; do
    number=$(ask_database -c "select encode(serial_number, 'hex') from sa.certificate c where authority = 'client'
      and not exists (select from sa.revoked r where r.request_id = c.request_id) order by serial_number desc limit 1")
    [[ -n $number ]] || continue
    began=$(milliseconds)
    operator revocation add --authority client --serial-number "$number" --reason keyCompromise --wait 300 >>"$logs/stage.log" || die "see $logs/stage.log"
    took=$(($(milliseconds) - began))
    count=$((count + 1))
    ((took <= longest)) || longest=$took
  done
  printf '%d %d\n' "$count" "$longest" >"$run_folder/singles"
}

measure() {
  local id began asked approved effective count longest
  began=$(milliseconds)
  operator revocation recall --authority client --issued-from 2000-01-01 --reason superseded >"$run_folder/recall" || die "see $run_folder/recall"
  asked=$(milliseconds)
  id=$(ask_database -c 'select id from sa.recall')
  members=$(ask_database -c 'select members from sa.recall')
  for name in "${officers[@]}"; do as_officer "$name" approve-recall "$id" --reason benchmark --key "$run_folder/$name.key" >>"$logs/stage.log"; done
  approved=$(milliseconds)
  progress "waits for the recall"
  revoke_single_ones
  effective=$(milliseconds)
  until is_listed; do sleep 0.2; done
  read -r count longest <"$run_folder/singles"
  printf '\n'
  say "$(thousands "$members") certificates; $(nproc) cores; $(date -u +%FT%RZ)"
  say "asked for in $(((asked - began) / 1000)) s, shown to and signed by two officers in $(((approved - asked) / 1000)) s"
  say "effective $(((effective - approved) / 1000)) s later; on the complete list $((($(milliseconds) - effective) / 1000)) s after that"
  say "single revocations meanwhile: $count, the longest $longest ms with the start of its command"
  say "Signer: MiB $(memory_of signer)"
}

require_tools
exec {screen}>&2
trap 'finish $?' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
sweep_earlier_runs
make_stage_folders
answer=$run_folder/answer
lift_limit
build_programs
publish src/SigningAuthority.Client signctl
set_stage file
fill_to "$certificates"
register_officers
measure
