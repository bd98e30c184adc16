# SPDX-License-Identifier: EUPL-1.2
"""The proof: what the databases say, and what triggers of the tests' own wrote down.

The code under test is not asked whether it applied something twice: PostgreSQL itself takes
down every write to the gate of each service, and to its copies of what others own.
"""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.rows import dict_row

from shared.contracts.reference import region_codes
from shared.contracts.topology import SERVICES
from tests.faults.storm import Storm
from tests.servers import RunningStack

Row = dict[str, Any]
Values = list[Any] | dict[str, Any]

WITNESS_OF_GATE = """
CREATE TABLE IF NOT EXISTS witnessed (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    place text NOT NULL,
    recipient text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE OR REPLACE FUNCTION witness_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO witnessed (place, recipient, subject, sequence)
    VALUES ('gate', NEW.recipient, NEW.subject, NEW.sequence);
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER witness AFTER INSERT OR UPDATE OF sequence ON gate
FOR EACH ROW EXECUTE FUNCTION witness_gate()
"""
WITNESS_OF_COPIES = """
CREATE OR REPLACE FUNCTION witness_copy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO witnessed (place, recipient, subject, sequence)
    VALUES (
        TG_TABLE_NAME,
        coalesce(to_jsonb(NEW)->>'region', TG_ARGV[1]),
        to_jsonb(NEW)->>TG_ARGV[0],
        NEW.sequence
    );
    RETURN NULL;
END
$$
"""
WITNESS_OF_ONE_COPY = """
CREATE OR REPLACE TRIGGER witness AFTER INSERT OR UPDATE OF sequence, content ON {table}
FOR EACH ROW EXECUTE FUNCTION witness_copy('{subject}', '{service}')
"""
# Where each service keeps what others own, by the column that tells what it is about. Of a copy
# without a region the service itself is the recipient.
COPIES_OF: Mapping[str, Mapping[str, str]] = {
    "agreements": {
        "contacts": "employer_id",
        "decisions": "agreement_id",
        "employers": "id",
        "instruments": "region",
        "tallies": "agreement_id",
    },
    "placements": {"decisions": "placement_id", "frameworks": "agreement_id", "supports": "id"},
    "providers": {"frameworks": "agreement_id", "placements": "id"},
    "regions": {
        "employers": "id",
        "region_agreements": "agreement_id",
        "region_consultations": "agreement_id",
        "region_participations": "agreement_id",
        "region_placements": "placement_id",
        "region_supports": "support_id",
    },
}
NOT_RISING = """
SELECT place, recipient, subject, sequence, before FROM (
    SELECT place, recipient, subject, sequence,
        lag(sequence) OVER (PARTITION BY place, recipient, subject ORDER BY id) AS before
    FROM witnessed
) AS w WHERE before >= sequence
"""
NEWEST = """
SELECT DISTINCT ON (subject) subject, sequence, hash FROM journal
WHERE subject = ANY(%s) ORDER BY subject, sequence DESC
"""
# Of an older state either outcome is right; of the newest only one.
OWED = """
SELECT d.subject, d.recipient, d.sequence, d.state, d.sends FROM deliveries AS d
JOIN journal AS j USING (subject, sequence)
WHERE NOT (d.state = 'received' AND d.received_hash = j.hash)
    AND NOT (d.state = 'superseded' AND EXISTS (
        SELECT 1 FROM deliveries AS later WHERE later.subject = d.subject
            AND later.recipient = d.recipient AND later.sequence > d.sequence))
"""
RECEIVED = """
SELECT count(*) AS rows FROM deliveries
WHERE subject = ANY(%s) AND state = 'received' AND sequence = 1 + (subject = ANY(%s))::int
"""
COPIES = """
SELECT region, 'agreement/' || agreement_id AS subject, sequence, hash FROM region_agreements
WHERE 'agreement/' || agreement_id = ANY(%s)
"""
TROUBLE = """
SELECT 'dead letter' AS what, error AS why FROM dead_letters
UNION ALL SELECT 'anomaly', kind || ' ' || subject FROM anomalies
UNION ALL SELECT 'parked', last_error FROM parked
UNION ALL SELECT 'unsent', coalesce(subject, routing_key) FROM outbox
    WHERE sent_at IS NULL
"""


class Proof:
    """Asks PostgreSQL itself, as the owner of the tables."""

    services = SERVICES

    def __init__(self, stack: RunningStack) -> None:
        self._urls = {name: stack.database_url(name, "owner") for name in SERVICES}

    def install(self) -> None:
        """Have PostgreSQL take down every write to the gates, and to what any service copies."""
        for name, url in self._urls.items():
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(WITNESS_OF_GATE)
                connection.execute(WITNESS_OF_COPIES)
                for table, subject in COPIES_OF.get(name, {}).items():
                    told = {"table": table, "subject": subject, "service": name}
                    connection.execute(WITNESS_OF_ONE_COPY.format(**told).encode())

    def owed(self) -> list[Row]:
        """Give the deliveries that have not ended as they must, ever."""
        return self.rows("agreements", OWED)

    def settled(self) -> bool:
        """Tell whether nothing is owed or on its way any more."""
        assert self.trouble() == []
        assert len(self.owed()) == 0
        return True

    def assert_delivered(self, storm: Storm) -> None:
        """Hold the storm against the promise: all received, equal, once, and never backwards."""
        subjects = [f"agreement/{one}" for one in storm.ids]
        newest = {
            row["subject"]: (row["sequence"], row["hash"])
            for row in self.rows("agreements", NEWEST, [subjects])
        }
        twice = [subject for subject, (sequence, _) in newest.items() if sequence == 2]
        assert (len(newest), len(twice)) == (storm.size, storm.amended)
        [received] = self.rows("agreements", RECEIVED, [subjects, twice])
        assert received["rows"] == storm.size * len(region_codes())
        held = {
            (row["region"], row["subject"]): (row["sequence"], row["hash"])
            for row in self.rows("regions", COPIES, [subjects])
        }
        expected = {(code, one): newest[one] for code in region_codes() for one in subjects}
        assert held == expected
        assert [row for name in self.services for row in self.rows(name, NOT_RISING)] == []

    def writes(self, storm: Storm, service: str = "regions") -> int:
        """Count how often a service wrote a copy of what one of the storm's agreements says."""
        place = "region_agreements" if service == "regions" else "frameworks"
        question = "SELECT count(*) AS rows FROM witnessed WHERE place = %s AND subject = ANY(%s)"
        rows: int = self.rows(service, question, [place, storm.ids])[0]["rows"]
        return rows

    def agreements_named(self, title: str) -> int:
        """Count the agreements whose title starts so."""
        question = "SELECT count(*) AS rows FROM agreements WHERE title LIKE %s"
        rows: int = self.rows("agreements", question, [f"{title}%"])[0]["rows"]
        return rows

    def trouble(self) -> list[Row]:
        """Give what was given up, noted, parked or is still unsent, in any database."""
        return [row for name in self._urls for row in self.rows(name, TROUBLE)]

    def rows(self, service: str, question: str, values: Values | None = None) -> list[Row]:
        """Give the rows that answer a question to a service's database."""
        with psycopg.connect(self._urls[service], row_factory=dict_row) as connection:
            return connection.execute(question.encode(), values).fetchall()
