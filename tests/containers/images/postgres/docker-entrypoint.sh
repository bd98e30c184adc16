#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Makes the data folder at the first start, and runs what it is told under the account postgres.
set -eu
install -d -o postgres -g postgres -m 700 "$PGDATA"
install -d -o postgres -g postgres /var/run/postgresql
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # shellcheck disable=SC2086  # words, not one
    setpriv --reuid postgres --regid postgres --init-groups -- \
        initdb -D "$PGDATA" --encoding UTF8 --pwfile "$POSTGRES_PASSWORD_FILE" $POSTGRES_INITDB_ARGS
fi
exec setpriv --reuid postgres --regid postgres --init-groups -- "$@" -c 'listen_addresses=*'
