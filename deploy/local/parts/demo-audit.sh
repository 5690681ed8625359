# shellcheck shell=bash
# What the auditor sees: every act of this run, in order, refusals too.

fetch_entries() {
  local after='' page
  : >"$demo/entries.ndjson"
  while :; do
    page=$(call auditor GET "/api/v1/audit/entries?from=$demo_started&limit=1000${after:+&after=$after}" --header 'Accept: application/x-ndjson')
    expect 'HTTP status' 200 "$page"
    [[ -s $demo/answer ]] || break
    cat "$demo/answer" >>"$demo/entries.ndjson"
    after=$(tail -n 1 "$demo/answer" | jq -r .index)
    (($(wc -l <"$demo/answer") >= 1000)) || break
  done
}

missing_types() {
  comm -23 <(printf '%s\n' request.submitted request.refused certificate.intended certificate.issued certificate.downloaded \
    roots.downloaded entries.queried request.checked name.challenged name.proven request.approved kit.downloaded | sort) <(jq -r .type "$demo/entries.ndjson" | sort -u)
}

# Entries become visible once the log has given them their place; this very query is an act too, which the next one shows.
wait_for_entries() {
  local deadline=$((SECONDS + 30))
  fetch_entries
  while [[ -n $(missing_types) ]] && ((SECONDS < deadline)); do
    sleep 0.5
    fetch_entries
  done
  expect 'missing acts' '' "$(missing_types)"
  jq -e -s '[.[].index] | . == sort' "$demo/entries.ndjson" >"$demo/verified" || expect 'order' 'by index' 'another'
  printf '%s entries\n' "$(wc -l <"$demo/entries.ndjson")"
}

# Acts of the same kind by the same actor that follow one another are one line with their number.
show_entries() {
  jq -r -s '
    reduce .[] as $entry ([];
      if length > 0 and .[-1].type == $entry.type and .[-1].actor == $entry.actor
      then .[-1].count += 1
      else . + [$entry + {count: 1}] end)
    | .[] | [(.index | tostring), .at[11:23], .type, .actor, (.subject // .mac // "") + (if .count > 1 then " … ×\(.count)" else "" end)]
    | @tsv' "$demo/entries.ndjson" |
    awk -F '\t' 'BEGIN { printf "%7s  %-12s  %-24s  %-22s  %s\n", "index", "time (UTC)", "act", "who", "what" }
      { printf "%7s  %-12s  %-24s  %-22s  %s\n", $1, $2, $3, $4, $5 }'
}

verify_log() { signer_command auditor log verify; }

read_audit_log() {
  heading "The auditor"
  step "GET /api/v1/audit/entries shows every act of this run" wait_for_entries
  step "in order" show_entries
  step "the whole log is recomputed from the database: log verify" verify_log
}
