#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Runs what it is told under the account rabbitmq, whose folder a volume is.
set -eu
chown rabbitmq:rabbitmq /var/lib/rabbitmq
export HOME=/var/lib/rabbitmq
exec setpriv --reuid rabbitmq --regid rabbitmq --init-groups -- "/usr/lib/rabbitmq/bin/$@"
