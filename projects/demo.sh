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
frames=240

usage() {
    echo "usage: projects/demo.sh [--headless]" >&2
    exit 2
}

has_display() {
    [[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" || "$(uname -s)" == Darwin ]]
}

# Makes one clip unless it is there: the picture that it shows, and its format.
make_clip() {
    local picture="$1" format="$2"
    [[ ! -e "$media/$picture.mov" ]] || return 0
    echo "demo: making $media/$picture.mov ($format)" >&2
    # Under another name first, so that a clip whose making was interrupted is made again.
    rm -f "$media/.unfinished.mov"
    "$sextet" testcard -o "$media/.unfinished.mov" --picture "$picture" --format "$format" --size 1920x1080 --fps 60 \
        --frames "$frames" --chunks 4
    mv "$media/.unfinished.mov" "$media/$picture.mov"
}

make_clips() {
    mkdir -p "$media"
    make_clip aurora hap-q
    make_clip bokeh hap
    make_clip ribbons hap-q
    make_clip embers hap-alpha
    make_clip rings hap-alpha
    make_clip title hap-q-alpha
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
