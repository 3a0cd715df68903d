#!/usr/bin/env bash
# Checks everything that must hold before a change goes in: format, lints, documentation, tests, and what is built in.
#
# Installs what is missing first. Stops at the first check that fails; needs neither a GPU nor a display. cargo-deny, which
# takes some minutes to build, is installed (into target/tools) only where SEXTET_INSTALL_TOOLS is set, as .ci/run does.
# Ends with the time of each check and of each test binary; tests/README.md says what each of those holds.

set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
# shellcheck source=../assets/setup.sh
source assets/setup.sh

# Lines of the list of times, and what comes after it: what failed, what could not be checked here.
times=''
closing=''
tests_output="$(mktemp)"

note_time() { times+="$(printf '%6s s  %s' "$1" "$2")"$'\n'; }

# Runs a check that has this name.
check() {
    local name="$1" begun=$SECONDS status=0
    shift
    printf '\n== %s\n' "${*#recorded }" >&2
    "$@" || status=$?
    note_time "$((SECONDS - begun))" "$name"
    ((status == 0)) || closing+="!! FAILED: $name"$'\n'
    return "$status"
}

not_checked() { closing+="!! NOT CHECKED: $*"$'\n'; }

# Seconds and name of each test binary in what `cargo test` wrote.
binary_times() {
    awk '
        { gsub(/\033\[[0-9;]*m/, "") }
        $1 == "Running" { name = $2 == "unittests" ? $3 : $2 }
        $1 == "Doc-tests" { name = "examples of the documentation" }
        /^test result:/ { sub(/s$/, "", $NF); printf "%s %s (%s passed)\n", $NF, name, $4 }
    ' "$tests_output"
}

# The list of times, also of what went well before a check failed; what asks for something to be done comes last.
finish() {
    local seconds name
    while read -r seconds name; do
        note_time "$seconds" "    $name"
    done < <(binary_times)
    closing+="$(sed -n 's/^test \(.*\) \.\.\. .*FAILED.*/!! FAILED: \1/p' "$tests_output")"
    rm -f "$tests_output"
    printf '\n== Times\n%s\n%s\n' "$times" "$closing" >&2
}

recorded() { "$@" 2>&1 | tee "$tests_output"; }

# Licences, versions and sources of the libraries that are built in; known holes where their database can be fetched.
check_supply() {
    PATH="$root/target/tools/bin:$PATH"
    if ! has_command cargo-deny && [[ -n "${SEXTET_INSTALL_TOOLS:-}" ]]; then
        # Unoptimised it checks in seconds, and is built in less than half the time.
        cargo install --locked --debug --root target/tools --target-dir target/tools/build cargo-deny || true
    fi
    if ! has_command cargo-deny; then
        not_checked 'licences, duplicates, sources and advisories; cargo install --locked cargo-deny'
        return
    fi
    check 'licences' cargo deny --config .deny.toml check licenses bans sources
    local database=https://github.com/rustsec/advisory-db
    if GIT_TERMINAL_PROMPT=0 git -c http.lowSpeedLimit=1 -c http.lowSpeedTime=20 ls-remote "$database" HEAD >/dev/null 2>&1; then
        check 'advisories' cargo deny --config .deny.toml check advisories
    else
        not_checked "advisories, since $database cannot be reached from here"
    fi
}

sextet_setup
trap finish EXIT
[[ ! -t 1 ]] || export CARGO_TERM_COLOR=always
check 'format' cargo fmt --check
check 'lints' cargo clippy --locked --all-targets -- -D warnings
check 'documentation' env RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps
check 'building the tests' cargo test --locked --no-run
check 'tests' recorded cargo test --locked --no-fail-fast
check_supply
