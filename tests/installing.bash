# Installing what is missing, for tests/run and tests/bench. `work` is a folder that they remove.

# Installs a Debian package unless its command is there.
need() { # command, package…
    command -v "$1" >/dev/null && return
    local root=()
    ((EUID == 0)) || root=(sudo)
    if [[ -z ${apt_updated:-} ]]; then
        "${root[@]}" apt-get update -q && apt_updated=yes
    fi
    DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -qy --no-install-recommends "${@:2}"
}

# The servers of stores, which programs start and stop, each on a port that is free.
store_servers() {
    need redis-server redis-server || return 1
    need redis-cli redis-tools || return 1
    if ! compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; then
        need postgres postgresql || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null
    fi
}

# Chromium, its driver, and what asks a page whether everybody can use it.
browser_and_axe() {
    need chromedriver chromium chromium-driver || return 1
    node_packages ../../browser/node
}

# Node, and the packages that sessions are shared with, as their lock files have them. None runs a
# script.
node_packages() { # folder of tests/interop/node…
    local folder is_old='const [a, b] = process.versions.node.split("."); a < 20 || a == 20 && b < 19'
    need node nodejs || return 1
    need npm npm || return 1
    # Debian 12 has Node 18, which cannot load them.
    if [[ $(node -p "$is_old") == true ]]; then
        local package
        package=node-linux-$(node -p process.arch)
        npm install --prefix "$work/node" --no-audit --no-fund "$package@20" || return 1
        PATH=$work/node/node_modules/$package/bin:$PATH
    fi
    for folder in "$@"; do
        (cd "tests/interop/node/$folder" &&
            npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || return 1
    done
}
