# SPDX-License-Identifier: EUPL-1.2
"""Databases and roles: one database a service, one role that owns it, one that works in it."""

import os
import sys
from urllib.parse import quote, urlsplit, urlunsplit

from psycopg import Connection, sql
from psycopg.rows import DictRow

from shared.runtime.config import with_files
from shared.runtime.db import connect, wait_as_long_as_it_takes

MESSAGING = "schakel_messaging"


def provision(
    admin_url: str, service: str, *, owner_password: str, service_password: str
) -> tuple[str, str]:
    """Make a service's database and its two roles, or bring them up to date.

    `schakel_<service>_owner` owns the tables and runs the migrations; `schakel_<service>` may
    connect and do what the migrations granted it, and nothing else may connect. Gives the
    owner's and the service's address. Passwords are set anew each time.
    """
    name = f"schakel_{service}"
    owner = f"{name}_owner"
    with connect(admin_url, application_name="schakel-provision") as admin:
        # Two provisions at a time would race for the same catalogue rows.
        wait_as_long_as_it_takes(admin)
        admin.execute("SELECT pg_advisory_lock(hashtext('schakel-provision'))")
        _group(admin)
        _role(admin, owner, owner_password)
        _role(admin, name, service_password)
        admin.execute(
            sql.SQL("GRANT {} TO {}").format(sql.Identifier(MESSAGING), sql.Identifier(name))
        )
        _database(admin, name, owner)
    return (
        address(admin_url, database=name, user=owner, password=owner_password),
        address(admin_url, database=name, user=name, password=service_password),
    )


def address(url: str, *, database: str, user: str, password: str) -> str:
    """Give the address of another database and user on the same server."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    netloc = f"{quote(user, safe='')}:{quote(password, safe='')}@{place}"
    return urlunsplit(parts._replace(netloc=netloc, path=f"/{database}"))


def _exists(admin: Connection[DictRow], query: sql.SQL, name: str) -> bool:
    return admin.execute(query, [name]).fetchone() is not None


def _group(admin: Connection[DictRow]) -> None:
    if not _exists(admin, sql.SQL("SELECT 1 FROM pg_roles WHERE rolname = %s"), MESSAGING):
        admin.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(MESSAGING)))


def _role(admin: Connection[DictRow], name: str, password: str) -> None:
    known = _exists(admin, sql.SQL("SELECT 1 FROM pg_roles WHERE rolname = %s"), name)
    verb = sql.SQL("ALTER" if known else "CREATE")
    admin.execute(
        sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
            verb, sql.Identifier(name), sql.Literal(password)
        )
    )


def _database(admin: Connection[DictRow], name: str, owner: str) -> None:
    database, role = sql.Identifier(name), sql.Identifier(owner)
    if not _exists(admin, sql.SQL("SELECT 1 FROM pg_database WHERE datname = %s"), name):
        # An admin that is no superuser may only give away what it is a member of.
        admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                database, role
            )
        )
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    admin.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(name))
    )


def main() -> int:
    """Provision the services named on the command line.

    The server is SCHAKEL_DATABASE_URL; passwords come from SCHAKEL_OWNER_PASSWORD and
    SCHAKEL_SERVICE_PASSWORD, so that none stands on a command line.
    """
    told = with_files(os.environ)
    for service in sys.argv[1:]:
        provision(
            told["SCHAKEL_DATABASE_URL"],
            service,
            owner_password=told["SCHAKEL_OWNER_PASSWORD"],
            service_password=told["SCHAKEL_SERVICE_PASSWORD"],
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
