#!/usr/bin/env bash
# Fetches the released binary that the action stands for, its checksum verified, or tells that it has to be built.
#
# In: INPUT_VERSION (may be empty), ACTION_REPOSITORY and ACTION_REF (empty for `uses: ./`), the runner's own variables.
#     MLLINT_BINARY, where it is set, is a binary to be used as it is.
# Out: `binary` (where it is, or will be), `build` (true or false) and, to build, `key` (of the cache).
set -euo pipefail

source="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
server="${GITHUB_SERVER_URL:-https://github.com}"
repository="${ACTION_REPOSITORY:-mllint/mllint}"

main() {
    if [[ -n "${MLLINT_BINARY:-}" ]]; then
        out binary "$MLLINT_BINARY"
        out build false
        return
    fi
    local home="$RUNNER_TEMP/mllint" name=mllint version
    [[ "${RUNNER_OS:-}" != Windows ]] || name=mllint.exe
    out binary "$home/bin/$name"
    mkdir -p "$home/bin"

    version="${INPUT_VERSION#v}"
    if [[ -n "$version" && ! "$version" =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]]; then
        fail "the input \`version\` is no version such as 0.1.0"
    fi
    if [[ -z "$version" ]]; then
        version="$(released)"
    fi
    if [[ -n "$version" ]] && fetched "$version" "$home"; then
        out build false
        return
    fi
    if [[ -n "${INPUT_VERSION:-}" && "$version" != "$(own_version)" ]]; then
        fail "there is no release $version for ${RUNNER_OS:-?} ${RUNNER_ARCH:-?}; without \`version\` the action is built"
    fi
    echo "no release is the same as the action's source: mllint is built from it (about 3 minutes, then cached)"
    out build true
    out key "mllint-${RUNNER_OS:-?}-${RUNNER_ARCH:-?}-$(fingerprint)"
}

out() {
    printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

fail() {
    printf '::error title=mllint::%s\n' "$1"
    exit 2
}

# The version whose tag is the commit that the action was chosen by: `v0.1.0`, `v0` or a hash.
released() {
    [[ -n "${ACTION_REPOSITORY:-}" && -n "${ACTION_REF:-}" ]] || return 0
    GIT_TERMINAL_PROMPT=0 git ls-remote --tags "$server/$ACTION_REPOSITORY" 2>/dev/null | awk -v ref="$ACTION_REF" '
        # The commit of an annotated tag is on a line of its own, after the tag.
        { name = $2; sub(/^refs\/tags\//, "", name); sub(/\^\{\}$/, "", name); commit[name] = $1 }
        END {
            wanted = (ref in commit) ? commit[ref] : ref
            if (ref ~ /^v[0-9]+\.[0-9]+\.[0-9]+/ && ref in commit) { print substr(ref, 2); exit }
            for (name in commit)
                if (name ~ /^v[0-9]+\.[0-9]+\.[0-9]+$/ && commit[name] == wanted) { print substr(name, 2); exit }
        }' || true
}

# Whether the archive of a version is there for this machine and is what the release says it is.
fetched() {
    local version="$1" home="$2" target archive url sum
    case "${RUNNER_OS:-}-${RUNNER_ARCH:-}" in
        Linux-X64) target=x86_64-unknown-linux-musl ;;
        Linux-ARM64) target=aarch64-unknown-linux-musl ;;
        macOS-X64) target=x86_64-apple-darwin ;;
        macOS-ARM64) target=aarch64-apple-darwin ;;
        Windows-X64) target=x86_64-pc-windows-msvc ;;
        *) return 1 ;;
    esac
    archive="mllint-$target.tar.gz"
    url="$server/$repository/releases/download/v$version"
    # Names without a folder: tar takes `C:` for another machine.
    cd "$home"
    for file in SHA256SUMS "$archive"; do
        curl --fail --silent --show-error --location --retry 3 --proto '=https' --output "$file" "$url/$file" || return 1
    done
    sum="$(awk -v name="$archive" '$2 == name { print $1 }' SHA256SUMS)"
    if [[ -z "$sum" || "$(sha256 "$archive")" != "$sum" ]]; then
        fail "$archive of release $version is not what its SHA256SUMS says: it is not used"
    fi
    tar -xzf "$archive" -C bin
    echo "mllint $version, its checksum verified: $url/$archive"
}

own_version() {
    sed -n 's/^version = "\(.*\)"$/\1/p' "$source/Cargo.toml" | head -n 1
}

# A hash of all that a build depends on.
fingerprint() {
    (
        cd "$source"
        find Cargo.toml Cargo.lock src rules -type f -print0 | LC_ALL=C sort -z | xargs -0 cat | sha256
    )
}

# SHA-256 of a file or of standard input: Linux and Windows have one program for it, macOS another.
sha256() {
    if command -v sha256sum >/dev/null; then
        sha256sum "$@" | cut -d ' ' -f 1
    else
        shasum -a 256 "$@" | cut -d ' ' -f 1
    fi
}

main
