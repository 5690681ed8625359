#!/bin/sh
# Keeps the revocation lists of the client roots fresh on a provider's server: fetches them, verifies each with the root that must have
# signed it, takes none that is older than the one at hand nor a delta's or a part's, replaces the file at once and has the web server
# read it.
#
#   fetch-crl.sh URL ROOTS LISTS [COMMAND...]
#     URL      http://HOST/crl/client-bundle.pem of the signing authority. Lists are signed, so plain HTTP can bring no false one; but who
#              sits on the way may go on giving out the last one. https:// prevents that (CURL_CA_BUNDLE=FILE names the root to trust).
#     ROOTS    client-bundle.pem, the file that the server trusts devices by
#     LISTS    the file to keep, for nginx' ssl_crl and Apache's SSLCARevocationFile
#     COMMAND  run when LISTS has changed, and again each time until it succeeds:  nginx -s reload   or   apachectl graceful
#              While LISTS.reload exists, the server has not been told of the last change.
#
# Every minute, by cron:          * * * * * root /usr/local/sbin/fetch-crl.sh URL ROOTS LISTS nginx -s reload
# or by systemd:                  fetch-crl.service and fetch-crl.timer beside this file
# Status 0: a fresh list is there for every root, and COMMAND has told the server of it. 1: that is not so, and stderr says why; what was
# at hand stays in use until it ends (its nextUpdate). An authority that is away for a while so stops nobody; a timer that fails for days
# must be seen to. A list is fresh for MOST_AGE_HOURS (an environment variable; 36, since authorities make one each day), though it
# holds for longer.
# Needs curl, openssl (1.1.1 or later), GNU date and timeout.
set -eu

if [ $# -lt 3 ]; then
  echo "usage: fetch-crl.sh URL ROOTS LISTS [COMMAND...]" >&2
  exit 2
fi
url=$1 roots=$2 lists=$3
shift 3
clock_skew=300
most_age_hours=${MOST_AGE_HOURS:-36}
# What a stranger on the way may have this machine store and read. A list of a million devices takes some 55 MB.
most_bytes=268435456
most_blocks=32

case $most_age_hours in
  0* | *[!0-9]*)
    echo "fetch-crl.sh: MOST_AGE_HOURS is \"$most_age_hours\": not a whole number of hours" >&2
    exit 2
    ;;
esac

umask 022
work=$(mktemp -d)
trap 'rm -rf "$work" "$lists.new.$$"' EXIT
trap 'exit 1' HUP INT TERM
status=0
fault() {
  echo "fetch-crl.sh: $*" >&2
  status=1
}

# One run at a time: a slow fetch must not overtake a later one. The lock goes with the process.
exec 9>"$lists.lock"
if command -v flock >/dev/null && ! flock -n 9; then
  echo "fetch-crl.sh: another run is under way" >&2
  exit 1
fi

# split KIND FILE: each PEM block of FILE becomes $work/KIND.1, KIND.2, ...; fails when there are too many.
# Folded before, since awk takes minutes for one line of many megabytes.
split() {
  fold -b -w 1000 "$2" | awk -v stem="$work/$1." -v most=$most_blocks '
    /^-----BEGIN / { if (++n > most) exit 1; inside = 1 }
    inside { print > (stem n) }
    /^-----END / { inside = 0; close(stem n) }'
}

# fetch FILE: asked with the tag of the last answer, since what has not changed is not sent again. The limit of the file's size is for
# answers that do not say how long they are; its signal is ignored, so that curl says what was wrong.
fetch() (
  case $url in https:*) ways='=https' ;; *) ways='=http,https' ;; esac
  trap '' XFSZ
  ulimit -f $((most_bytes / 512)) || :
  exec curl --silent --show-error --fail --location --max-redirs 2 --proto-redir "$ways" --connect-timeout 10 --max-time 120 \
    --max-filesize $most_bytes --etag-compare "$lists.etag" --etag-save "$work/etag" --output "$1" "$url" 9>&-
)

seconds() { date -u -d "$1" +%s; }

# field LIST NAME: crlNumber, lastUpdate or nextUpdate. A list may be long: it is read once.
field() {
  facts=$work/facts-${1##*/}
  [ -e "$facts" ] || openssl crl -in "$1" -noout -crlnumber -lastupdate -nextupdate >"$facts"
  sed -n "s/^$2=\(0x\)\{0,1\}//p" "$facts"
}

# The CRL number is up to 20 octets (RFC 5280 §5.2.3): compared as text of equal length. Without leading zeros the longer is the larger.
is_below() {
  a=$(printf '%s' "$1" | sed 's/^0*//') b=$(printf '%s' "$2" | sed 's/^0*//')
  [ ${#a} -lt ${#b} ] || { [ ${#a} -eq ${#b} ] && [ "$a" != "$b" ] && [ "$(printf '%s\n%s\n' "$a" "$b" | LC_ALL=C sort | head -n 1)" = "$a" ]; }
}

# An authority that was restored from a backup goes on from the number of then; what is replayed was made earlier, too.
is_later() { [ "$(seconds "$(field "$1" lastUpdate)")" -gt "$(seconds "$(field "$2" lastUpdate)")" ]; }

# Deltas, and lists of a part of the certificates, have a critical extension that says so (deltaCRLIndicator, issuingDistributionPoint:
# RFC 5280 §5.2.4, §5.2.5); it stands behind the entries. Servers look a device up in one list alone: with a delta, all that was revoked
# before it would count as good; with a part's, every device is turned away. Parts have numbers of their own, too.
is_complete() {
  ! openssl crl -in "$1" -outform DER | tail -c 4096 | od -An -v -tx1 | tr -d ' \n' | grep -q '0603551d1[bc]0101ff04'
}

# list_of ROOT KIND: the newest of the complete lists KIND.* that this root has signed, by its number; nothing when there is none. Roots of
# two generations may have the same name, so the signature decides whose a list is.
list_of() {
  newest=
  for list in "$work/$2".*; do
    [ -e "$list" ] || continue
    openssl crl -in "$list" -CAfile "$1" -noout 2>&1 | grep -qx 'verify OK' || continue
    is_complete "$list" || continue
    if [ -z "$newest" ] || is_below "$(field "$newest" crlNumber)" "$(field "$list" crlNumber)"; then newest=$list; fi
  done
  echo "$newest"
}

is_of_today() {
  now=$(date -u +%s)
  [ "$(seconds "$(field "$1" lastUpdate)")" -le $((now + clock_skew)) ] && [ "$(seconds "$(field "$1" nextUpdate)")" -gt "$now" ]
}

# A list that nobody replaces any more is valid for days, and so serves whoever keeps a new one back.
is_fresh() { [ "$(seconds "$(field "$1" lastUpdate)")" -ge $(($(date -u +%s) - most_age_hours * 3600)) ]; }

if ! split root "$roots" || [ ! -e "$work/root.1" ]; then
  echo "fetch-crl.sh: no certificate in $roots, or more than $most_blocks" >&2
  exit 1
fi
if [ -s "$lists" ]; then split kept "$lists" || :; fi

# A root that came since has no list here yet, though there is nothing new.
if [ ! -s "$lists" ] || [ -z "$(find "$lists.etag" -newer "$roots" 2>/dev/null)" ]; then rm -f "$lists.etag"; fi
if ! fetch "$work/fetched" 2>"$work/error"; then
  fault "$url: $(cat "$work/error")"
  rm -f "$work/fetched"
elif [ -s "$work/fetched" ] && ! split new "$work/fetched"; then
  fault "$url: more than $most_blocks lists: none is read"
  rm -f "$work/fetched" "$work"/new.*
fi

# What takes long to read is no list: one of a million devices takes seconds. Nothing of such an answer is taken.
for list in "$work"/new.*; do
  [ -e "$list" ] || continue
  timeout 20 openssl crl -in "$list" -noout >/dev/null 2>&1 && continue
  if [ $? -eq 124 ]; then
    fault "$url: what was fetched can't be read within 20 seconds: not taken"
    rm -f "$work/fetched" "$work"/new.*
  else
    rm -f "$list"
  fi
done

n=0
: >"$work/lists"
while n=$((n + 1)) && root=$work/root.$n && [ -e "$root" ]; do
  name=$(openssl x509 -in "$root" -noout -subject | sed 's/^subject= *//')
  kept=$(list_of "$root" kept) new=$(list_of "$root" new)
  take=$kept
  if [ -n "$new" ]; then
    if ! is_of_today "$new"; then
      fault "$name: the list that was fetched is not of today ($(field "$new" lastUpdate) to $(field "$new" nextUpdate)): not taken"
    elif [ -n "$kept" ] && is_below "$(field "$new" crlNumber)" "$(field "$kept" crlNumber)" && ! is_later "$new" "$kept"; then
      fault "$name: the list that was fetched (number $(field "$new" crlNumber)) is older than the one at hand ($(field "$kept" crlNumber)): not taken"
    else
      take=$new
    fi
  elif [ -s "$work/fetched" ]; then
    fault "$name: no complete list that this root has signed was fetched"
  fi

  if [ -z "$take" ]; then
    fault "$name: there is no list; a server that checks turns all its devices away"
  else
    if ! is_of_today "$take"; then
      fault "$name: the list at hand has ended ($(field "$take" nextUpdate)): all its devices are turned away"
    elif ! is_fresh "$take"; then
      fault "$name: the list at hand was made over $most_age_hours hours ago ($(field "$take" lastUpdate)): the authority stands still, or somebody on the way keeps new lists back"
    fi
    cat "$take" >>"$work/lists"
  fi
done

if [ -s "$work/lists" ] && ! cmp -s "$work/lists" "$lists"; then
  # The mark comes first: whatever ends this run before the server is told, the next one tells it.
  : >"$lists.reload"
  # Within one folder a rename replaces the file in one step: a server that starts just now reads the old list or the new one.
  cp "$work/lists" "$lists.new.$$"
  mv -f "$lists.new.$$" "$lists"
fi
if [ $# -gt 0 ] && [ -e "$lists.reload" ]; then
  # Without the lock: `apachectl graceful` starts a server that does not run, which would keep it for as long as it lives.
  if "$@" 9>&-; then
    rm -f "$lists.reload"
  else
    fault "\"$*\" ended with status $?: the server still goes by the lists of before, and is told again at the next run"
  fi
fi
# After a fault all is asked for again.
if [ $status -ne 0 ]; then rm -f "$lists.etag"; elif [ -s "$work/etag" ]; then cp "$work/etag" "$lists.etag"; fi
exit $status
