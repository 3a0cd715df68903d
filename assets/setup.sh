#!/usr/bin/env bash
# Installs what Sextet needs to build, to test and to run, and does nothing when all of it is there.
#
# Run it by itself (`assets/setup.sh`), or source it and call `sextet_setup`, as projects/demo.sh and tests/run.sh do:
# sourcing keeps a `cargo` that was installed just now on the PATH of the script that goes on.
#
# Each need is one line of `list_needs`: a check, and the package that meets it for apt, dnf, pacman and brew. Only the
# packages of failed checks are installed. Exit code 2 says that something is missing that could not be installed.
#
# Written for bash 3.2 and newer, because that is what macOS has.

set -euo pipefail

# What `rust-version` in Cargo.toml says.
RUST_MAJOR=1
RUST_MINOR=95
# FFmpeg 5.1, the oldest that the program is built and tested with.
AVCODEC_VERSION=59.37

say() { printf 'setup: %s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 2
}

# --- Checks -----------------------------------------------------------------------------------------------------------

has_command() { command -v "$1" >/dev/null 2>&1; }

has_ffmpeg_headers() {
    has_command pkg-config &&
        pkg-config --exists libavdevice libavformat libavutil libswresample libswscale &&
        pkg-config --atleast-version="$AVCODEC_VERSION" libavcodec
}

# Whether a test can start a sound server. Where the desktop's is another one it is let alone, and the test says so.
has_sound_server() { has_command pulseaudio || has_command pipewire; }

has_alsa_headers() { has_command pkg-config && pkg-config --exists alsa; }

has_ffmpeg_tools() { has_command ffmpeg && has_command ffprobe; }

# Whether the loader finds a shared library, by its soname.
has_library() {
    local directory cache
    for directory in /usr/lib /usr/lib64 /usr/local/lib /lib "/usr/lib/$(uname -m)-linux-gnu"; do
        [[ ! -e "$directory/$1" ]] || return 0
    done
    cache="$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true)"
    [[ "$cache" == *"$1"* ]]
}

# Whether bindgen finds libclang, which reads FFmpeg's headers.
has_libclang() {
    [[ -z "${LIBCLANG_PATH:-}" ]] || return 0
    compgen -G '/usr/lib/llvm-*/lib/libclang*.so*' >/dev/null ||
        compgen -G '/usr/lib/*/libclang*.so*' >/dev/null ||
        compgen -G '/usr/lib*/libclang*.so*' >/dev/null ||
        compgen -G '/usr/lib*/llvm*/lib*/libclang*.so*' >/dev/null
}

has_clang_headers() { has_command clang || compgen -G '/usr/lib/llvm-*/lib/clang/*/include/stddef.h' >/dev/null; }

# Whether there is any Vulkan driver, of a GPU or in software.
has_vulkan_driver() {
    compgen -G '/usr/share/vulkan/icd.d/*.json' >/dev/null ||
        compgen -G '/etc/vulkan/icd.d/*.json' >/dev/null ||
        [[ -n "${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-}" ]]
}

# Whether the desktop's file dialogs can be opened: through a portal, or else through zenity.
has_file_dialogs() {
    has_command zenity || compgen -G '/usr/share/xdg-desktop-portal/portals/*.portal' >/dev/null
}

has_xcode_tools() { xcode-select -p >/dev/null 2>&1; }

# --- Needs ------------------------------------------------------------------------------------------------------------

# Lines of: check | apt | dnf | pacman. The first six are for building, the next three are for the tests, which make their
# clips with them and record what they hear; the window loads the others when it opens.
list_linux_needs() {
    cat <<'NEEDS'
has_command cc|build-essential|gcc|base-devel
has_command pkg-config|pkg-config|pkgconf-pkg-config|pkgconf
has_ffmpeg_headers|libavcodec-dev libavdevice-dev libavformat-dev libavutil-dev libswresample-dev libswscale-dev|ffmpeg-free-devel|ffmpeg
has_alsa_headers|libasound2-dev|alsa-lib-devel|alsa-lib
has_libclang|libclang-dev|clang-devel|clang
has_clang_headers|clang|clang|clang
has_ffmpeg_tools|ffmpeg|ffmpeg-free|ffmpeg
has_sound_server|pulseaudio|pulseaudio|pulseaudio
has_command parec|pulseaudio-utils|pulseaudio-utils|libpulse
has_library libvulkan.so.1|libvulkan1|vulkan-loader|vulkan-icd-loader
has_vulkan_driver|mesa-vulkan-drivers|mesa-vulkan-drivers|vulkan-swrast
has_library libwayland-client.so.0|libwayland-client0|libwayland-client|wayland
has_library libxkbcommon.so.0|libxkbcommon0|libxkbcommon|libxkbcommon
has_library libxkbcommon-x11.so.0|libxkbcommon-x11-0|libxkbcommon-x11|libxkbcommon-x11
has_library libX11-xcb.so.1|libx11-xcb1|libX11-xcb|libx11
has_library libXcursor.so.1|libxcursor1|libXcursor|libxcursor
has_library libXi.so.6|libxi6|libXi|libxi
has_library libXrandr.so.2|libxrandr2|libXrandr|libxrandr
has_library libfontconfig.so.1|libfontconfig1|fontconfig|fontconfig
has_library libdbus-1.so.3|libdbus-1-3|dbus-libs|dbus
has_file_dialogs|zenity|zenity|zenity
NEEDS
}

package_manager() {
    local manager
    if [[ "$(uname -s)" == Darwin ]]; then
        has_command brew || fail "Homebrew is missing; install it from https://brew.sh, then run this again"
        echo brew
        return
    fi
    for manager in apt-get dnf pacman; do
        if has_command "$manager"; then
            echo "$manager"
            return
        fi
    done
    echo unknown
}

# Prints the packages whose checks fail, one a line.
missing_packages() {
    local manager="$1" check apt dnf pacman
    if [[ "$manager" == brew ]]; then
        has_xcode_tools || fail "the compiler is missing; run 'xcode-select --install', then run this again"
        has_command pkg-config || echo pkgconf
        { has_ffmpeg_headers && has_ffmpeg_tools; } || echo ffmpeg
        return
    fi
    while IFS='|' read -r check apt dnf pacman; do
        # The check is a command with its arguments, so it is split on purpose.
        # shellcheck disable=SC2086
        $check && continue
        case "$manager" in
            apt-get) tr ' ' '\n' <<<"$apt" ;;
            dnf) echo "$dnf" ;;
            pacman) echo "$pacman" ;;
            *) echo "$apt (as Debian names it)" ;;
        esac
    done < <(list_linux_needs) | sort -u
    if ! has_command cargo && ! has_command curl; then
        echo curl
    fi
}

# --- Installing -------------------------------------------------------------------------------------------------------

is_interactive() { [[ -t 0 && -t 2 && -z "${CI:-}" ]]; }

# Asks a question; no answer in time or no terminal is a no.
confirm() {
    local answer
    is_interactive || return 1
    read -r -p "setup: $1 [y/N] " answer </dev/tty || return 1
    [[ "$answer" == [yY]* ]]
}

# Makes sure that commands can be run as root, with the person's consent, or exits with what to install.
prepare_root() {
    local packages="$1"
    [[ "$(id -u)" != 0 ]] || return 0
    has_command sudo || fail "missing: $packages; there is no sudo, so install them as root, then run this again"
    # A build machine has nobody to ask; its sudo works without a password or not at all.
    if [[ -n "${CI:-}" ]] && sudo -n true 2>/dev/null; then
        return
    fi
    confirm "these packages are missing: $packages. Install them with sudo?" ||
        fail "missing: $packages; install them, then run this again"
}

run_as_root() {
    if [[ "$(id -u)" == 0 ]]; then
        "$@"
    else
        sudo "$@"
    fi
}

install_packages() {
    local manager="$1"
    shift
    if [[ "$manager" == unknown ]]; then
        fail "missing: $*; no package manager known here, so install them by hand, then run this again"
    fi
    if [[ "$manager" != brew ]]; then
        prepare_root "$*"
    fi
    say "installing: $*"
    case "$manager" in
        apt-get)
            run_as_root apt-get update -qq >&2
            run_as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
            ;;
        dnf) run_as_root dnf install -y "$@" >&2 ;;
        pacman) run_as_root pacman -S --needed --noconfirm "$@" >&2 ;;
        brew) brew install "$@" >&2 ;;
    esac
}

setup_packages() {
    local manager missing
    manager="$(package_manager)"
    missing="$(missing_packages "$manager")"
    [[ -n "$missing" ]] || return 0
    # One word per package.
    # shellcheck disable=SC2086
    install_packages "$manager" $missing
    missing="$(missing_packages "$manager" | tr '\n' ' ')"
    if [[ -n "$missing" ]]; then
        fail "still missing after installing, perhaps too old on this system (FFmpeg 5.1 is needed): $missing"
    fi
}

# --- Rust -------------------------------------------------------------------------------------------------------------

has_recent_cargo() {
    local version major minor
    has_command cargo || return 1
    version="$(cargo --version 2>/dev/null)" || return 1
    version="${version#cargo }"
    major="${version%%.*}"
    minor="${version#*.}"
    minor="${minor%%.*}"
    [[ "$major" =~ ^[0-9]+$ && "$minor" =~ ^[0-9]+$ ]] || return 1
    ((major > RUST_MAJOR || (major == RUST_MAJOR && minor >= RUST_MINOR)))
}

setup_rust() {
    local wanted="Rust $RUST_MAJOR.$RUST_MINOR or newer"
    # A Rust from rustup that this shell has not taken up yet.
    if ! has_command cargo && [[ -x "$HOME/.cargo/bin/cargo" ]]; then
        export PATH="$HOME/.cargo/bin:$PATH"
    fi
    ! has_recent_cargo || return 0
    if has_command rustup; then
        say "$wanted is needed; asking rustup for the stable toolchain"
        rustup toolchain install stable --profile minimal --component rustfmt --component clippy
        export RUSTUP_TOOLCHAIN=stable
    else
        if is_interactive && ! confirm "$wanted is missing. Install it for this user with rustup from https://sh.rustup.rs?"; then
            fail "$wanted is missing; install it (https://rustup.rs), then run this again"
        fi
        say "$wanted is missing; installing it for this user in ~/.cargo with rustup from https://sh.rustup.rs"
        curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs |
            sh -s -- -y --profile minimal --component rustfmt --component clippy
        export PATH="$HOME/.cargo/bin:$PATH"
    fi
    has_recent_cargo || fail "cargo is still older than $RUST_MAJOR.$RUST_MINOR; check 'rustup show', then run this again"
}

sextet_setup() {
    setup_packages
    setup_rust
}

if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then
    sextet_setup
    say "all that Sextet needs is there"
fi
