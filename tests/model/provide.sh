#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Installs Debian's spin and gcc where they are missing and we may: as root, or by a sudo that
# asks nothing. It never fails: tests/model/run.py says what to do when they are still missing.
set -eu
if command -v spin >/dev/null && command -v gcc >/dev/null; then
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
echo "spin or gcc is missing: installing Debian's spin, gcc and libc6-dev"
{
    $rights apt-get update -q
    $rights env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
        spin gcc libc6-dev
} >/dev/null || echo "apt-get could not install them" >&2
