# Sourced by quickstart and test: what a machine needs before Coppice can be built, and how to get it.

# say TEXT: a heading.
say() {
    if [[ -t 1 && -z "${NO_COLOR:-}" ]]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi
}

# fail STATUS TEXT
fail() {
    printf 'error: %s\n' "$2" >&2
    exit "$1"
}

has_postgres_server() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null
}

has_font() { compgen -G "/usr/share/fonts/truetype/$1/*.ttf" >/dev/null; }

# missing_packages [test]: Debian's names of what is not there yet.
missing_packages() {
    command -v pkg-config >/dev/null || echo pkg-config
    pkg-config --exists libpq 2>/dev/null || echo libpq-dev
    pkg-config --exists libcrypto 2>/dev/null || echo libssl-dev
    has_postgres_server || echo postgresql
    command -v gnuplot >/dev/null || echo gnuplot-nox
    has_font dejavu || echo fonts-dejavu-core
    # Chinese, Japanese and Korean.
    has_font droid || echo fonts-droid-fallback
    if [[ "${1:-}" == test ]]; then
        python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
        [[ -x /usr/sbin/pgbouncer ]] || command -v pgbouncer >/dev/null || echo pgbouncer
        command -v chromium >/dev/null || echo chromium
        command -v chromedriver >/dev/null || echo chromium-driver
    fi
}

# install_prerequisites [test]: installs what is missing with apt, and checks that Swift is there.
install_prerequisites() {
    command -v swift >/dev/null ||
        fail 69 'swift: not found; install Swift 6.3 or newer from https://www.swift.org/install'

    local missing as_root=()
    mapfile -t missing < <(missing_packages "$@")
    if ((${#missing[@]} == 0)); then
        echo 'All system packages are there.'
        return
    fi

    echo "Missing packages: ${missing[*]}"
    command -v apt-get >/dev/null ||
        fail 69 "apt-get: not found; install what the packages ${missing[*]} contain in the way of your system"
    if ((EUID != 0)); then
        command -v sudo >/dev/null ||
            fail 69 "installing needs root, and there is no sudo; run as root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi

    # Coppice makes a cluster of its own. One that Debian would start at every boot is not needed.
    local no_cluster=''
    if ! has_postgres_server; then
        no_cluster=/etc/postgresql-common/createcluster.d/coppice-install.conf
        "${as_root[@]}" mkdir -p "${no_cluster%/*}"
        echo 'create_main_cluster = false' | "${as_root[@]}" tee "$no_cluster" >/dev/null
    fi
    local status=0
    {
        "${as_root[@]}" apt-get update -qq &&
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
                apt-get install -y -qq --no-install-recommends "${missing[@]}"
    } || status=$?
    if [[ -n "$no_cluster" ]]; then "${as_root[@]}" rm -f "$no_cluster"; fi
    ((status == 0)) || fail 69 "apt-get: failed with status $status; see its messages above"
}

# Static: the programs start faster, and run where Swift is not installed. Without debugging information: a quarter of the
# time that a build takes.
release_options=(-c release --static-swift-stdlib -debug-info-format none)

# run_swift ARGUMENTS…: the package manager builds much anew when any variable of the environment has changed, so that
# builds get few of them, and the rest only for downloads.
run_swift() {
    swift package resolve --quiet
    env -i HOME="$HOME" PATH="$PATH" LANG=C.UTF-8 TMPDIR="${TMPDIR:-/tmp}" ${CI:+CI="$CI"} swift "$@"
}

# forget_stale_objects debug|release: the package manager's incremental builds miss that the layout of a type, or how a
# function is called, changed in another file of another module: programs and tests then fail to link, crash or hang. After
# a pull or a commit our own modules are built anew; the packages we use are kept.
forget_stale_objects() {
    local sources folder known=.build/$1-sources
    sources=$(git rev-parse HEAD:Sources 2>/dev/null || echo unknown)
    if [[ "$sources" == "$(cat "$known" 2>/dev/null)" ]]; then return; fi
    # Only what is compiled: the lists beside it are not written again.
    for folder in Sources/* Tests/* Benchmarks/*/; do
        find .build/*/"$1"/"$(basename "$folder")".build -type f \
            \( -name '*.o' -o -name '*.swiftdeps' -o -name '*.priors' \) -delete 2>/dev/null || true
    done
    mkdir -p .build
    echo "$sources" >"$known"
}

# build_release PROGRAM…
build_release() {
    local program
    forget_stale_objects release
    for program in "$@"; do run_swift build "${release_options[@]}" --product "$program"; done
}
