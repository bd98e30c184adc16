# SPDX-License-Identifier: EUPL-1.2
"""Nobody reads or writes a row of somebody else: in SQL, in each service's role, on every table."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import sql

from services.cli.stack.catalogue import deployables
from shared.runtime.db import open_pool, transaction, widened
from shared.runtime.scope import EVERYTHING, NATIONAL, NOBODY, Scope
from tests.integration.runtime.rows_of_everybody import (
    REGION,
    Connection,
    Whose,
    adding,
    columns_of,
    connect,
    employer,
    fill,
    provider,
    row_of,
    worlds_of,
)
from tests.integration.runtime.who_sees_what import FILES, MEANS, REFERENCE, SEEN, WRITTEN
from tests.servers import ServiceDatabase, ServiceDatabases

SERVICES = [service.name for service in deployables() if service.has_database]
SCOPES = {
    "region": Scope(regions=(REGION["own"],)),
    "employer": Scope(employers=(employer("own"),)),
    "provider": Scope(providers=(provider("own"),)),
    "national": NATIONAL,
    "nobody": NOBODY,
    "everything": EVERYTHING,
}


# Columns that name a region, an employer or a provider, and tables that stand for one.
BOUND = """
SELECT DISTINCT c.relname AS name FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    AND (a.attname IN ('region', 'employer_id', 'provider_id')
        OR c.relname IN ('employers', 'providers'))
"""
ELSE = Whose("spare", "spare", "spare")
REPORT = """
INSERT INTO project_results (agreement_id, project, quarter, started, reported_at, role)
SELECT agreement_id, project, quarter, started, reported_at, role FROM project_results
"""
FORCED = """
SELECT relname AS name FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relrowsecurity AND relforcerowsecurity
"""


@pytest.fixture(scope="module")
def filled(databases: ServiceDatabases) -> Callable[[str], ServiceDatabase]:
    """Give a service's database with rows of everybody in every table."""
    made: dict[str, ServiceDatabase] = {}

    def full(service: str) -> ServiceDatabase:
        if service not in made:
            made[service] = databases.fresh(service)
            with connect(made[service].owner_url) as owner:
                fill(owner, sorted(SEEN[service]))
        return made[service]

    return full


def seen(service: str, table: str, who: str, *, writes: bool = False) -> Callable[[Whose], bool]:
    """Tell which rows of a table somebody reads, or writes."""
    if who in {"national", "everything"}:
        return MEANS["nothing" if who == "national" and table in FILES else "all"]
    if who == "nobody":
        everybody = SEEN[service][table].provider == "all" and not writes
        return MEANS["all" if everybody else "nothing"]
    told = SEEN[service][table]
    if writes:
        told = WRITTEN[service].get(table, told)
    return MEANS[getattr(told, who)]


def reach(connection: Connection, who: str, table: str) -> set[Whose]:
    """Give whose rows of a table somebody reads."""
    columns = columns_of(connection, table)
    with connection.transaction(force_rollback=True):
        connection.execute(SCOPES[who].statement())
        whole = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
        return {worlds_of(table, columns, row) for row in connection.execute(whole)}


def changed(connection: Connection, who: str, table: str, column: str) -> set[Whose]:
    """Give whose rows of a table somebody changes."""
    columns = columns_of(connection, table)
    change = sql.SQL("UPDATE {} SET {} = {} RETURNING *").format(
        *map(sql.Identifier, (table, column, column))
    )
    with connection.transaction(force_rollback=True):
        connection.execute(SCOPES[who].statement())
        try:
            with connection.transaction():
                return {worlds_of(table, columns, row) for row in connection.execute(change)}
        except psycopg.errors.InsufficientPrivilege:
            return set()


def adds(connection: Connection, who: str, table: str, whose: Whose = ELSE) -> bool:
    """Tell whether somebody can add a row, of somebody else unless it is said whose."""
    columns = columns_of(connection, table)
    row = row_of(table, columns, whose, 1000)
    with connection.transaction(force_rollback=True):
        connection.execute(SCOPES[who].statement())
        try:
            with connection.transaction():
                connection.execute(adding(table, columns), row)
        except psycopg.errors.InsufficientPrivilege as refused:
            return "row-level security" not in str(refused)
    return True


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_that_names_somebody_is_held_to_whoever_asks(
    service: str, database: Callable[[str], ServiceDatabase]
) -> None:
    with connect(database(service).owner_url) as owner:
        bound = {row["name"] for row in owner.execute(BOUND)}
        forced = {row["name"] for row in owner.execute(FORCED)}

    assert forced == SEEN[service].keys()
    assert bound - forced <= REFERENCE


@pytest.mark.parametrize("who", SCOPES)
@pytest.mark.parametrize("service", SERVICES)
def test_everybody_reads_their_own_rows_and_no_others(
    service: str, who: str, filled: Callable[[str], ServiceDatabase]
) -> None:
    database = filled(service)
    with connect(database.owner_url) as owner, connect(database.service_url) as connection:
        for table in SEEN[service]:
            there = reach(owner, "everything", table)
            mine = set(filter(seen(service, table, who), there))
            assert (table, reach(connection, who, table)) == (table, mine)


@pytest.mark.parametrize("who", SCOPES)
@pytest.mark.parametrize("service", SERVICES)
def test_everybody_changes_their_own_rows_and_no_others(
    service: str, who: str, filled: Callable[[str], ServiceDatabase]
) -> None:
    database = filled(service)
    with connect(database.owner_url) as owner, connect(database.service_url) as connection:
        for table, column in _changing(connection, service):
            there = reach(owner, "everything", table)
            mine = set(filter(seen(service, table, who, writes=True), there))
            assert (table, changed(connection, who, table, column)) == (table, mine)


@pytest.mark.parametrize("who", SCOPES)
@pytest.mark.parametrize("service", SERVICES)
def test_nobody_adds_a_row_of_somebody_else(
    service: str, who: str, filled: Callable[[str], ServiceDatabase]
) -> None:
    with connect(filled(service).service_url) as connection:
        added = {table for table in SEEN[service] if adds(connection, who, table)}

    everything = set(SEEN[service])
    assert added == {"everything": everything, "national": everything - FILES}.get(who, set())


def test_a_region_reports_on_its_own_projects_and_not_on_one_of_the_whole_agreement(
    filled: Callable[[str], ServiceDatabase],
) -> None:
    database = filled("agreements")
    with connect(database.owner_url) as owner, connect(database.service_url) as connection:
        assert reported(connection) > 0
        owner.execute("UPDATE projects SET region = NULL WHERE region = %s", [REGION["own"]])
        try:
            assert reach(connection, "region", "project_results"), "it reads what was reported"
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
                reported(connection)
        finally:
            owner.execute("UPDATE projects SET region = %s WHERE region IS NULL", [REGION["own"]])


def reported(connection: Connection) -> int:
    """Report once more on every project that a region sees, and give how many results that made."""
    with connection.transaction(force_rollback=True):
        connection.execute(SCOPES["region"].statement())
        return connection.execute(REPORT).rowcount


@pytest.mark.parametrize("table", ["bottlenecks", "solutions"])
def test_a_region_of_an_agreement_says_nothing_there_in_the_name_of_another(
    table: str, filled: Callable[[str], ServiceDatabase]
) -> None:
    own, other = (Whose(region, "own", "own") for region in ("own", "other"))
    with connect(filled("agreements").service_url) as connection:
        assert adds(connection, "region", table, own)
        assert not adds(connection, "region", table, other)


def test_looking_wider_ends_with_the_block(filled: Callable[[str], ServiceDatabase]) -> None:
    with (
        open_pool(filled("regions").service_url, size=1, name="tests") as pool,
        transaction(pool, scope=SCOPES["region"]) as cur,
    ):
        desk = "SELECT count(*) AS rows FROM candidate_references"
        counted = []
        counted += cur.execute(desk).fetchall()
        with widened(cur):
            counted += cur.execute(desk).fetchall()
        counted += cur.execute(desk).fetchall()

    assert [row["rows"] for row in counted] == [1, 2, 1]


def test_the_next_transaction_of_a_connection_sees_nothing_of_the_last_ones_rows(
    filled: Callable[[str], ServiceDatabase],
) -> None:
    with open_pool(filled("regions").service_url, size=1, name="tests") as pool:
        with transaction(pool, scope=EVERYTHING) as cur:
            everything = cur.execute("SELECT 1 FROM region_agreements").fetchall()
        with transaction(pool) as cur:
            nothing = cur.execute("SELECT 1 FROM region_agreements").fetchall()

    assert (len(everything), nothing) == (4, [])


def test_the_owner_of_the_tables_says_that_it_means_every_row(
    filled: Callable[[str], ServiceDatabase],
) -> None:
    url = filled("regions").owner_url.partition("?")[0]
    with connect(url) as owner:
        counted = []
        for said in ("off", "on"):
            owner.execute(sql.SQL("SET schakel.everything = {}").format(said))
            counted.append(len(owner.execute("SELECT 1 FROM region_agreements").fetchall()))

    assert counted == [0, 4]


def _changing(connection: Connection, service: str) -> Iterator[tuple[str, str]]:
    """Give the tables that the service's role may change, each with a column of it."""
    for table in SEEN[service]:
        may = connection.execute(
            "SELECT has_table_privilege(%s, 'UPDATE') AS granted", [table]
        ).fetchone()
        if may and may["granted"]:
            yield table, columns_of(connection, table)[0].name
