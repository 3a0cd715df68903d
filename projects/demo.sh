#!/usr/bin/env bash
# Shows Sextet at work: six layers of 1920×1080 at 60 pictures a second.
#
# Installs what is missing, builds the program, makes six demo clips once (in projects/media/, which git ignores), and
# opens projects/demo.ron in the window. Without a display, or with --headless, it plays the same project for ten
# seconds without a window, and prints the report and where the screenshot is.

set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
# shellcheck source=../assets/setup.sh
source assets/setup.sh

project=projects/demo.ron
media=projects/media
frames=300

usage() {
    echo "usage: projects/demo.sh [--headless]" >&2
    exit 2
}

has_display() {
    [[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" || "$(uname -s)" == Darwin ]]
}

# Makes one clip unless it is there: name, format, seed, then what else `testcard` is told.
make_clip() {
    local name="$1" format="$2" seed="$3"
    shift 3
    [[ ! -e "$media/$name.mov" ]] || return 0
    echo "demo: making $media/$name.mov ($format)" >&2
    # Under another name first, so that a clip whose making was interrupted is made again.
    "$sextet" testcard --overwrite -o "$media/.unfinished.mov" --format "$format" --size 1920x1080 --fps 60 --frames "$frames" \
        --chunks 4 --seed "$seed" "$@"
    mv "$media/.unfinished.mov" "$media/$name.mov"
}

make_clips() {
    mkdir -p "$media"
    make_clip one hap-q 1
    make_clip two hap 2 --noise 0.3
    make_clip three hap-alpha 3 --noise 0.1
    make_clip four hap-q-alpha 4 --noise 0.1
    make_clip five hap 5 --noise 0.05
    make_clip six hap-q 6 --noise 0.2
}

play_headless() {
    local report="$media/demo-report.json" screenshot="$media/demo-screenshot.png" rc=0
    echo "demo: no display, so playing for ten seconds without a window" >&2
    "$sextet" play "$project" --headless --seconds 10 --report "$report" --screenshot "$screenshot" >/dev/null || rc=$?
    [[ ! -e "$report" ]] || { cat "$report"; echo; }
    [[ ! -e "$screenshot" ]] || echo "screenshot: $root/$screenshot"
    # 1 says that frames were dropped, as they are on a software driver; the report has said so.
    [[ "$rc" -le 1 ]] || return "$rc"
}

headless=no
case "${1:-}" in
    '') has_display || headless=yes ;;
    --headless) headless=yes ;;
    *) usage ;;
esac

sextet_setup
cargo build --profile demo --locked
sextet="${CARGO_TARGET_DIR:-$root/target}/demo/sextet"
make_clips
if [[ "$headless" == yes ]]; then
    play_headless
else
    exec "$sextet" "$project"
fi
