#!/usr/bin/env bash
# Checks everything that must hold before a change goes in: format, lints, documentation, tests.
#
# Installs what is missing first. Stops at the first check that fails; needs neither a GPU nor a display.

set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
# shellcheck source=../assets/setup.sh
source assets/setup.sh

check() {
    printf '\n== %s\n' "$*" >&2
    "$@"
}

sextet_setup
check cargo fmt --check
check cargo clippy --locked --all-targets -- -D warnings
check env RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps
check cargo test --locked
