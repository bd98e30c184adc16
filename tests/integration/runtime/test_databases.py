# SPDX-License-Identifier: EUPL-1.2
"""Databases and roles: each service may do its own work in its own database, and nothing else."""

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.resources import files

import psycopg
import pytest
from psycopg import sql

from services.cli.stack.catalogue import deployables
from shared.runtime import load_queries
from shared.runtime.migrate import migrate
from tests.servers import ServiceDatabase

SERVICES = [service.name for service in deployables() if service.has_database]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
# Run by the migration job, as the owner of the tables.
LOADS_REFERENCE = {
    f"services.regions:{name}"
    for name in (
        "load_regions",
        "clear_aliases",
        "load_aliases",
        "clear_neighbours",
        "load_neighbours",
        "close_stays",
        "open_stays",
    )
}
HISTORY = ("journal", "replay_jobs", "replay_items", "audit", "audit_chain", "audit_heads")
APPEND_ONLY = {
    "agreements": ("agreement_versions", "agreement_changes"),
    "employers": ("employer_changes",),
    "placements": ("terms", "calls", "placement_changes", "decisions"),
    "providers": ("provider_changes", "support_changes"),
    "regions": ("forgettings",),
}


def named_statements() -> Iterator[tuple[str, str, str]]:
    """Give (service, name, statement) of every named statement, as each service runs it."""
    for service in SERVICES:
        for package in ("shared.runtime", "shared.messaging", f"services.{service}"):
            import_module(package)
            for file in sorted(one.name for one in files(package).iterdir()):
                if file.endswith(".sql"):
                    for name, statement in load_queries(package, file).items():
                        yield service, f"{package}:{name}", statement


@pytest.mark.parametrize("service", SERVICES)
def test_every_named_query_can_be_planned_by_the_role_that_runs_it(
    service: str, database: Callable[[str], ServiceDatabase]
) -> None:
    made = database(service)
    refused = []
    with (
        psycopg.connect(made.service_url, autocommit=True) as as_service,
        psycopg.connect(made.owner_url, autocommit=True) as as_owner,
    ):
        for of, name, statement in named_statements():
            connection = as_owner if name in LOADS_REFERENCE else as_service
            if of == service and (fault := _fault(connection, statement)):
                refused.append(f"{name}: {fault}")

    assert refused == []


def test_a_statement_that_cannot_run_would_be_found(
    database: Callable[[str], ServiceDatabase],
) -> None:
    with psycopg.connect(database("regions").service_url, autocommit=True) as connection:
        assert "does not exist" in (_fault(connection, "SELECT nothing FROM gate") or "")
        assert _fault(connection, "SELECT hash FROM gate WHERE subject = %(subject)s") is None


def _fault(connection: psycopg.Connection, statement: str) -> str | None:
    """Have a statement planned for any parameters, and give what is wrong with it."""
    numbers = {name: n for n, name in enumerate(dict.fromkeys(PLACEHOLDER.findall(statement)), 1)}
    numbered = PLACEHOLDER.sub(lambda found: f"${numbers[found[1]]}", statement)
    # Named statements are text of this project, not of a user.
    explained = sql.SQL("EXPLAIN (GENERIC_PLAN) ") + sql.SQL(numbered.replace("%%", "%"))  # type: ignore[arg-type]
    try:
        # libpq's own call: the simple protocol, in which parameters need no values.
        connection.pgconn.exec_(explained.as_bytes(connection))
    except psycopg.Error as error:
        return str(error)
    last = connection.pgconn.error_message.decode().strip()
    return last or None


def test_migrating_again_finds_nothing_to_do(database: Callable[[str], ServiceDatabase]) -> None:
    made = database("regions")

    assert migrate("regions", made.owner_url) == 0


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_not_change_its_schema(
    service: str, database: Callable[[str], ServiceDatabase]
) -> None:
    made = database(service)

    with psycopg.connect(made.service_url) as connection:
        for forbidden in ("CREATE TABLE mine (id int)", "DROP TABLE journal", "TRUNCATE gate"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(forbidden)


@pytest.mark.parametrize(
    ("service", "table"),
    [(service, table) for service in SERVICES for table in (*APPEND_ONLY[service], *HISTORY)],
)
def test_history_can_only_grow(
    service: str, table: str, database: Callable[[str], ServiceDatabase]
) -> None:
    made = database(service)

    with psycopg.connect(made.service_url) as connection:
        for forbidden in ("DELETE FROM {}", "TRUNCATE {}"):
            statement = sql.SQL(forbidden).format(sql.Identifier(table))
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement)


def test_a_service_may_not_enter_another_services_database(
    database: Callable[[str], ServiceDatabase],
) -> None:
    employers, regions = database("employers"), database("regions")
    elsewhere = employers.service_url.rpartition("/")[0] + "/schakel_regions"

    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(elsewhere)
    with psycopg.connect(regions.service_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
