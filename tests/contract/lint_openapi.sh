#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Holds the OpenAPI document against the Dutch API Design Rules, with Spectral.
#
# usage: tests/contract/lint_openapi.sh [RULESET]
# Without the ruleset there is nothing to check against: that is said, and is no failure.
set -eu
cd "$(dirname "$0")/../.."
ruleset=${1:-../shared/rulesets/api-design-rules/linter.yaml}
home=${SCHAKEL_HOME:-.local}
version=6.16.3
if [ ! -f "$ruleset" ]; then
    echo "no ruleset at $ruleset: the API Design Rules are not checked"
    exit 0
fi
spectral=$home/npm/node_modules/.bin/spectral
if ! "$spectral" --version 2>/dev/null | grep -qx "$version"; then
    mkdir -p "$home/npm"
    npm install --prefix "$home/npm" --no-fund --no-audit --silent "@stoplight/spectral-cli@$version"
fi
.venv/bin/python -W ignore -m services.gateway.openapi > "$home/openapi.json"
"$spectral" lint --fail-severity warn --ruleset "$ruleset" "$home/openapi.json"
