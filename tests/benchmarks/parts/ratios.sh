# shellcheck shell=bash
# What the table comes to, beside what was to be reached. Rates are those of the table; a part that was not measured is left out.

# cells COLUMN PATTERN: a column of the rows whose label matches, without thousands' commas.
cells() { awk -F' *[|] *' -v column="$(($1 + 1))" -v pattern="$2" '$2 ~ pattern {gsub(",", "", $column); if ($column ~ /^[0-9.]+$/) print $column}' "$table"; }
best() { cells 2 "$1" | sort -g | tail -n 1; }
worst() { cells 2 "$1" | sort -g | head -n 1; }

# ratio SENTENCE PART WHOLE TARGET
ratio() {
  [[ -n $2 && -n $3 ]] || return 0
  awk -v s="$1" -v a="$2" -v b="$3" -v t="$4" 'BEGIN {printf "| %s | %.2f | %s |\n", s, a / b, t}'
}

print_ratios() {
  local name few='single, (8|64|256) clients' limit peer
  limit=$(best '^openssl speed')
  peer=$(best '^cfssl')
  printf '\n| ratio | is | to reach |\n|---|--:|--:|\n'
  ratio 'single (best of 8 to 256 clients) ÷ cfssl' "$(best "^key in a file, $few")" "$peer" '3'
  ratio 'batch ÷ openssl speed' "$(best '^key in a file, .*batch')" "$limit" '0.50'
  ratio 'SoftHSM batch ÷ the token alone' "$(best '^SoftHSM, .*batch')" "$(best '^SoftHSM alone')" '0.80'
  for name in 'key in a file' SoftHSM; do
    ratio "$name: single, slowest ÷ fastest of 8 to 256 clients" "$(worst "^$name, $few")" "$(best "^$name, $few")" '0.90'
    ratio "$name: single, 1000 clients ÷ fastest of 8 to 256" "$(best "^$name, single, 1000")" "$(best "^$name, $few")" 'no collapse'
  done
  ratio 'CPU a single certificate, largest table ÷ empty table' "$(cells 9 'certificates before, single' | tail -n 1)" \
    "$(cells 9 '^0 certificates before, single')" 'about 1'
}
