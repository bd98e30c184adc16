# SPDX-License-Identifier: EUPL-1.2
"""The page of privacy is true: its periods are those of the code, and every table is there.

A table is read from the migrations: which columns it has, and which of them name somebody.
"""

import re
from collections import defaultdict
from pathlib import Path

from services.regions.domain import PERIODS
from shared.contracts.policy import POLICY

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs" / "privacy.md").read_text(encoding="utf-8")
MIGRATIONS = [
    path
    for tree in ("services", "shared")
    for path in sorted((REPOSITORY / tree).glob("*/migrations/*.sql"))
]
_CREATED = re.compile(r"CREATE TABLE (\w+) \((.*?)\n\);", re.DOTALL)
_COLUMN = re.compile(r"^ {4}(\w+) [a-z]", re.MULTILINE)
_OF_SOMEBODY = {
    "candidate",
    "reference",
    "in_register",
    "telephone",
    "mailbox",
    "deputy",
    "principal",
}
_NO_PERSON = {
    *("pick_up_by", "respond_by", "needed_by", "accept_by", "first_contact_by"),
    *("routed_by", "start_reported_by", "funded_by"),
}


def tables() -> dict[str, set[str]]:
    """Give the columns of every table, by `service.table`."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in MIGRATIONS:
        owner, text = path.parents[1].name, path.read_text(encoding="utf-8")
        for name, columns in _CREATED.findall(text):
            found[f"{owner}.{name}"] |= set(_COLUMN.findall(columns))
    return found


def names_somebody(column: str) -> bool:
    return column in _OF_SOMEBODY or (column.endswith("_by") and column not in _NO_PERSON)


def registered() -> set[str]:
    """Give every table that the register of processing activities names."""
    rows = [line for line in PAGE.splitlines() if "| GDPR" in line or "; GDPR" in line]
    assert len(rows) == 8
    return {name for row in rows for name in re.findall(r"`([a-z]+\.[a-z_]+)`", row)}


def test_every_table_of_the_register_exists() -> None:
    assert registered() - tables().keys() == set()


def test_every_table_that_names_somebody_is_in_the_register() -> None:
    named = {table for table, columns in tables().items() if any(map(names_somebody, columns))}

    assert "regions.placement_decisions" in named
    assert named - registered() == set()


def test_periods_are_those_of_the_code() -> None:
    rows = [f"| `{state}` | {one.days} | {one.basis} |" for state, one in PERIODS.items()]

    assert "\n".join(["| --- | --- | --- |", *rows]) in PAGE, "\n".join(rows)


def test_who_forgets_and_who_reads_the_report_is_as_the_page_says() -> None:
    assert dict(POLICY["erase_candidate"]) == {"wsp-manager": "own"}
    assert set(POLICY["report_retention"]) == {"ops", "auditor", "slw-coordinator"}
