#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Installs Debian's prometheus and prometheus-alertmanager where they are missing and we may: as
# root, or by a sudo that asks nothing. Nothing is started. It never fails:
# tests/operations/watching.py says what to do when they are still missing.
set -eu
policy=/usr/sbin/policy-rc.d
if command -v promtool >/dev/null && command -v amtool >/dev/null; then
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    exit 0
fi
if [ "$(id -u)" -eq 0 ]; then
    rights=
elif sudo -n true 2>/dev/null; then
    rights="sudo -n"
else
    exit 0
fi
echo "promtool or amtool is missing: installing Debian's prometheus and prometheus-alertmanager"
# A package would start a server of the whole machine; someone's own policy is theirs to decide.
if [ ! -e "$policy" ]; then
    trap '$rights rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | $rights tee "$policy" >/dev/null
    $rights chmod 755 "$policy"
fi
{
    $rights apt-get update -q
    $rights env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
        prometheus prometheus-alertmanager
} >/dev/null || echo "apt-get could not install them" >&2
