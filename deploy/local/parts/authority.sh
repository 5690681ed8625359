# shellcheck shell=bash
# The authority itself: schema, keys and roots, the demo's tenant, its tokens, a station, the Api's own certificate.

ca_config=$repository/ca-config
station=$local_folder/station
tls=$local_folder/tls
log_key=$local_folder/log.pub
demo_names=(callme.com telco.net voice.com example.net example.com)

ask_database() { superuser_psql "$database" -XAtq -v ON_ERROR_STOP=1 "$@"; }

# signer_command ROLE COMMAND...: a verb of the Signer, connected as ROLE's database user.
signer_command() {
  local role=$1 user=sa_$1
  shift
  [[ $role != postgres ]] || user=postgres
  env CaConfig__Folder="$ca_config" Database__Connection="$(connection "$role" "$user")" \
    Publication__Address="$(publication_address)" "${key_settings[@]}" \
    "$signer_program" "$@" </dev/null 9>&-
}

operator() { signer_command operator operator "$@"; }

migrate() {
  local role
  mkdir -p "$secrets/roles"
  for role in api signer auditor operator outreach; do
    keep_secret "$secrets/$role"
    cp "$secrets/$role" "$secrets/roles/$role"
  done
  quietly "$logs/migrate.log" signer_command postgres migrate --role-password-folder "$secrets/roles"
  step_done "database schema is current"
}

# The answers stand for the person who would read each authority's subject, key and dates aloud and say yes. They are
# taken from ca-config, so that the Signer's comparison with ca-config holds.
hold_ceremony() {
  jq -s '{ceremonies: [.[] | {authority: .id, subject, key, validityYears, confirmedBy: "local set-up"}]}' \
    "$ca_config"/authorities/*.json >"$local_folder/ceremony-answers.json"
  quietly "$logs/ceremony.log" signer_command signer ceremony create --all \
    --answers "$local_folder/ceremony-answers.json" --transcripts "$local_folder/transcripts"
  step_done "key ceremony held; transcripts are in $local_folder/transcripts"
}

# What certificates name: the front door's plain port, chosen before the Signer starts and kept while the Api runs.
publication_address() {
  local port
  if running_pid api >/dev/null; then port=$(remembered_port api-plain); else port=$(free_port api-plain); fi
  printf 'http://127.0.0.1:%s\n' "$port"
}

start_signer() {
  running_pid signer >/dev/null && return
  local port publication
  port=$(free_port signer-health)
  publication=$(publication_address)
  start_process signer --chdir="${signer_program%/*}" CaConfig__Folder="$ca_config" \
    Database__Connection="$(connection signer sa_signer)" \
    Signer__Lanes=Provider,Device,Log Signer__HealthAddress="http://127.0.0.1:$port" Log__StateFile="$local_folder/log-state" \
    Publication__Address="$publication" "${key_settings[@]}" "$signer_program" run
  wait_until 90 signer curl -fsS --max-time 5 "http://127.0.0.1:$port/health/ready"
  step_done "signer runs, token open"
}

# On one machine everything is on loopback: names are asked of the demo's dnsmasq, and addresses there may be called.
start_outreach() {
  running_pid outreach >/dev/null && return
  local port resolver web
  port=$(free_port outreach-health)
  resolver=$(known_port resolver)
  web=$(known_port names-web)
  start_process outreach --chdir="${outreach_program%/*}" CaConfig__Folder="$ca_config" \
    Database__Connection="$(connection outreach sa_outreach)" Outreach__Instance=local \
    Outreach__HealthAddress="http://127.0.0.1:$port" Outreach__Resolver="127.0.0.1:$resolver" \
    Outreach__UnsafeAllowedNetworks=127.0.0.0/8 Outreach__UnsafeProofPort="$web" "$outreach_program" run
  wait_until 90 outreach curl -fsS --max-time 5 "http://127.0.0.1:$port/health/ready"
  step_done "outreach runs, asking the resolver on 127.0.0.1:$resolver"
}

register_demo_provider() {
  local name
  [[ $(ask_database -c "select 1 from sa.provider where name = 'demo'") == 1 ]] ||
    quietly "$logs/operator.log" operator provider add demo
  for name in "${demo_names[@]}"; do
    [[ -n $(ask_database -c "select 1 from sa.provider_name n join sa.provider p on p.id = n.provider_id
        where p.name = 'demo' and n.suffix = '$name' and n.withdrawn_at is null") ]] ||
      quietly "$logs/operator.log" operator name add demo "$name"
  done
  step_done "provider demo holds ${demo_names[*]}"
}

# What one tenant may do in production would be in the way of measuring with one.
widen_limits() {
  local name
  for name in requests-per-minute submissions-per-hour dry-runs-per-minute downloads-per-hour unfinished-requests certificates-per-day; do
    [[ -n $(ask_database -c "select 1 from sa.limit_override where name = '$name'") ]] ||
      quietly "$logs/operator.log" operator limit set demo --limit "$name" --value 1000000
  done
  step_done "limits of provider demo are wide"
}

make_token_for() {
  local role=$1 provider=()
  [[ $role != provider ]] || provider=(--provider demo)
  if ! operator token create --role "$role" "${provider[@]}" --label local >"$secrets/token-$role" 2>>"$logs/operator.log"; then
    rm -f "$secrets/token-$role"
    die "no $role token could be made; see $logs/operator.log"
  fi
}

make_missing_tokens() {
  local role
  for role in provider auditor operator; do
    [[ -s $secrets/token-$role ]] || make_token_for "$role"
  done
}

# A token kept from an earlier start may have expired since: then the Api says 401, and another is made.
renew_refused_tokens() {
  local role path status
  for role in provider auditor operator; do
    case $role in
      provider) path=provider/requests ;;
      auditor) path='audit/entries?limit=1' ;;
      operator) path=operator/queue ;;
    esac
    status=$(curl -s -o /dev/null -w '%{http_code}' --cacert "$tls/authority.pem" \
      -H @<(printf 'Authorization: Bearer %s' "$(<"$secrets/token-$role")") "$api_address/api/v1/$path" || true)
    [[ $status != 401 ]] || make_token_for "$role"
  done
}

# One standing order for everything that the demo may make; a factory has one for each run of a product.
make_standing_order() {
  [[ $(ask_database -c "select 1 from sa.production_order where name = 'demo' and closed_at is null and not_after > now()") == 1 ]] ||
    quietly "$logs/operator.log" operator order create demo --product '*' --mac 000E08000000..000E08FFFEFF --serial '*' --station '*' \
      --quantity 16000000 --until "$(date -u -d '+10 years' +%Y-%m-%dT%H:%M:%SZ)"
  step_done "production order demo lets every station draw"
}

enrol_station() {
  mkdir -p "$station"
  if [[ ! -s $station/line-1.crt ]]; then
    # Enrolled, but the certificate was not written before an interruption: a working station is not enrolled twice.
    [[ -z $(ask_database -c "select 1 from sa.station where name = 'line-1' and revoked_at is null") ]] ||
      quietly "$logs/operator.log" operator station revoke line-1
    quietly "$logs/operator.log" openssl req -new -newkey rsa:2048 -nodes -sha256 -subj /CN=line-1 \
      -keyout "$station/line-1.key" -out "$station/line-1.csr"
    quietly "$logs/operator.log" operator station enrol line-1 --csr "$station/line-1.csr" --out "$station/line-1.crt"
  fi
  step_done "station line-1 is enrolled"
}

# The Api's own certificate, made again when less than a week of it is left.
make_service_certificate() {
  mkdir -p "$tls"
  if [[ ! -s $tls/api.key ]] || ! openssl x509 -in "$tls/api.crt" -noout -checkend 604800 >/dev/null 2>&1; then
    quietly "$logs/operator.log" operator service-tls --dns localhost --ip 127.0.0.1 \
      --out-certificate "$tls/api.crt.new" --out-key "$tls/api.key.new"
    mv "$tls/api.key.new" "$tls/api.key"
    mv "$tls/api.crt.new" "$tls/api.crt"
  fi
  operator root service >"$tls/authority.pem"
  step_done "the Api's own certificate is there"
}

start_api() {
  local port plain
  if ! running_pid api >/dev/null; then
    port=$(free_port api)
    plain=$(free_port api-plain)
    start_process api --chdir="${api_program%/*}" CaConfig__Folder="$ca_config" \
      Database__Connection="$(connection api sa_api)" Database__AuditorConnection="$(connection auditor sa_auditor)" \
      Api__Address="https://127.0.0.1:$port" Api__PlainAddress="http://127.0.0.1:$plain" Publication__Address="http://127.0.0.1:$plain" \
      Publication__CacheFolder="${tls%/*}/published" Api__TlsCertificate="$tls/api.crt" Api__TlsKey="$tls/api.key" "$api_program"
  fi
  api_address=https://127.0.0.1:$(remembered_port api)
  wait_until 90 api api_is_ready
  step_done "api is ready"
}

api_is_ready() {
  curl -fsS --max-time 5 --cacert "$tls/authority.pem" "https://127.0.0.1:$(remembered_port api)/health/ready" >/dev/null 2>&1
}

# What an auditor is given: taken over loopback here; a real one compares its SHA-256 with the ceremony's transcript.
write_log_key() {
  # There once the log's first checkpoint is signed.
  wait_until 60 api curl -fsS --max-time 30 --cacert "$tls/authority.pem" --output "$log_key.new" "$api_address/log/key"
  mv "$log_key.new" "$log_key"
}

write_environment() {
  {
    printf '%s=%q\n' SA_URL "$api_address"
    printf '%s=%q\n' SA_CACERT "$tls/authority.pem"
    printf '%s=%q\n' SA_PROVIDER_TOKEN "$(<"$secrets/token-provider")"
    printf '%s=%q\n' SA_AUDITOR_TOKEN "$(<"$secrets/token-auditor")"
    printf '%s=%q\n' SA_OPERATOR_TOKEN "$(<"$secrets/token-operator")"
    printf '%s=%q\n' SA_LOG_KEY "$log_key"
    printf '%s=%q\n' SA_STATION_CERT "$station/line-1.crt"
    printf '%s=%q\n' SA_STATION_KEY "$station/line-1.key"
    printf '%s=%q\n' SA_PG "$(superuser_address)"
    printf '%s=%q\n' SA_PLAIN_URL "http://127.0.0.1:$(remembered_port api-plain)"
    printf '%s=%q\n' SIGNCTL "$signctl_program"
    # signctl reads these from its environment.
    echo 'export SA_URL SA_CACERT SA_PROVIDER_TOKEN SA_AUDITOR_TOKEN SA_LOG_KEY SA_STATION_CERT SA_STATION_KEY'
  } >"$environment_file.new"
  mv "$environment_file.new" "$environment_file"
  write_signer_command
}

# .local/signer VERB...: the Signer's verbs as the runbooks name them, with this set-up's settings. Holds no secret itself.
# The caller may name another configuration for one command (CaConfig__Folder).
write_signer_command() {
  cat >"$local_folder/signer.new" <<COMMAND
#!/usr/bin/env bash
case \${1:-} in
  operator | drill) connection="$(connection operator sa_operator)" ;;
  log) connection="$(connection auditor sa_auditor)" ;;
  migrate) connection="$(connection postgres postgres)" ;;
  *) connection="$(connection signer sa_signer)" ;;
esac
exec env CaConfig__Folder="\${CaConfig__Folder:-$ca_config}" Database__Connection="\$connection" Publication__Address="$(publication_address)" \\
  SOFTHSM2_CONF="$token_configuration" Keys__Store=pkcs11 Keys__Pkcs11__Module="$pkcs11_module" \\
  Keys__Pkcs11__Token="$token_label" Keys__Pkcs11__PinFile="$token_folder/pin" "$signer_program" "\$@"
COMMAND
  chmod 700 "$local_folder/signer.new"
  mv "$local_folder/signer.new" "$local_folder/signer"
}
