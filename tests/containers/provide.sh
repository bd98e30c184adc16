#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Installs Debian's podman and what it needs to build and run containers, where they are missing and
# we are root. Nothing is started. It never fails: tests/containers says what to do when they are
# still missing.
set -eu
policy=/usr/sbin/policy-rc.d
netavark=/usr/lib/podman/netavark
missing() {
    for program in podman runc iptables ip debootstrap openssl; do
        command -v "$program" >/dev/null || return 0
    done
    test ! -x "$netavark"
}
if ! missing || ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    exit 0
fi
echo "podman is missing: installing Debian's podman, runc, netavark, aardvark-dns, iptables," \
    "debootstrap and openssl"
# A package would start a server of the whole machine; someone's own policy is theirs to decide.
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi
{
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
        podman runc netavark aardvark-dns iptables iproute2 debootstrap openssl ca-certificates
} >/dev/null || echo "apt-get could not install them" >&2
