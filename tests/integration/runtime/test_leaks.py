# SPDX-License-Identifier: EUPL-1.2
"""The leak scan finds what was planted in a database, and nothing in a clean one."""

import subprocess
import sys
from datetime import date

from shared.runtime.db import connect
from shared.runtime.leaks import leaks_of_database, leaks_of_texts
from tests.servers import ServiceDatabases, environment

TODAY = date(2026, 12, 1)
NUMBER = "111222333"
PLANT = """
INSERT INTO providers_seen (said, told, body) VALUES
    (%(bsn)s, '{}', ''), ('x', %(json)s, ''), ('y', '{}', %(body)s), ('Zwaluw', '{}', '')
"""


def test_scan_finds_what_was_planted_wherever_it_stands(databases: ServiceDatabases) -> None:
    database = databases.fresh("employers")
    assert leaks_of_database(database.owner_url, ["Zwaluw"], TODAY) == {}

    with connect(database.owner_url, application_name="tests") as owner:
        owner.execute("CREATE TABLE providers_seen (said text, told jsonb, body bytea)")
        planted = {
            "bsn": f"nr {NUMBER}",
            "json": '{"note": "geboren 12 maart 1990"}',
            "body": f"bsn={NUMBER} é".encode(),
        }
        owner.execute(PLANT, planted)

    assert leaks_of_database(database.owner_url, ["Zwaluw"], TODAY) == {
        ("providers_seen.said", "bsn"): 1,
        ("providers_seen.told", "birth-date"): 1,
        ("providers_seen.body", "bsn"): 1,
        ("providers_seen.said", "word"): 1,
    }


def test_lines_of_a_log_are_scanned_and_what_is_found_is_not_repeated() -> None:
    lines = f"started at 2026-12-01T09:00:00.123456Z\ncalled {NUMBER}\n"
    done = subprocess.run(
        [sys.executable, "-m", "shared.runtime.leaks", "-"],
        input=lines,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "-: bsn, 1 times\n")
    assert leaks_of_texts("log", lines.splitlines()[:1], today=TODAY) == {}
