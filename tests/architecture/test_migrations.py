# SPDX-License-Identifier: EUPL-1.2
"""Migrations expand: what the release before still uses stays until nobody uses it any more.

One that takes something away, or asks for more, says in a line of its own which release was the
first that can live with it:

    -- contracts: 0.2.0 reads `status` no more
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.stack.catalogue import deployables

REPOSITORY = Path(__file__).parents[2]
FOLDERS = (
    REPOSITORY / "shared" / "runtime",
    REPOSITORY / "shared" / "messaging",
    *(REPOSITORY / "services" / one.name for one in deployables() if one.has_database),
)
MIGRATIONS = [file for folder in FOLDERS for file in sorted((folder / "migrations").glob("*.sql"))]
# What a release that runs beside this schema may still rely on, or does not know that it must do.
TAKES_AWAY = (
    r"\bDROP\s+(?!NOT\b|DEFAULT\b|IDENTITY\b|EXPRESSION\b)\w+",
    r"\bRENAME\b",
    r"\bTRUNCATE\b",
    r"\bREVOKE\b",
    r"\bSET\s+NOT\s+NULL\b",
    r"\bSET\s+DATA\s+TYPE\b",
    r"\bALTER\s+(?:COLUMN\s+)?\w+\s+TYPE\b",
    r"\bADD\s+(?:CONSTRAINT|CHECK|UNIQUE|FOREIGN|PRIMARY|EXCLUDE)\b",
    r"\bCREATE\s+UNIQUE\s+INDEX\b",
    r"\bENABLE\s+ROW\s+LEVEL\s+SECURITY\b",
    r"\bCREATE\s+POLICY\b",
    r"\bCREATE\s+TRIGGER\b",
)
CONTRACTS = re.compile("|".join(TAKES_AWAY), re.IGNORECASE)
ADDED = re.compile(r"\bADD\s+(?:COLUMN\s+)?(?!CONSTRAINT\b)\w+\s", re.IGNORECASE)
CLAUSES = re.compile(r",\s*(?=(?:ADD|DROP|ALTER)\b)", re.IGNORECASE)
FILLED = re.compile(r"\b(?:DEFAULT|GENERATED)\b", re.IGNORECASE)
MUST = re.compile(r"(?<!\bIS )\bNOT\s+NULL\b", re.IGNORECASE)
MADE = re.compile(
    r"^\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:UNIQUE\s+)?(?:TABLE|VIEW|FUNCTION|INDEX)\s+(\w+)",
    re.IGNORECASE,
)
RELEASE = re.compile(r"^-- contracts: (\S+) ", re.MULTILINE)
COMMENT = re.compile(r"--[^\n]*")
WORD = re.compile(r"\w+")
TEXT = re.compile(r"'(?:[^']|'')*'")
KNOWN = re.compile(r"^## \[?(\d+\.\d+\.\d+)", re.MULTILINE)
# What was there before the first release nobody ran beside another one.
BEFORE = "0.0.0"


def statements(sql: str) -> Iterator[str]:
    """Give each statement without comments; the body of a function is one statement."""
    quoted, kept = False, ""
    for line in COMMENT.sub("", sql).splitlines(keepends=True):
        quoted ^= line.count("$$") % 2 == 1
        kept += line
        if not quoted and line.rstrip().endswith(";"):
            yield kept
            kept = ""
    yield kept


def taken_away(sql: str) -> Iterator[str]:
    """Give what takes something away; what a migration makes itself nobody uses yet."""
    made: set[str] = set()
    for statement in statements(sql):
        bare = TEXT.sub(_unless_executed, statement)
        found = CONTRACTS.search(bare) or _must_be_given(bare)
        if found and not made & set(WORD.findall(bare)):
            yield " ".join(found[0].split())
        made |= set(MADE.findall(bare))


def _must_be_given(statement: str) -> re.Match[str] | None:
    """Find a new column that whoever does not know it cannot leave out."""
    for clause in CLAUSES.split(statement):
        added = ADDED.search(clause)
        if added and MUST.search(clause) and not FILLED.search(clause):
            return added
    return None


def _unless_executed(text: re.Match[str]) -> str:
    """Leave out what stands in quotes, but for a statement that is put together."""
    return text[0] if text[0].upper().startswith(("'ALTER ", "'DROP ")) else "''"


def releases() -> set[str]:
    """Give the releases that the changelog tells of."""
    return {BEFORE, *KNOWN.findall((REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8"))}


def lives_with_it(sql: str) -> bool:
    """Tell whether a release that is known is named as the first that can live with it."""
    return bool(releases() & set(RELEASE.findall(sql)))


@pytest.mark.parametrize("file", MIGRATIONS, ids=lambda one: "/".join(one.parts[-3:]))
def test_a_migration_takes_nothing_away_that_the_release_before_still_uses(file: Path) -> None:
    sql = file.read_text(encoding="utf-8")

    found = [] if lives_with_it(sql) else list(taken_away(sql))

    assert found == [], "say which release can live with it: -- contracts: 0.1.0 uses it no more"


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE agreements DROP COLUMN title;",
        "ALTER TABLE agreements DROP title;",
        "ALTER TABLE agreements ADD COLUMN a text, DROP COLUMN title;",
        "DROP TABLE agreements;",
        "drop index agreements_of_employer;",
        "ALTER TABLE agreements RENAME COLUMN title TO name;",
        "ALTER TABLE agreements RENAME TO contracts;",
        "ALTER TABLE agreements ALTER COLUMN title SET NOT NULL;",
        "ALTER TABLE agreements ALTER title TYPE integer;",
        "ALTER TABLE agreements ALTER COLUMN title SET DATA TYPE integer;",
        "ALTER TABLE agreements ADD COLUMN name text NOT NULL;",
        "ALTER TABLE agreements ADD COLUMN a text DEFAULT '', ADD COLUMN name text NOT NULL;",
        "ALTER TABLE agreements ADD name text NOT NULL;",
        "DO $$\nBEGIN\n    EXECUTE format('ALTER TABLE a DROP CONSTRAINT %I', b);\nEND\n$$;",
        "TRUNCATE agreements;",
        "ALTER TABLE agreements ADD CONSTRAINT titled CHECK (title <> '');",
        "ALTER TABLE agreements ENABLE ROW LEVEL SECURITY;",
        "REVOKE UPDATE ON agreements FROM schakel;",
        "CREATE UNIQUE INDEX one_title ON agreements (title);",
    ],
)
def test_what_takes_something_away_is_found(sql: str) -> None:
    assert len(list(taken_away(sql))) == 1
    assert not lives_with_it(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE agreements ADD COLUMN name text;",
        "ALTER TABLE agreements ADD COLUMN name text NOT NULL DEFAULT '';",
        "ALTER TABLE agreements ADD COLUMN name text DEFAULT '' NOT NULL, ADD COLUMN other text;",
        "ALTER TABLE agreements ALTER COLUMN title DROP NOT NULL;",
        "CREATE TABLE words (word text NOT NULL);",
        "-- It will RENAME nothing.\nCREATE INDEX words_of ON words (word);",
        "INSERT INTO words VALUES ('RENAME');",
        "CREATE TABLE words (word text);\nALTER TABLE words ENABLE ROW LEVEL SECURITY;",
        "ALTER TABLE agreements ADD COLUMN a text CHECK (a IS NOT NULL OR b), ADD COLUMN b bool;",
    ],
)
def test_what_only_adds_is_let_through(sql: str) -> None:
    assert list(taken_away(sql)) == []


def test_only_a_release_that_is_known_lets_it_through() -> None:
    assert lives_with_it(f"-- contracts: {BEFORE} uses it no more\nDROP TABLE agreements;")
    assert not lives_with_it("-- contracts: 99.0.0 uses it no more\nDROP TABLE agreements;")
