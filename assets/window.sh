#!/usr/bin/env bash
# Takes assets/window.png, the picture at the head of the README: the window playing the demo at 1920×1080.
#
# Runs the program on a display of its own (Xvfb, with openbox), so that nothing else is in the picture, and with folders
# of its own, so that it looks as after the first start. A software driver does not draw six layers in time: there, --paused
# takes the frame at which it would have arrived.

set -euo pipefail
shopt -s extglob

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
picture="$root/assets/window.png"
media="$root/projects/media"
# The second of the demo at which it starts to play, and for how many it plays before the picture is taken.
start=5
seconds=2
colours=96

usage() {
    cat >&2 <<'END'
usage: assets/window.sh [--paused] [PROGRAM [SECONDS]]
PROGRAM is the built program; target/demo/sextet, which projects/demo.sh builds, if nothing is said.
SECONDS is how long the window has to stay as it is to count as drawn, 4 if nothing is said; more on a busy machine.
END
    exit 2
}

fail() {
    echo "window: $*" >&2
    exit 1
}

# Waits until a command succeeds, for at most this many seconds.
await() {
    local seconds="$1" end
    shift
    end=$((SECONDS + seconds))
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < end)) || return 1
        pause 0.2
    done
}

# Nothing to wait on tells when a window has drawn what it shows.
pause() { sleep "$1"; }

is_playing=yes
if [[ "${1:-}" == --paused ]]; then
    is_playing=no
    start=$((start + seconds))
    shift
fi
[[ $# -le 2 && "${1:-}" != -* && "${2:-4}" == +([0-9]) ]] || usage
program="${1:-${CARGO_TARGET_DIR:-$root/target}/demo/sextet}"
patience="${2:-4}"
[[ -x "$program" ]] || fail "there is no program at $program; projects/demo.sh builds it"
for clip in aurora bokeh ribbons embers rings title; do
    [[ -e "$media/$clip.mov" ]] || fail "there is no $media/$clip.mov; projects/demo.sh makes it"
done
for tool in Xvfb openbox xdotool import compare convert; do
    command -v "$tool" >/dev/null || fail "$tool is missing (packages: xvfb openbox xdotool imagemagick)"
done

work="$(mktemp -d)"
started=()
finish() {
    # Only what was started here, the last first.
    for ((i = ${#started[@]} - 1; i >= 0; i--)); do
        kill "${started[i]}" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap finish EXIT

# The number of a display that is free, which Xvfb chooses.
Xvfb -displayfd 3 -screen 0 1920x1080x24 3>"$work/display" >/dev/null 2>&1 &
started+=("$!")
await 10 test -s "$work/display" || fail "Xvfb does not start"
DISPLAY=":$(cat "$work/display")"
export DISPLAY
mkdir -p "$work/runtime" "$work/config/openbox"
chmod 700 "$work/runtime"
# Every window has all of the display, without a frame.
cat >"$work/config/openbox/rc.xml" <<'END'
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <applications><application class="*"><decor>no</decor><maximized>yes</maximized></application></applications>
</openbox_config>
END
openbox --config-file "$work/config/openbox/rc.xml" >/dev/null 2>&1 &
started+=("$!")
XDG_RUNTIME_DIR="$work/runtime" SEXTET_DATA_DIR="$work/data" SEXTET_CONFIG_DIR="$work/config" \
    SEXTET_CACHE_DIR="$work/cache" "$program" "$root/projects/demo.ron" >"$work/log" 2>&1 &
started+=("$!")
await 120 xdotool search --onlyvisible --name Sextet || fail "no window comes: $(tail -n 3 "$work/log")"

# Waits until the window is drawn: a picture of it that is not black all over, and differs from the one before by no
# more than a few figures.
settle() {
    local before="$work/before.png" now="$work/now.png" changed
    import -window root "$before"
    for ((i = 0; i < 60; i++)); do
        pause "$patience"
        import -window root "$now"
        # `compare` exits with 1 where pictures differ, and writes how many of their pixels do.
        changed="$(compare -metric AE -fuzz 4% "$before" "$now" null: 2>&1 || true)"
        if [[ "$changed" == +([0-9]) ]] && ((changed < 4000 && $(identify -format %k "$now") > 100)); then
            return 0
        fi
        mv "$now" "$before"
    done
    fail "the window does not come to rest"
}

# Files open, thumbnails are drawn.
pause 5
settle
# Where nothing is that would show a tooltip.
xdotool mousemove 500 0
xdotool windowfocus --sync "$(xdotool search --onlyvisible --name Sextet | tail -n 1)"
# The second layer, "Rings", which then has its handles on the picture.
xdotool key ctrl+Down
settle
xdotool key ctrl+Down
# Digits of a time fill from the right: seconds, then frames.
xdotool key t
settle
xdotool type "${start}00"
settle
xdotool key Return
settle
if [[ "$is_playing" == yes ]]; then
    xdotool key space
    pause "$seconds"
fi
import -window root "$work/window.png"
# So many colours are hard to tell from all of them, and a third of the size.
convert "$work/window.png" -strip -dither FloydSteinberg -colors "$colours" -define png:compression-level=9 "png8:$picture"
echo "window: $picture, $(($(wc -c <"$picture") / 1024)) KB"
