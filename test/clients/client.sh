# What every client of test/clients needs: to install itself, to compare, to count.
# shellcheck shell=bash

set -u -o pipefail
client=$(basename "$0")
root=$PWD
work=$PWD/build/clients/$client			# for what it writes; kept
passed=0
failed=0
rm -rf "$work"
mkdir -p "$work" || exit 1

# skip WHY: this client cannot be had here.
skip()
{
	echo "skipped: $*"
	exit 0
}

installed()
{
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null)" = installed ]
}

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

# needs PACKAGE...: Debian's packages, installed if they are not.
needs()
{
	local p missing=()
	for p in "$@"; do
		installed "$p" || missing+=("$p")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	as_root true 2> /dev/null || skip "not installed: ${missing[*]}; run as root or with sudo"
	as_root apt-get update -q
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y -q \
		--no-install-recommends "${missing[@]}" || skip "apt-get cannot install ${missing[*]}"
}

# needs_npm PACKAGE@VERSION...: npm's packages, into $modules.
modules=$PWD/build/clients/npm/$client
needs_npm()
{
	command -v npm > /dev/null || needs npm
	mkdir -p "$modules" &&
	npm install --prefix "$modules" --no-audit --no-fund --no-save "$@" || skip "npm cannot install $*"
}

# is WHAT GOT EXPECTED
is()
{
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
		echo "ok - $1"
	else
		failed=$((failed + 1))
		echo "not ok - $1"
		diff <(echo "$3") <(echo "$2") | sed 's/^</    expected: /; s/^>/    got:      /'
	fi
}

# has WHAT TEXT PART: the part stands in the text
has()
{
	if [[ $2 == *"$3"* ]]; then
		is "$1" "$3" "$3"
	else
		is "$1" "$2" "$3"
	fi
}

# checks COMMAND...: a program in another language that prints "ok - ..." and "not ok - ..."
# and, when it got to its end, "done".
checks()
{
	local said
	said=$("$@" 2>&1)
	echo "$said"
	passed=$((passed + $(grep -c '^ok - ' <<< "$said")))
	failed=$((failed + $(grep -c '^not ok - ' <<< "$said")))
	[ "$(tail -n 1 <<< "$said")" = 'done' ] || is "$1 gets to its end" no yes
}

# ask QUERY: its answer, from psql, without decoration
ask()
{
	psql -X -A -t -q -v ON_ERROR_STOP=1 -c "$1"
}

# block LANGUAGE HEADING: the first such block below a heading of doc/clients.md
block()
{
	awk -v language="$1" -v heading="## $2" '
		/^## / { here = $0 == heading }
		/^```/ && inside { exit }
		inside
		here && $0 == "```" language { inside = 1 }' "$root/doc/clients.md"
}

# documented HEADING LANGUAGE COMMAND...: the snippet that doc/clients.md shows below a
# heading prints, given to the command as its last argument, the text that stands there
documented()
{
	local heading=$1 language=$2
	shift 2
	block "$language" "$heading" > "$work/snippet.$language"
	is "the snippet of doc/clients.md for $heading prints what stands there" \
		"$("$@" "$work/snippet.$language" 2>&1 | sed 's/ *$//')" "$(block text "$heading" | grep . || echo 'no text there')"
}

finish()
{
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
	exit
}
