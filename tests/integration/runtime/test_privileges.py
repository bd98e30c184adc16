# SPDX-License-Identifier: EUPL-1.2
"""What each role may do with each table, as PostgreSQL says it: exactly what stands here."""

from collections.abc import Callable

import psycopg
import pytest

from services.cli.stack.catalogue import deployables
from tests.servers import ServiceDatabase

SERVICES = [service.name for service in deployables() if service.has_database]

# A letter for each: S reads, I adds, D deletes, U changes; in brackets the columns, where not all.
MESSAGING = {
    "idempotency": "SIUD",
    "timers": "SIUD",
    "journal": "SI U(sent_at)",
    "outbox": "SIUD",
    "deliveries": "SIU",
    "gate": "SIU",
    "parked": "SIUD",
    "dead_letters": "SIU",
    "anomalies": "SIU",
    "holdings": "S",
    "held": "S",
    "reconcile_rounds": "SIUD",
    "mismatches": "SIUD",
    "replay_jobs": "SI U(finished_at, next_at)",
    "replay_items": "SI U(done_at, error, result)",
    "tasks": "SI U(about, closed_at, due_on, outcome)",
    "advances": "SI",
    **dict.fromkeys(("audit", "audit_chain", "audit_heads"), "SI"),
    "audit_unsealed": "SID",
    "conflicts": "S",
}
OWN = {
    "employers": {"employers": "SIU", "employer_changes": "SI"},
    "agreements": {
        **dict.fromkeys(("employers", "contacts", "instruments", "tallies"), "SIU"),
        **dict.fromkeys(("agreements", "participations", "consultations"), "SIU"),
        **dict.fromkeys(("annexes", "projects", "evaluations"), "SIU"),
        **dict.fromkeys(("agreement_versions", "agreement_changes", "decisions"), "SI"),
        **dict.fromkeys(("comments", "arrangements", "bottlenecks", "solutions"), "SI"),
        "project_results": "SI",
    },
    "placements": {
        **dict.fromkeys(("frameworks", "placements", "tallies", "supports"), "SIU"),
        **dict.fromkeys(("terms", "calls", "placement_changes", "decisions"), "SI"),
    },
    "providers": {
        **dict.fromkeys(("frameworks", "providers", "placements", "supports"), "SIU"),
        **dict.fromkeys(("provider_changes", "support_changes"), "SI"),
    },
    "regions": {
        **dict.fromkeys(("regions", "region_aliases", "region_neighbours"), "S"),
        **dict.fromkeys(("municipalities", "region_organisations", "sector_divisions"), "S"),
        **dict.fromkeys(("organisation_revisions", "present_organisations"), "S"),
        **dict.fromkeys(("present_contacts", "held_agreements", "present_sector_leads"), "S"),
        **dict.fromkeys(("desk_placements", "placement_files"), "S"),
        **dict.fromkeys(("region_agreements", "region_participations", "employers"), "SIU"),
        **dict.fromkeys(("region_consultations", "region_placements", "region_supports"), "SIU"),
        "desks": "SIU",
        **dict.fromkeys(("contacts", "decisions", "sector_leads", "instrument_offers"), "SI"),
        **dict.fromkeys(("candidate_references", "placement_decisions"), "SI"),
        **dict.fromkeys(("organisation_changes", "forgettings"), "SI"),
    },
}
TABLES = """
SELECT c.relname AS name,
    concat(
        CASE WHEN has_table_privilege(%(role)s, c.oid, 'SELECT') THEN 'S' END,
        CASE WHEN has_table_privilege(%(role)s, c.oid, 'INSERT') THEN 'I' END,
        CASE WHEN has_table_privilege(%(role)s, c.oid, 'UPDATE') THEN 'U' END,
        CASE WHEN has_table_privilege(%(role)s, c.oid, 'DELETE') THEN 'D' END,
        CASE WHEN has_table_privilege(%(role)s, c.oid, 'TRUNCATE, REFERENCES, TRIGGER') THEN '!' END
    ) AS may,
    CASE WHEN NOT has_table_privilege(%(role)s, c.oid, 'UPDATE') THEN (
        SELECT string_agg(a.attname, ', ' ORDER BY a.attname)
        FROM pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND has_column_privilege(%(role)s, c.oid, a.attnum, 'UPDATE')
    ) END AS columns
FROM pg_class AS c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
"""
OF_ROLES = """
SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles
WHERE rolname LIKE 'schakel%%'
    AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)
"""


def privileges(database: ServiceDatabase, role: str) -> dict[str, str]:
    """Give what a role may do with each table, where that is anything at all."""
    with psycopg.connect(database.service_url) as connection:
        found = connection.execute(TABLES, {"role": role}).fetchall()
    told = {name: f"{may} U({columns})" if columns else may for name, may, columns in found}
    yoyo = ("yoyo_", "_yoyo_")
    return {name: may for name, may in told.items() if may and not name.startswith(yoyo)}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_do_with_each_table_what_stands_here_and_nothing_else(
    service: str, database: Callable[[str], ServiceDatabase]
) -> None:
    assert privileges(database(service), f"schakel_{service}") == {**MESSAGING, **OWN[service]}


@pytest.mark.parametrize("service", SERVICES)
def test_the_messaging_is_reached_through_its_own_role_alone(
    service: str, database: Callable[[str], ServiceDatabase]
) -> None:
    made = database(service)

    assert privileges(made, "schakel_messaging") == MESSAGING
    with psycopg.connect(made.service_url) as connection:
        direct = connection.execute(
            "SELECT DISTINCT table_name FROM information_schema.role_table_grants"
            " WHERE grantee = current_user AND table_name = ANY(%s)",
            [list(MESSAGING)],
        ).fetchall()
    assert direct == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_role_of_ours_can_do_more_than_its_tables(
    service: str, database: Callable[[str], ServiceDatabase]
) -> None:
    with psycopg.connect(database(service).service_url) as connection:
        assert connection.execute(OF_ROLES).fetchall() == []
        may = connection.execute(
            "SELECT has_schema_privilege(current_user, 'public', 'CREATE'),"
            " has_database_privilege(current_user, current_database(), 'CREATE, TEMPORARY'),"
            " pg_has_role(current_user, current_user || '_owner', 'MEMBER')"
        ).fetchone()
    assert may == (False, False, False)
