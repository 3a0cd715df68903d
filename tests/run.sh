#!/usr/bin/env bash
# Checks everything that must hold before a change goes in: format, lints, documentation, tests, and what is built in.
#
# Installs what is missing first. Stops at the first check that fails; needs neither a GPU nor a display. cargo-deny, which
# takes some minutes to build, is installed (into target/tools) only where SEXTET_INSTALL_TOOLS is set, as .ci/run does.

set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
# shellcheck source=../assets/setup.sh
source assets/setup.sh

check() {
    printf '\n== %s\n' "$*" >&2
    "$@"
}

loudly() { printf '\n!! %s\n' "$*" >&2; }

# Licences, versions and sources of the libraries that are built in; known holes where their database can be fetched.
check_supply() {
    PATH="$root/target/tools/bin:$PATH"
    if ! has_command cargo-deny && [[ -n "${SEXTET_INSTALL_TOOLS:-}" ]]; then
        # Unoptimised it checks in seconds, and is built in less than half the time.
        cargo install --locked --debug --root target/tools --target-dir target/tools/build cargo-deny || true
    fi
    if ! has_command cargo-deny; then
        loudly 'NOT CHECKED: licences, duplicates, sources and advisories; cargo install --locked cargo-deny'
        return
    fi
    check cargo deny --config .deny.toml check licenses bans sources
    local database=https://github.com/rustsec/advisory-db
    if GIT_TERMINAL_PROMPT=0 git -c http.lowSpeedLimit=1 -c http.lowSpeedTime=20 ls-remote "$database" HEAD >/dev/null 2>&1; then
        check cargo deny --config .deny.toml check advisories
    else
        loudly "NOT CHECKED: advisories, since $database cannot be reached from here"
    fi
}

sextet_setup
check cargo fmt --check
check cargo clippy --locked --all-targets -- -D warnings
check env RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps
check cargo test --locked --no-fail-fast
check_supply
