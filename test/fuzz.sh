#!/bin/sh
# Runs every fuzz target of the packages, or of all, for FUZZTIME, which is 3000x
# if not given: so many inputs.
set -eu
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || set -- ./...
listed=$(go test -list '^Fuzz' "$@")
targets=$(printf '%s\n' "$listed" | awk '
	/^Fuzz/ { names[n++] = $1 }
	/^ok/   { for (i = 0; i < n; i++) print $2, names[i]; n = 0 }')
[ -n "$targets" ] || { echo "no fuzz target found" >&2; exit 1; }

printf '%s\n' "$targets" | while read -r package name; do
	echo "$package $name"
	go test -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-3000x}" "$package" </dev/null
done
